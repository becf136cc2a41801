#include "monitoring/exposition/text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "monitoring/exposition/bound_text.h"

namespace vigil::monitoring {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

constexpr std::string_view kTotal = "_total";

std::string_view type_name(prometheus::MetricType type, TextDialect dialect) {
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
  return dialect == TextDialect::OpenMetrics ? "unknown" : "untyped";
}

/// Escapes what the formats want escaped: backslash and line end, and the quote where it ends the text.
void append_escaped(std::string& out, std::string_view text, bool with_quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (with_quotes && c == '"')) out += '\\';
    out += c;
  }
}

/// `a="x",b="y"`
std::string labels_of(const ClientMetric& metric) {
  std::string text;
  for (const auto& label : metric.label) {
    if (!text.empty()) text += ',';
    text += label.name + "=\"";
    append_escaped(text, label.value, true);
    text += '"';
  }
  return text;
}

/// What OpenMetrics calls the family: a counter's name is that of its samples without `_total`.
std::string_view family_name(std::string_view name, bool is_counter, TextDialect dialect) {
  if (dialect == TextDialect::OpenMetrics && is_counter && name.ends_with(kTotal)) {
    name.remove_suffix(kTotal.size());
  }
  return name;
}

/// `,le="0.5"} ` for each bucket, the one without bound last.
std::vector<PaddedText> bucket_endings(std::span<const double> bounds, bool has_labels, TextDialect dialect) {
  std::vector<PaddedText> endings;
  endings.reserve(bounds.size() + 1);
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    const double bound = i < bounds.size() ? bounds[i] : HUGE_VAL;
    endings.emplace_back(fmt::format("{}le=\"{}\"}} ", has_labels ? "," : "", bound_text(bound, dialect)));
  }
  return endings;
}

bool has_present(const Family& family) {
  for (std::uint32_t number = 0; number < family.series().size(); ++number) {
    if (family.is_present(number)) return true;
  }
  return false;
}

/// The start of a line without suffix: `name{`, or `name ` of a family without labels.
PaddedText line_start(std::string_view name, std::string_view suffix, bool has_labels) {
  return PaddedText(fmt::format("{}{}{}", name, suffix, has_labels ? '{' : ' '));
}

bool sums_grow(std::span<const double> bounds) {
  return bounds.empty() || bounds.front() >= 0;
}

/// Lines of a foreign series.
class ForeignLines {
 public:
  ForeignLines(TextBuffer& buffer, TextDialect dialect, std::string_view name, const ClientMetric& metric)
      : buffer_(buffer), dialect_(dialect), name_(name), labels_(labels_of(metric)) {
    if (metric.timestamp_ms == 0) return;
    time_ = dialect == TextDialect::OpenMetrics
                ? fmt::format(" {}", static_cast<double>(metric.timestamp_ms) / 1e3)
                : fmt::format(" {}", metric.timestamp_ms);
  }
  template <typename Number>
  void line(std::string_view suffix, Number value) {
    start(suffix);
    if (!labels_.empty()) buffer_.append("{" + labels_ + "}");
    finish(value);
  }
  template <typename Number>
  void line(std::string_view suffix, std::string_view label, double label_value, Number value) {
    start(suffix);
    buffer_.append(fmt::format("{{{}{}{}=\"{}\"}}", labels_, labels_.empty() ? "" : ",", label,
                               bound_text(label_value, dialect_)));
    finish(value);
  }

 private:
  void start(std::string_view suffix) {
    buffer_.append(name_);
    buffer_.append(suffix);
  }
  template <typename Number>
  void finish(Number value) {
    buffer_.append(" ");
    buffer_.append(value);
    buffer_.append(time_);
    buffer_.append("\n");
  }

  TextBuffer& buffer_;
  TextDialect dialect_;
  std::string_view name_;
  std::string labels_;
  std::string time_;
};

