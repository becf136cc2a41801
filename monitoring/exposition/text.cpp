#include "monitoring/exposition/text.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

std::string_view type_name(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Summary:
      return "summary";
    case prometheus::MetricType::Histogram:
      return "histogram";
    case prometheus::MetricType::Untyped:
      break;
  }
  return "untyped";
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

void append_number(std::string& out, std::uint64_t value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

/// Escapes what the format wants escaped: backslash and line end, in label values the quote too.
void append_escaped(std::string& out, std::string_view text, bool is_label) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (is_label && c == '"')) out += '\\';
    out += c;
  }
}

/// A label beside those of the series: `le` or `quantile`.
struct ExtraLabel {
  std::string_view name;
  double value = 0;
};

template <typename Number>
void append_sample(std::string& out, const MetricFamily& family, const ClientMetric& metric,
                   std::string_view suffix, const ExtraLabel* extra, Number value) {
  out += family.name;
  out += suffix;
  char separator = '{';
  for (const auto& label : metric.label) {
    out += separator;
    out += label.name;
    out += "=\"";
    append_escaped(out, label.value, true);
    out += '"';
    separator = ',';
  }
  if (extra != nullptr) {
    out += separator;
    out += extra->name;
    out += "=\"";
    append_number(out, extra->value);
    out += '"';
    separator = ',';
  }
  if (separator == ',') out += '}';
  out += ' ';
  append_number(out, value);
  if (metric.timestamp_ms != 0) fmt::format_to(std::back_inserter(out), " {}", metric.timestamp_ms);
  out += '\n';
}

void append_histogram(std::string& out, const MetricFamily& family, const ClientMetric& metric) {
  const auto& histogram = metric.histogram;
  ExtraLabel le{.name = "le", .value = 0};
  for (const auto& bucket : histogram.bucket) {
    le.value = bucket.upper_bound;
    append_sample(out, family, metric, "_bucket", &le, bucket.cumulative_count);
  }
  if (histogram.bucket.empty() || !std::isinf(le.value)) {
    le.value = HUGE_VAL;
    append_sample(out, family, metric, "_bucket", &le, histogram.sample_count);
  }
  append_sample(out, family, metric, "_sum", nullptr, histogram.sample_sum);
  append_sample(out, family, metric, "_count", nullptr, histogram.sample_count);
}

void append_summary(std::string& out, const MetricFamily& family, const ClientMetric& metric) {
  for (const auto& quantile : metric.summary.quantile) {
    const ExtraLabel label{.name = "quantile", .value = quantile.quantile};
    append_sample(out, family, metric, "", &label, quantile.value);
  }
  append_sample(out, family, metric, "_sum", nullptr, metric.summary.sample_sum);
  append_sample(out, family, metric, "_count", nullptr, metric.summary.sample_count);
}

void append_metric(std::string& out, const MetricFamily& family, const ClientMetric& metric) {
  switch (family.type) {
    case prometheus::MetricType::Counter:
      return append_sample(out, family, metric, "", nullptr, metric.counter.value);
    case prometheus::MetricType::Gauge:
      return append_sample(out, family, metric, "", nullptr, metric.gauge.value);
    case prometheus::MetricType::Summary:
      return append_summary(out, family, metric);
    case prometheus::MetricType::Histogram:
      return append_histogram(out, family, metric);
    case prometheus::MetricType::Untyped:
      return append_sample(out, family, metric, "", nullptr, metric.untyped.value);
  }
}

}  // namespace

CollectedFamilies collect(std::span<const prometheus::Collectable* const> sources) {
  CollectedFamilies all;
  for (const prometheus::Collectable* source : sources) {
    auto families = source->Collect();
    std::ranges::move(families, std::back_inserter(all.families));
  }
  std::ranges::stable_sort(all.families, {}, &MetricFamily::name);

  std::vector<MetricFamily> merged;
  merged.reserve(all.families.size());
  for (MetricFamily& family : all.families) {
    if (merged.empty() || merged.back().name != family.name) {
      merged.push_back(std::move(family));
    } else if (merged.back().type == family.type) {
      std::ranges::move(family.metric, std::back_inserter(merged.back().metric));
    } else {
      ++all.type_conflicts;
    }
  }
  all.families = std::move(merged);
  return all;
}

std::string to_text(std::span<const MetricFamily> families) {
  std::string out;
  for (const MetricFamily& family : families) {
    if (family.metric.empty()) continue;
    if (!family.help.empty()) {
      out += "# HELP " + family.name + ' ';
      append_escaped(out, family.help, false);
      out += '\n';
    }
    out += "# TYPE " + family.name + ' ';
    out += type_name(family.type);
    out += '\n';
    for (const ClientMetric& metric : family.metric) append_metric(out, family, metric);
  }
  return out;
}

}  // namespace vigil::monitoring
