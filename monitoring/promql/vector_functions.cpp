#include "monitoring/promql/vector_functions.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <set>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quantile.h"
#include "monitoring/promql/quoted_text.h"
#include "monitoring/promql/signature.h"
#include "monitoring/utf8.h"

namespace vigil::monitoring::promql {

namespace {

constexpr std::string_view kBoundLabel = "le";

/// What the equality matchers of a selector ask for; a label that is asked for twice is left out.
Labels asked_labels(const Expression& argument) {
  const auto* vector = std::get_if<VectorSelector>(&argument.node);
  const auto* matrix = std::get_if<MatrixSelector>(&argument.node);
  if (matrix != nullptr) vector = &matrix->selector;
  if (vector == nullptr) return {};
  LabelsBuilder builder;
  std::set<std::string_view> seen;
  for (const LabelMatcher& matcher : vector->matchers) {
    if (matcher.name() == kMetricNameLabel) continue;
    if (matcher.kind() == MatchKind::Equal && seen.insert(matcher.name()).second) {
      builder.set(matcher.name(), matcher.value());
    } else {
      builder.remove(matcher.name());
    }
  }
  return builder.build();
}

void check_label_name(const Query& query, std::string_view name, std::string_view role,
                      std::string_view function) {
  const bool valid =
      query.is_left_open() ? !name.empty() && repaired_utf8(name) == name : is_plain_label_name(name);
  if (valid) return;
  throw EvaluationError("invalid " + std::string{role} + " label name in " + std::string{function} +
                        "(): " + std::string{name});
}

/// What a histogram's series belong to each other by.
struct BucketRow {
  double upper_bound = 0;
  std::uint32_t row = 0;
};
struct ClassicHistogram {
  Labels labels;  ///< without bound and name
  std::string name;
  std::vector<BucketRow> buckets;  ///< by bound
};

std::vector<ClassicHistogram> histograms_of(Query& query, const StepTable& table, TextRange range) {
  const std::vector<std::string> bound{std::string{kBoundLabel}};
  LabelSelection selection = LabelSelection::all_but(bound);
  if (table.name_dropped()) selection = selection.without_metric_name();
  Grouping grouping(selection);
  std::vector<ClassicHistogram> histograms;
  for (std::uint32_t row = 0; row < table.rows(); ++row) {
    const Labels& labels = table.labels(row);
    const auto upper_bound = parse_number(labels.value(kBoundLabel));
    const std::string name{table.name_dropped() ? std::string_view{} : labels.value(kMetricNameLabel)};
    if (!upper_bound) {
      query.annotate(AnnotationLevel::Warning,
                     "PromQL warning: bucket label \"le\" is missing or has a malformed value of " +
                         quoted_text(labels.value(kBoundLabel)) +
                         (name.empty() ? "" : " for metric name " + quoted_text(name)),
                     range);
      continue;
    }
    const std::uint32_t group = grouping.insert(labels);
    if (group == histograms.size()) {
      histograms.push_back({.labels = without_name(selection.of(labels)), .name = name, .buckets = {}});
    }
    histograms[group].buckets.push_back({.upper_bound = *upper_bound, .row = row});
  }
  for (ClassicHistogram& histogram : histograms) {
    std::ranges::stable_sort(histogram.buckets, {}, &BucketRow::upper_bound);
  }
  return histograms;
}

/// A row per histogram, `function(histogram, buckets, step)` where it has buckets.
template <typename Function>
StepTable each_histogram(Query& query, const StepTable& table, TextRange range, Function function) {
  StepTable out(query, table.steps());
  std::vector<Bucket> buckets;
  for (const ClassicHistogram& histogram : histograms_of(query, table, range)) {
    const auto results = out.add_row(histogram.labels);
    for (std::size_t step = 0; step < table.steps(); ++step) {
      query.poll();
      buckets.clear();
      for (const BucketRow& bucket : histogram.buckets) {
        const double count = table.row(bucket.row)[step];
        if (has_sample(count)) buckets.push_back({.upper_bound = bucket.upper_bound, .count = count});
      }
      if (!buckets.empty()) results[step] = function(histogram, buckets, step);
    }
  }
  out.merge_equal_rows();
  out.set_one_name(true);
  return out;
}

}  // namespace

StepTable absent_series(Query& query, const Expression& argument, const std::vector<bool>& present) {
  StepTable out(query, present.size());
  out.set_one_name(true);
  const auto values = out.add_row(asked_labels(argument));
  bool any = false;
  for (std::size_t step = 0; step < present.size(); ++step) {
    if (present[step]) continue;
    values[step] = 1;
    any = true;
  }
  if (!any) out.remove_last_row();
  return out;
}

std::vector<bool> presence(const StepTable& table) {
  std::vector<bool> present(table.steps(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (has_sample(values[step])) present[step] = true;
    }
  }
  return present;
}

StepTable label_replace(const Query& query, const Call& call, StepTable table,
                        std::span<const std::string> texts) {
  const std::string& destination = texts[0];
  const std::string& replacement = texts[1];
  const std::string& source = texts[2];
  std::shared_ptr<const Regex> regex = call.regex;
  if (regex == nullptr) {
    try {
      regex = std::make_shared<const Regex>(texts[3]);
    } catch (const RegexError& error) {
      throw EvaluationError("invalid regular expression in label_replace(): " + texts[3] + ": " +
                            error.what());
    }
  }
  check_label_name(query, destination, "destination", "label_replace");
  table.apply_dropped_names();
  std::string value;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Labels& labels = table.labels(row);
    if (!regex->replace(labels.value(source), replacement, value)) continue;
    table.set_labels(row, LabelsBuilder{labels}.set(destination, value).build());
  }
  table.merge_equal_rows(query.is_left_open());
  if (destination == kMetricNameLabel) table.set_one_name(false);
  return table;
}

