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

/// Text format 0.0.4 knows no infos: they are gauges there.
std::string_view type_name(MetricType type, TextDialect dialect) {
  const bool is_unknown = type == MetricType::Info && dialect == TextDialect::Prometheus;
  return to_string(is_unknown ? MetricType::Gauge : type);
}

/// As far as names depend on it.
MetricType our_type(prometheus::MetricType type) {
  return type == prometheus::MetricType::Counter ? MetricType::Counter : MetricType::Gauge;
}

/// What OpenMetrics calls the family: the name of its samples without `_total` or `_info`.
std::string_view family_name(std::string_view name, MetricType type, TextDialect dialect) {
  if (dialect != TextDialect::OpenMetrics) return name;
  const std::string_view suffix =
      type == MetricType::Counter ? kTotal : (type == MetricType::Info ? "_info" : "");
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
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

bool has_present(const SeriesSet& set) {
  for (std::uint32_t number = 0; number < set.size(); ++number) {
    if (set.is_present(number)) return true;
  }
  return false;
}

/// The start of a line without suffix: `name{`, or `name ` of a family without labels.
PaddedText line_start(std::string_view name, std::string_view suffix, bool has_labels) {
  return PaddedText(fmt::format("{}{}{}", name, suffix, has_labels ? '{' : ' '));
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
  const bool is_signed =
      histogram.sample_sum < 0 || (!histogram.bucket.empty() && histogram.bucket.front().upper_bound < 0);
  if (dialect == TextDialect::OpenMetrics && is_signed) return;
  lines.line("_sum", histogram.sample_sum);
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

void TextWriter::write(const ShownFamily* ours, const MetricFamily* foreign) {
  const bool shows_ours = ours != nullptr && has_present(*ours->set);
  const bool shows_foreign = foreign != nullptr && !foreign->metric.empty();
  if (!shows_ours && !shows_foreign) return;

  if (ours != nullptr) {
    const MetricDefinition& definition = *ours->definition;
    header(family_name(definition.name, definition.type, dialect_), type_name(definition.type, dialect_),
           definition.unit, definition.help);
  } else {
    header(family_name(foreign->name, our_type(foreign->type), dialect_), type_name(foreign->type, dialect_),
           "", foreign->help);
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

void TextWriter::series(const ShownFamily& family) {
  const MetricDefinition& definition = *family.definition;
  Shown shown{.definition = definition, .set = *family.set, .has_labels = !definition.labels.empty()};
  const bool has_created = definition.type == MetricType::Counter || definition.type == MetricType::Histogram;
  if (dialect_ == TextDialect::OpenMetrics && has_created) {
    shown.created_start =
        line_start(family_name(definition.name, definition.type, dialect_), "_created", shown.has_labels);
    shown.has_created = true;
  }
  switch (family.set->kind()) {
    case CellKind::Count:
    case CellKind::SharedCount:
      return counts(shown);
    case CellKind::State:
      return states(shown);
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      return histograms(shown);
    case CellKind::Amount:
    case CellKind::SharedAmount:
    case CellKind::Gauge:
    case CellKind::Info:
      return values(shown);
  }
}

void TextWriter::counts(const Shown& shown) {
  const PaddedText start = line_start(shown.definition.name, "", shown.has_labels);
  const bool is_shared = shown.set.kind() == CellKind::SharedCount;
  const std::uint32_t size = shown.set.size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size;) {
    const auto [entries, count] = shown.set.table().entries(number);
    const std::atomic<std::uint64_t>* const cells = is_shared ? nullptr : shown.set.counts(number);
    for (std::size_t i = 0; i < count && number < size; ++i, ++number) {
      if (is_shared && !shown.set.is_present(number)) continue;
      const std::uint64_t value =
          is_shared ? shown.set.count(number) : cells[i].load(std::memory_order_relaxed);
      buffer_.line(to, start, shown.labels(entries[i]), value);
      created(to, shown, entries[i]);
    }
  }
  buffer_.end(to);
}

void TextWriter::values(const Shown& shown) {
  const PaddedText start = line_start(shown.definition.name, "", shown.has_labels);
  const std::uint32_t size = shown.set.size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!shown.set.is_present(number)) continue;
    const SeriesTable::Entry& entry = shown.set.table().entry(number);
    buffer_.line(to, start, shown.labels(entry), shown.set.value(number));
    created(to, shown, entry);
  }
  buffer_.end(to);
}

void TextWriter::states(const Shown& shown) {
  const PaddedText start(fmt::format("{}{{", shown.definition.name));
  const std::span<const std::string_view> names = shown.definition.states;
  std::vector<PaddedText> endings;
  endings.reserve(names.size());
  for (const std::string_view state : names) {
    std::string ending = shown.definition.labels.size() == 1 ? "" : ",";
    ending += std::string(shown.definition.labels.back()) + "=\"";
    append_escaped(ending, state, true);
    endings.emplace_back(ending + "\"} ");
  }
  const std::uint32_t size = shown.set.size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size; ++number) {
    const SeriesTable::Entry& entry = shown.set.table().entry(number);
    const std::size_t state = shown.set.state(number);
    for (std::size_t i = 0; i < endings.size(); ++i) {
      buffer_.line(to, start, entry.labels(), endings[i], std::uint64_t{i == state ? 1U : 0U});
    }
  }
  buffer_.end(to);
}

