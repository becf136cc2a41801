#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"

namespace vigil::engine::metric {

// signal, resource, metric_a, metric_b: names in predicted_signals.cpp.
inline constexpr std::array<std::string_view, 1> kPredictedSignalLabels{"signal"};
inline constexpr std::array<std::string_view, 2> kBreachedLimitLabels{"account", "limit_type"};
inline constexpr std::array<std::string_view, 1> kPredictedResourceLabels{"resource"};
inline constexpr std::array<std::string_view, 2> kCorrelatedLabels{"metric_a", "metric_b"};

inline constexpr monitoring::MetricDefinition kTimeToBreach{
    "monitoring_predicted_time_to_breach_seconds", monitoring::MetricType::Gauge, "seconds",
    "Time until the signal reaches its limit if it goes on as it does; absent while it does not near it.",
    kPredictedSignalLabels};
inline constexpr monitoring::MetricDefinition kLimitTimeToBreach{
    "risk_manager_time_to_breach_seconds", monitoring::MetricType::Gauge, "seconds",
    "Time until the account reaches the limit if its use goes on as it does; absent while it does not near "
    "it.",
    kBreachedLimitLabels};
inline constexpr monitoring::MetricDefinition kPredictedLoad{
    "monitoring_predicted_load_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the resource's capacity that will be used in 15 minutes if it goes on as it does.",
    kPredictedResourceLabels};
inline constexpr monitoring::MetricDefinition kCapacityUtilization{
    "execution_capacity_utilization_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the resource's capacity that is used, as of the last round of predictions.",
    kPredictedResourceLabels};
inline constexpr monitoring::MetricDefinition kAnomalyScore{
    "monitoring_anomaly_score", monitoring::MetricType::Gauge, "1",
    "Robust standard deviations between the signal and what is usual for it; absent until that is known.",
    kPredictedSignalLabels};
inline constexpr monitoring::MetricDefinition kWatchedValue{
    "monitoring_watched_value", monitoring::MetricType::Gauge, "as watched",
    "What monitoring_anomaly_score judges and what correlations are between.", kPredictedSignalLabels};
inline constexpr monitoring::MetricDefinition kCorrelation{
    "monitoring_metric_correlation_coefficient", monitoring::MetricType::Gauge, "1",
    "Correlation of the changes, minute by minute, of two watched values in the last hour; the strongest "
    "pairs.",
    kCorrelatedLabels};
inline constexpr monitoring::MetricDefinition kPredictionDuration{
    "monitoring_prediction_duration_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "Time that one turn of predictions took; a round of all signals has one turn or several.",
    {},
    monitoring::kOperationSeconds};
inline constexpr monitoring::MetricDefinition kPredictionFailures{
    "monitoring_prediction_failures_total", monitoring::MetricType::Counter, "1",
    "Rounds in which the signal was given up: too slow, too many series, or the history not readable.",
    kPredictedSignalLabels};

inline constexpr std::array kPredictionMetrics{
    kTimeToBreach, kLimitTimeToBreach, kPredictedLoad,      kCapacityUtilization, kAnomalyScore,
    kWatchedValue, kCorrelation,       kPredictionDuration, kPredictionFailures};

}  // namespace vigil::engine::metric
