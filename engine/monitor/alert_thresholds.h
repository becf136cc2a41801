#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// A number that rules compare with but do not contain, because it depends on the machine or the desk. The
/// configuration has it (`thresholds:`), rules read monitoring_alert_threshold{threshold="NAME"}.
struct AlertThreshold {
  std::string_view name;
  double fallback;          ///< where the configuration says nothing; of no meaning if that is derived
  bool is_derived = false;  ///< where the configuration says nothing it is derived when the engine starts
  double least, most;       ///< what is taken
};

inline constexpr double kMostAmount = 1e18;
inline constexpr std::array<AlertThreshold, 13> kAlertThresholds{{
    {.name = "lp_latency_p95_seconds", .fallback = 0.25, .least = 1e-9, .most = 3600},
    {.name = "heap_bytes", .fallback = 0, .is_derived = true, .least = 1, .most = kMostAmount},
    {.name = "threads", .fallback = 200, .least = 1, .most = 1e6},
    {.name = "api_latency_p95_seconds", .fallback = 0.1, .least = 1e-9, .most = 3600},
    {.name = "margin_usage_warning_ratio", .fallback = 0.8, .least = 0, .most = 1000},
    {.name = "margin_usage_critical_ratio", .fallback = 0.95, .least = 0, .most = 1000},
    {.name = "account_balance_min_usd", .fallback = 0, .is_derived = true, .least = 0, .most = kMostAmount},
    {.name = "pool_utilization_ratio", .fallback = 0.9, .least = 0, .most = 1},
    {.name = "api_quota_usage_ratio", .fallback = 0.9, .least = 0, .most = 1},
    {.name = "capacity_utilization_ratio", .fallback = 0.85, .least = 0, .most = 1},
    {.name = "predicted_breach_horizon_seconds", .fallback = 900, .least = 0, .most = 1e9},
    {.name = "anomaly_score", .fallback = 4, .least = 0, .most = 1e9},
    {.name = "data_drift_score", .fallback = 0.2, .least = 0, .most = 1e9},
}};

/// What the configuration says about one of them.
struct AlertThresholdSetting {
  enum class Kind : std::uint8_t { Automatic, Off, Number };
  Kind kind = Kind::Automatic;  ///< Automatic: the fallback, or derived
  double number = 0;            ///< of Kind::Number
  friend bool operator==(const AlertThresholdSetting&, const AlertThresholdSetting&) = default;
};
/// By place in kAlertThresholds.
using AlertThresholdSettings = std::array<AlertThresholdSetting, kAlertThresholds.size()>;

/// What those that are derived are derived from; 0: not known.
struct ThresholdSources {
  double memory_limit_bytes = 0;
  double least_initial_capital_usd = 0;  ///< of the accounts
};

/// The values that hold; NaN for one that is off, or derived from something that is not known.
[[nodiscard]] std::array<double, kAlertThresholds.size()> threshold_values(
    const AlertThresholdSettings& settings, const ThresholdSources& sources) noexcept;

namespace metric {
inline constexpr std::array<std::string_view, 1> kThresholdLabels{"threshold"};
inline constexpr monitoring::MetricDefinition kAlertThreshold{
    "monitoring_alert_threshold", monitoring::MetricType::Gauge, "as compared",
    "What rules compare with, from the section `thresholds` of the configuration.", kThresholdLabels};
}  // namespace metric

/// Publishes the values. Any thread, one at a time.
class AlertThresholdGauges {
 public:
  explicit AlertThresholdGauges(monitoring::Registry& registry);
  /// NaN: the series is absent, and the rules that read it never hold.
  void publish(const std::array<double, kAlertThresholds.size()>& values) noexcept;

 private:
  std::vector<monitoring::Gauge> gauges_;
};

}  // namespace vigil::engine
