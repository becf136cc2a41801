#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "monitoring/metrics/definition.h"

/// What the cases record: the same metrics and values on either side.
namespace vigil::engine::bench {

inline constexpr std::array<std::string_view, 2> kLabels{"venue", "side"};
/// Twelve bounds from 1 us to 250 ms.
inline constexpr std::array kBounds{1e-6, 2.5e-6, 1e-5, 2.5e-5, 1e-4, 2.5e-4,
                                    1e-3, 2.5e-3, 1e-2, 2.5e-2, 1e-1, 2.5e-1};

inline constexpr monitoring::MetricDefinition kCounter{"bench_events_total", monitoring::MetricType::Counter,
                                                       "1", "Events.", kLabels};
inline constexpr monitoring::MetricDefinition kSharedCounter{
    "bench_shared_events_total", monitoring::MetricType::Counter, "1", "Events.", kLabels};
inline constexpr monitoring::MetricDefinition kLookedUp{
    "bench_looked_up_total", monitoring::MetricType::Counter, "1", "Events.", kLabels};
inline constexpr monitoring::MetricDefinition kGauge{"bench_level", monitoring::MetricType::Gauge, "1",
                                                     "A level.", kLabels};
inline constexpr monitoring::MetricDefinition kHistogram{
    "bench_delay_seconds", monitoring::MetricType::Histogram, "seconds", "Delays.", kLabels, kBounds};

inline constexpr monitoring::MetricDefinition kSharedHistogram{
    "bench_shared_delay_seconds", monitoring::MetricType::Histogram, "seconds", "Delays.", kLabels, kBounds};

inline constexpr std::size_t kSpreadValues = 65'536;

/// Delays over all buckets in an order that no branch predictor learns; the same in every run.
[[nodiscard]] inline std::shared_ptr<const std::vector<double>> spread_values() {
  std::mt19937_64 random{1};
  auto values = std::make_shared<std::vector<double>>(kSpreadValues);
  for (double& value : *values) {
    const double share = static_cast<double>(random() >> 11U) * 0x1p-53;
    value = 5e-7 * std::pow(1e6, share);
  }
  return values;
}

}  // namespace vigil::engine::bench