void write_histogram(ForeignLines& lines, const ClientMetric::Histogram& histogram, TextDialect dialect) {
  bool has_last = false;
  for (const auto& bucket : histogram.bucket) {
    lines.line("_bucket", "le", bucket.upper_bound, bucket.cumulative_count);
    has_last = std::isinf(bucket.upper_bound) && bucket.upper_bound > 0;
  }
  if (!has_last) lines.line("_bucket", "le", HUGE_VAL, histogram.sample_count);
  const bool is_growing = histogram.bucket.empty() || histogram.bucket.front().upper_bound >= 0;
  if (dialect == TextDialect::Prometheus || is_growing) lines.line("_sum", histogram.sample_sum);
  lines.line("_count", histogram.sample_count);
}

void write_summary(ForeignLines& lines, const ClientMetric::Summary& summary) {
  for (const auto& quantile : summary.quantile) {
    lines.line("", "quantile", quantile.quantile, quantile.value);
  }
  lines.line("_sum", summary.sample_sum);
  lines.line("_count", summary.sample_count);
}

}  // namespace

void TextWriter::write(const Family* ours, const MetricFamily* foreign) {
  const bool shows_ours = ours != nullptr && has_present(*ours);
  const bool shows_foreign = foreign != nullptr && !foreign->metric.empty();
  if (!shows_ours && !shows_foreign) return;

  if (ours != nullptr) {
    const MetricDefinition& definition = ours->definition();
    header(family_name(definition.name, definition.type == MetricType::Counter, dialect_),
           to_string(definition.type), definition.unit, definition.help);
  } else {
    header(family_name(foreign->name, foreign->type == prometheus::MetricType::Counter, dialect_),
           type_name(foreign->type, dialect_), "", foreign->help);
  }
  if (shows_ours) series(*ours);
  if (shows_foreign) series(*foreign);
}

void TextWriter::finish() {
  if (dialect_ == TextDialect::OpenMetrics) buffer_.append("# EOF\n");
  buffer_.finish();
}

void TextWriter::header(std::string_view name, std::string_view type, std::string_view unit,
                        std::string_view help) {
  std::string text;
  if (!help.empty()) {
    text += fmt::format("# HELP {} ", name);
    append_escaped(text, help, dialect_ == TextDialect::OpenMetrics);
    text += '\n';
  }
  text += fmt::format("# TYPE {} {}\n", name, type);
  const bool names_unit = !unit.empty() && name.size() > unit.size() + 1 && name.ends_with(unit) &&
                          name[name.size() - unit.size() - 1] == '_';
  if (dialect_ == TextDialect::OpenMetrics && names_unit) text += fmt::format("# UNIT {} {}\n", name, unit);
  buffer_.append(text);
}

void TextWriter::series(const Family& family) {
  const MetricDefinition& definition = family.definition();
  const bool is_counter = definition.type == MetricType::Counter;
  Shown shown{.family = family, .has_labels = !definition.labels.empty()};
  if (dialect_ == TextDialect::OpenMetrics && definition.type != MetricType::Gauge) {
    shown.created_start =
        line_start(family_name(definition.name, is_counter, dialect_), "_created", shown.has_labels);
    shown.has_created = true;
  }
  if (definition.type == MetricType::Histogram) {
    histograms(shown);
  } else if (family.kind() == Family::CellKind::Count || family.kind() == Family::CellKind::SharedCount) {
    counts(shown);
  } else {
    values(shown);
  }
}

void TextWriter::counts(const Shown& shown) {
  const Family& family = shown.family;
  const PaddedText start = line_start(family.definition().name, "", shown.has_labels);
  const bool is_shared = family.kind() == Family::CellKind::SharedCount;
  const std::uint32_t size = family.series().size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size;) {
    const auto [entries, count] = family.series().entries(number);
    const std::atomic<std::uint64_t>* const cells = is_shared ? nullptr : family.counts(number);
    for (std::size_t i = 0; i < count && number < size; ++i, ++number) {
      const std::uint64_t value = is_shared ? family.count(number) : cells[i].load(std::memory_order_relaxed);
      buffer_.line(to, start, shown.labels(entries[i]), value);
      created(to, shown, entries[i]);
    }
  }
  buffer_.end(to);
}

