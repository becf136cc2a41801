#pragma once

#include <array>
#include <string_view>

#include "monitoring/health/health_state.h"
#include "monitoring/metrics/definition.h"

namespace vigil::monitoring {

// What the health board publishes.

inline constexpr std::array<std::string_view, 2> kComponentStateLabels{"component", "state"};
inline constexpr MetricDefinition kComponentHealthStatus{
    .name = "component_health_status",
    .type = MetricType::Gauge,
    .unit = "1",
    .help = "1 for the state a component is in, 0 for the two others.",
    .labels = kComponentStateLabels,
    .states = kHealthStateNames};

inline constexpr std::array<std::string_view, 1> kComponentLabels{"component"};
inline constexpr MetricDefinition kComponentUp{
    "component_up", MetricType::Gauge, "1", "0 if and only if the component is unhealthy.", kComponentLabels};

inline constexpr std::array kHealthMetrics{kComponentHealthStatus, kComponentUp};

}  // namespace vigil::monitoring
