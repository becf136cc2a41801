#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"

namespace vigil::monitoring {

// What exporters publish, besides kRecordsDropped.

inline constexpr std::array<std::string_view, 1> kExporterLabels{"exporter"};
inline constexpr MetricDefinition kExportLatency{
    "monitoring_export_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time from beginning to write what an exporter sends to the receiver's answer, failures included.",
    kExporterLabels,
    kOperationSeconds};  // exporter: push_gateway

inline constexpr std::array kExportMetrics{kExportLatency};

}  // namespace vigil::monitoring
