#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace vigil::monitoring {

class DistributionLayout;

enum class MetricType : std::uint8_t { Counter, Gauge, Histogram, Info };
[[nodiscard]] std::string_view to_string(MetricType type) noexcept;

/// One line of the metric catalogue. Modules keep theirs as constexpr objects in their *_metrics.h, so that
/// `vigil metrics`, the documentation test and the registry read the same text.
struct MetricDefinition {
  std::string_view name;
  MetricType type;
  std::string_view unit;  ///< base unit at the scrape: "seconds", "bytes", "ratio", "1", ...
  std::string_view help;
  std::span<const std::string_view> labels;  ///< names, in the order their values are given
  std::span<const double> buckets = {};      ///< histograms: upper bounds, ascending, without +Inf
  /// Gauges: the values of the last label, if the family is a state set. Its series are taken without that
  /// label and show all of them, 1 for one and 0 for the others.
  std::span<const std::string_view> states = {};
  /// Histograms: count values in this too, for quantiles in process and native histograms at the wire. It
  /// costs 8 bytes a slot and series, and about a nanosecond a record. Lives as long as the definition's
  /// texts.
  const DistributionLayout* distribution = nullptr;
  bool exemplars = false;  ///< histograms: keep the latest observation of each bucket with its trace
  /// Families looked up on the fly: a series that nothing was recorded in for so long is forgotten; 0: never.
  std::chrono::seconds idle_expiry{0};
  /// Histograms: values below 0 occur, so the sum may fall and is no counter. Set with negative bounds, and
  /// without them where what is below 0 counts in the lowest bucket.
  bool signed_values = false;
};

/// Throws std::logic_error naming the metric if a name, a label, a bucket bound or a combination is not what
/// Prometheus or this library allows: definitions are ours, so a wrong one is our bug, found when it is
/// wired.
void validate(const MetricDefinition& definition);
void validate_bounds(const MetricDefinition& definition, std::span<const double> bounds);

}  // namespace vigil::monitoring
