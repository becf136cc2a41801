#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <prometheus/metric_family.h>

#include "monitoring/exposition/text_buffer.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// Prometheus text format 0.0.4, or OpenMetrics 1.0.
enum class TextDialect : std::uint8_t { Prometheus, OpenMetrics };

/// Writes families as text, our own straight from their cells.
///
/// Not prometheus-cpp's TextSerializer: that prints 16 digits, which makes le="0.9975000000000001" of the
/// bound 0.9975 (rules match that text) and loses the last digit of sums. Here every number is the shortest
/// text that reads back as the same number, and sums of our histograms are exact.
///
/// OpenMetrics beside that: units, `_created` of counters and histograms of ours, bounds as 1.0 rather than
/// 1, neither `_sum` nor `_count` of histograms with signed values (its rule: such sums are no counters,
/// and a count comes with a sum; `+Inf` has it), `# EOF`. A foreign counter whose name lacks `_total` gets
/// it; an untyped family is `unknown`.
class TextWriter {
 public:
  /// Appends to `out`, which outlives the writer and is complete after `finish`.
  TextWriter(TextDialect dialect, std::string& out) : buffer_(out), dialect_(dialect) {}

  /// One family from what either or both have of it, with its header; nothing if no series is present. Both
  /// are of one name and type. nullptr: none.
  void write(const ShownFamily* ours, const prometheus::MetricFamily* foreign);
  void finish();

 private:
  void header(std::string_view name, std::string_view type, std::string_view unit, std::string_view help);
  /// A family of ours while its lines are written.
  struct Shown {
    const MetricDefinition& definition;
    const SeriesSet& set;
    bool has_labels;
    bool has_created = false;
    PaddedText created_start = {};
    [[nodiscard]] std::string_view labels(const SeriesTable::Entry& entry) const noexcept {
      return has_labels ? entry.closed_labels() : std::string_view{};
    }
  };
  void series(const ShownFamily& family);
  void counts(const Shown& shown);
  void values(const Shown& shown);
  void states(const Shown& shown);
  void histograms(const Shown& shown);
  void exemplar(TextBuffer::Position& to, const ExemplarSlot& slot);
  void created(TextBuffer::Position& to, const Shown& shown, const SeriesTable::Entry& entry);
  void series(const prometheus::MetricFamily& family);

  TextBuffer buffer_;
  TextDialect dialect_;
};

/// About how much text a family of ours takes, rather more than less; for reserving memory.
[[nodiscard]] std::size_t text_size(const ShownFamily& family, TextDialect dialect) noexcept;

/// Text format 0.0.4.
[[nodiscard]] std::string to_text(std::span<const prometheus::MetricFamily> families);

}  // namespace vigil::monitoring
