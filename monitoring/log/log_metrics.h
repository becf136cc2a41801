#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::monitoring {

// What the log publishes, besides kRecordsDropped.

inline constexpr std::array<std::string_view, 2> kComponentLevelLabels{"component", "level"};
inline constexpr MetricDefinition kLogEntries{
    "log_entries_total", MetricType::Counter, "1",
    "Log entries at or above the log's level, dropped ones included.",
    kComponentLevelLabels};  // component: kLogComponents; level: TRACE to FATAL

inline constexpr std::array kLogMetrics{kLogEntries};

}  // namespace vigil::monitoring
