#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"

namespace vigil::engine::metric {

inline constexpr monitoring::MetricDefinition kSampleDuration{
    "monitoring_history_sample_duration_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "Time to record one sample of every series in the history.",
    {},
    monitoring::kOperationSeconds};
inline constexpr monitoring::MetricDefinition kSamplesMissed{
    "monitoring_history_turns_missed_total",
    monitoring::MetricType::Counter,
    "1",
    "Times at which no sample was recorded: the one before took too long, or the wall clock jumped ahead.",
    {}};
inline constexpr monitoring::MetricDefinition kTimeAhead{
    "monitoring_time_ahead_seconds",
    monitoring::MetricType::Gauge,
    "seconds",
    "How far the time of samples and rules is ahead of the wall clock, which was set back.",
    {}};

inline constexpr std::array kMonitorMetrics{kSampleDuration, kSamplesMissed, kTimeAhead};

}  // namespace vigil::engine::metric
