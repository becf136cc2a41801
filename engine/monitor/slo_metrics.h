#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"

namespace vigil::engine::metric {

// slo: names of the objectives in the files; window: theirs, such as 5m or 30d.
inline constexpr std::array<std::string_view, 1> kSloLabels{"slo"};
inline constexpr std::array<std::string_view, 2> kSloWindowLabels{"slo", "window"};
inline constexpr std::array<std::string_view, 2> kAvailabilityLabels{"component", "window"};

inline constexpr monitoring::MetricDefinition kSloCompliance{
    "slo_compliance_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the events, or of the time, of the window that was good; of a count, 1 while it is within its "
    "bound.",
    kSloWindowLabels};
inline constexpr monitoring::MetricDefinition kSloErrorBudget{
    "slo_error_budget_remaining_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the error budget of the compliance period that is left; below 0 once it is overspent.",
    kSloLabels};
inline constexpr monitoring::MetricDefinition kSloBurnRate{
    "slo_burn_rate_ratio", monitoring::MetricType::Gauge, "ratio",
    "How many times as fast as it may the error budget was spent over the window.", kSloWindowLabels};
inline constexpr monitoring::MetricDefinition kSloTarget{
    "slo_target_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the events, or of the time, that has to be good over the compliance period.", kSloLabels};
inline constexpr monitoring::MetricDefinition kComponentAvailability{
    "component_availability_ratio", monitoring::MetricType::Gauge, "ratio",
    "Part of the time of the window that the component was up.", kAvailabilityLabels};
inline constexpr monitoring::MetricDefinition kSloEvaluationDuration{
    "slo_evaluation_duration_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "Time that one turn of evaluating objectives took; turns without any are left out.",
    {},
    monitoring::kOperationSeconds};
inline constexpr monitoring::MetricDefinition kSloEvaluationFailures{
    "slo_evaluation_failures_total", monitoring::MetricType::Counter, "1",
    "Evaluations of the objective over one window that were given up: too slow, too many samples, or the "
    "history not readable.",
    kSloLabels};

inline constexpr std::array kSloMetrics{
    kSloCompliance,         kSloErrorBudget,        kSloBurnRate,          kSloTarget,
    kComponentAvailability, kSloEvaluationDuration, kSloEvaluationFailures};

}  // namespace vigil::engine::metric
