#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vigil::monitoring {

enum class MetricType : std::uint8_t { Counter, Gauge, Histogram };
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
};

/// Throws std::logic_error naming the metric if a name, a label or a bucket bound is not what Prometheus
/// allows: definitions are ours, so a wrong one is our bug, found when it is wired.
void validate(const MetricDefinition& definition);
void validate_bounds(std::string_view name, std::span<const double> bounds);

}  // namespace vigil::monitoring
