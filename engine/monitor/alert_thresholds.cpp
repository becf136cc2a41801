#include "engine/monitor/alert_thresholds.h"

#include <cmath>
#include <limits>

namespace vigil::engine {

namespace {

constexpr double kShareOfMemory = 0.8;
constexpr double kShareOfCapital = 0.5;

double derived(const AlertThreshold& threshold, const ThresholdSources& sources) noexcept {
  const double value = threshold.name == "heap_bytes" ? kShareOfMemory * sources.memory_limit_bytes
                                                      : kShareOfCapital * sources.least_initial_capital_usd;
  return value > 0 ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::array<double, kAlertThresholds.size()> threshold_values(const AlertThresholdSettings& settings,
                                                             const ThresholdSources& sources) noexcept {
  std::array<double, kAlertThresholds.size()> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const AlertThreshold& threshold = kAlertThresholds[i];
    switch (settings[i].kind) {
      case AlertThresholdSetting::Kind::Automatic:
        values[i] = threshold.is_derived ? derived(threshold, sources) : threshold.fallback;
        break;
      case AlertThresholdSetting::Kind::Off:
        values[i] = std::numeric_limits<double>::quiet_NaN();
        break;
      case AlertThresholdSetting::Kind::Number:
        values[i] = settings[i].number;
        break;
    }
  }
  return values;
}

AlertThresholdGauges::AlertThresholdGauges(monitoring::Registry& registry) {
  for (const AlertThreshold& threshold : kAlertThresholds) {
    gauges_.push_back(registry.gauge(metric::kAlertThreshold, {threshold.name}));
  }
}

void AlertThresholdGauges::publish(const std::array<double, kAlertThresholds.size()>& values) noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) {
      gauges_[i].clear();
    } else {
      gauges_[i].set(values[i]);
    }
  }
}

}  // namespace vigil::engine
