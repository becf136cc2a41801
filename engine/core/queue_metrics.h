#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

// Of the queues between the threads; each is published by who owns it.

namespace vigil::engine::metric {

inline constexpr std::array<std::string_view, 2> kQueueLabels{"component", "queue"};

inline constexpr monitoring::MetricDefinition kQueueDepth{"system_queue_depth", monitoring::MetricType::Gauge,
                                                          "1", "Entries waiting in a queue between threads.",
                                                          kQueueLabels};
inline constexpr monitoring::MetricDefinition kQueueCapacity{
    "system_queue_capacity", monitoring::MetricType::Gauge, "1", "Entries a queue between threads can hold.",
    kQueueLabels};

}  // namespace vigil::engine::metric
