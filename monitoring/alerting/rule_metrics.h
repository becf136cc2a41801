#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::monitoring {

// What rules publish.

inline constexpr std::array<std::string_view, 1> kSeverityLabels{"severity"};
inline constexpr MetricDefinition kAlertsActive{
    "monitoring_alerts_active", MetricType::Gauge, "1",
    "Alerts that fire, by the label severity of their rule.",
    kSeverityLabels};  // severity: critical, high, warning, info, other
inline constexpr std::array<std::string_view, 2> kAlertSeverityLabels{"alertname", "severity"};
inline constexpr MetricDefinition kAlertsFired{
    "monitoring_alerts_fired_total", MetricType::Counter, "1", "Alerts that began to fire.",
    kAlertSeverityLabels};  // alertname: of the loaded rules; severity as above
inline constexpr std::array<std::string_view, 1> kRuleResultLabels{"result"};
inline constexpr MetricDefinition kRuleEvaluations{"monitoring_rule_evaluations_total", MetricType::Counter,
                                                   "1", "Evaluations of rules.",
                                                   kRuleResultLabels};  // result: success, failure
inline constexpr std::array<double, 12> kCycleSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                      0.01,   0.025,   0.05,   0.1,   0.25,   1};
inline constexpr MetricDefinition kRuleCycleDuration{
    "monitoring_rule_cycle_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "Time to evaluate all groups of rules that were due at once.",
    {},
    kCycleSeconds};

inline constexpr std::array kRuleMetrics{kAlertsActive, kAlertsFired, kRuleEvaluations, kRuleCycleDuration};

}  // namespace vigil::monitoring