void TextWriter::histograms(const Shown& shown) {
  const std::string_view name = shown.definition.name;
  const BucketLayout& layout = shown.set.layout();
  const PaddedText bucket(fmt::format("{}_bucket{{", name));
  const std::vector<PaddedText> endings = bucket_endings(layout.bounds(), shown.has_labels, dialect_);
  const PaddedText sum = line_start(name, "_sum", shown.has_labels);
  const PaddedText count = line_start(name, "_count", shown.has_labels);
  const bool has_sum = dialect_ == TextDialect::Prometheus || !shown.definition.signed_values;
  const bool has_exemplars = dialect_ == TextDialect::OpenMetrics && shown.definition.exemplars;
  const std::uint32_t size = shown.set.size();
  TextBuffer::Position to = buffer_.begin();
  for (std::uint32_t number = 0; number < size; ++number) {
    if (!shown.set.is_present(number)) continue;
    const SeriesTable::Entry& entry = shown.set.table().entry(number);
    std::uint64_t counted = 0;
    for (std::size_t i = 0; i < endings.size(); ++i) {
      counted += shown.set.bucket_count(number, i);
      buffer_.line(to, bucket, entry.labels(), endings[i], counted);
      if (has_exemplars) exemplar(to, shown.set.exemplars(number)[i]);
    }
    if (has_sum) {
      buffer_.line(to, sum, shown.labels(entry), shown.set.sum_in_steps(number), layout.decimals());
    }
    if (has_sum) buffer_.line(to, count, shown.labels(entry), counted);
    created(to, shown, entry);
  }
  buffer_.end(to);
}

/// Behind the sample on its line, whose end is moved.
void TextWriter::exemplar(TextBuffer::Position& to, const ExemplarSlot& slot) {
  const auto latest = slot.read();
  if (!latest) return;
  --to.at;
  buffer_.end(to);
  buffer_.append(fmt::format(" # {{trace_id=\"{:016x}{:016x}\"}} {} {}.{:09}\n", latest->trace.high,
                             latest->trace.low, latest->value, latest->time.count() / 1'000'000'000,
                             latest->time.count() % 1'000'000'000));
  to = buffer_.begin();
}

void TextWriter::created(TextBuffer::Position& to, const Shown& shown, const SeriesTable::Entry& entry) {
  if (shown.has_created)
    buffer_.line(to, shown.created_start, shown.labels(entry), std::uint64_t{entry.created});
}

void TextWriter::series(const MetricFamily& family) {
  const std::string_view name = family_name(family.name, our_type(family.type), dialect_);
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

std::size_t text_size(const ShownFamily& family, TextDialect dialect) noexcept {
  constexpr std::size_t kNumber = 14;  // digits of large counts, brace, blank and line end
  constexpr std::size_t kLabel = 18;   // _bucket and le="0.00025", or a state
  const MetricDefinition& definition = *family.definition;
  const std::size_t series = family.set->size();
  const std::size_t line = series * (definition.name.size() + kNumber) + family.set->table().text_size();
  const std::size_t created = dialect == TextDialect::OpenMetrics ? line + 8 * series : 0;
  const std::size_t header = 2 * definition.name.size() + definition.help.size() + 32;
  switch (definition.type) {
    case MetricType::Counter:
      return header + line + created;
    case MetricType::Gauge:
    case MetricType::Info:
      return header + std::max<std::size_t>(definition.states.size(), 1) * (line + kLabel * series);
    case MetricType::Histogram:
      break;
  }
  const std::size_t buckets = family.set->layout().buckets();
  return header + (buckets + 2) * line + buckets * series * kLabel + created;
}

std::string to_text(std::span<const MetricFamily> families) {
  std::string out;
  TextWriter writer(TextDialect::Prometheus, out);
  for (const MetricFamily& family : families) writer.write(nullptr, &family);
  writer.finish();
  return out;
}

}  // namespace vigil::monitoring