StepTable label_join(const Query& query, StepTable table, std::span<const std::string> texts) {
  const std::string& destination = texts[0];
  const std::string& separator = texts[1];
  const auto sources = texts.subspan(2);
  for (const std::string& source : sources) check_label_name(query, source, "source", "label_join");
  check_label_name(query, destination, "destination", "label_join");
  table.apply_dropped_names();
  std::string value;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const Labels& labels = table.labels(row);
    value.clear();
    for (std::size_t at = 0; at < sources.size(); ++at) {
      if (at > 0) value += separator;
      value += labels.value(sources[at]);
    }
    table.set_labels(row, LabelsBuilder{labels}.set(destination, value).build());
  }
  table.merge_equal_rows(query.is_left_open());
  if (destination == kMetricNameLabel) table.set_one_name(false);
  return table;
}

void check_quantile(Query& query, double q, TextRange range) {
  if (q >= 0 && q <= 1) return;
  char text[32];
  std::snprintf(text, sizeof text, "%g", q);
  query.annotate(AnnotationLevel::Warning,
                 "PromQL warning: quantile value should be between 0 and 1, got " +
                     (std::isfinite(q) ? std::string{text} : number_text(q)),
                 range);
}

StepTable histogram_quantile(Query& query, const Call& call, const StepTable& table,
                             std::span<const double> q) {
  for (const double value : q) check_quantile(query, value, call.arguments[0]->range);
  const TextRange range = call.arguments[1]->range;
  const bool tolerant = query.is_left_open();
  return each_histogram(
      query, table, range,
      [&](const ClassicHistogram& histogram, std::vector<Bucket>& buckets, std::size_t step) {
        const BucketQuantile quantile = bucket_quantile(q[step], buckets, tolerant);
        if (quantile.forced_monotonic) {
          query.annotate(
              AnnotationLevel::Info,
              "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see "
              "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)" +
                  (histogram.name.empty() ? "" : " for metric name " + quoted_text(histogram.name)),
              range);
        }
        return quantile.value;
      });
}

StepTable histogram_fraction(Query& query, const Call& call, const StepTable& table,
                             std::span<const double> lower, std::span<const double> upper) {
  return each_histogram(query, table, call.arguments[2]->range,
                        [&](const ClassicHistogram&, std::vector<Bucket>& buckets, std::size_t step) {
                          return bucket_fraction(lower[step], upper[step], buckets);
                        });
}

StepTable sorted(StepTable table, bool descending) {
  if (table.steps() != 1) return table;
  std::vector<std::uint32_t> order(table.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const double left = table.row(a)[0];
    const double right = table.row(b)[0];
    if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
    return descending ? left > right : left < right;
  });
  table.keep_rows(order);
  return table;
}

std::vector<double> scalar_of(const StepTable& table) {
  std::vector<double> out(table.steps(), kNormalNan);
  std::vector<bool> found(table.steps(), false);
  std::vector<bool> several(table.steps(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (!has_sample(values[step])) continue;
      several[step] = found[step];
      found[step] = true;
      out[step] = several[step] ? kNormalNan : values[step];
    }
  }
  return out;
}

}  // namespace vigil::monitoring::promql