void TextWriter::values(const Shown& shown) {
  const Family& family = shown.family;
  const PaddedText start = line_start(family.definition().name, "", shown.has_labels);
  const std::uint32_t size = family.series().size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!family.is_present(number)) continue;
    const SeriesTable::Entry& entry = family.series().entry(number);
    buffer_.line(to, start, shown.labels(entry), family.value(number));
    created(to, shown, entry);
  }
  buffer_.end(to);
}

void TextWriter::histograms(const Shown& shown) {
  const Family& family = shown.family;
  const std::string_view name = family.definition().name;
  const BucketLayout& layout = family.layout();
  const PaddedText bucket(fmt::format("{}_bucket{{", name));
  const std::vector<PaddedText> endings = bucket_endings(layout.bounds(), shown.has_labels, dialect_);
  const PaddedText sum = line_start(name, "_sum", shown.has_labels);
  const PaddedText count = line_start(name, "_count", shown.has_labels);
  const bool has_sum = dialect_ == TextDialect::Prometheus || sums_grow(layout.bounds());
  const std::uint32_t size = family.series().size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size; ++number) {
    const SeriesTable::Entry& entry = family.series().entry(number);
    std::uint64_t counted = 0;
    for (std::size_t i = 0; i < endings.size(); ++i) {
      counted += family.bucket_count(number, i);
      buffer_.line(to, bucket, entry.labels(), endings[i], counted);
    }
    if (has_sum) buffer_.line(to, sum, shown.labels(entry), family.sum_in_steps(number), layout.decimals());
    buffer_.line(to, count, shown.labels(entry), counted);
    created(to, shown, entry);
  }
  buffer_.end(to);
}

void TextWriter::created(TextBuffer::Position& to, const Shown& shown, const SeriesTable::Entry& entry) {
  if (shown.has_created)
    buffer_.line(to, shown.created_start, shown.labels(entry), std::uint64_t{entry.created});
}

void TextWriter::series(const MetricFamily& family) {
  const bool is_counter = family.type == prometheus::MetricType::Counter;
  const std::string_view name = family_name(family.name, is_counter, dialect_);
  for (const ClientMetric& metric : family.metric) {
    ForeignLines lines(buffer_, dialect_, name, metric);
    switch (family.type) {
      case prometheus::MetricType::Counter:
        lines.line(dialect_ == TextDialect::OpenMetrics ? kTotal : "", metric.counter.value);
        break;
      case prometheus::MetricType::Gauge:
        lines.line("", metric.gauge.value);
        break;
      case prometheus::MetricType::Summary:
        write_summary(lines, metric.summary);
        break;
      case prometheus::MetricType::Histogram:
        write_histogram(lines, metric.histogram, dialect_);
        break;
      case prometheus::MetricType::Untyped:
        lines.line("", metric.untyped.value);
        break;
    }
  }
}

std::size_t text_size(const Family& family, TextDialect dialect) noexcept {
  constexpr std::size_t kNumber = 14;  // digits of large counts, brace, blank and line end
  constexpr std::size_t kBucket = 18;  // _bucket and le="0.00025",
  const MetricDefinition& definition = family.definition();
  const std::size_t series = family.series().size();
  const std::size_t line = series * (definition.name.size() + kNumber) + family.series().text_size();
  const std::size_t created = dialect == TextDialect::OpenMetrics ? line + 8 * series : 0;
  const std::size_t header = 2 * definition.name.size() + definition.help.size() + 32;
  if (definition.type == MetricType::Gauge) return header + line;
  if (definition.type == MetricType::Counter) return header + line + created;
  const std::size_t buckets = family.layout().buckets();
  return header + (buckets + 2) * line + buckets * series * kBucket + created;
}

std::string to_text(std::span<const MetricFamily> families) {
  std::string out;
  TextWriter writer(TextDialect::Prometheus, out);
  for (const MetricFamily& family : families) writer.write(nullptr, &family);
  writer.finish();
  return out;
}

}  // namespace vigil::monitoring
