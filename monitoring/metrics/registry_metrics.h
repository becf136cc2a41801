#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::monitoring {

// What a registry publishes about itself, and what all that export from it count alike.

inline constexpr MetricDefinition kSeriesActive{
    "monitoring_series_active", MetricType::Gauge, "1", "Series the registry holds.", {}};

inline constexpr std::array<std::string_view, 1> kMetricLabels{"metric"};
inline constexpr MetricDefinition kSeriesOverflow{
    "monitoring_series_overflow_total", MetricType::Counter, "1",
    "Label sets folded into the series whose labels are all \"other\", because their family was at its cap.",
    kMetricLabels};  // metric: family names

inline constexpr MetricDefinition kRecords{
    "monitoring_records_total",
    MetricType::Counter,
    "1",
    "Records that all counters of whole numbers and all histograms hold; each scrape adds them up.",
    {}};

inline constexpr std::array<std::string_view, 1> kKindLabels{"kind"};
inline constexpr MetricDefinition kMetricsMemory{
    "monitoring_metrics_memory_bytes", MetricType::Gauge, "bytes",
    "Memory of all series: texts, tables and cells (series), and the copies of cells that recording threads "
    "have, at most (thread_cells).",
    kKindLabels};  // kind: series, thread_cells

inline constexpr MetricDefinition kSeriesExpired{
    "monitoring_series_expired_total",
    MetricType::Counter,
    "1",
    "Series forgotten because nothing was recorded in them for as long as their family says.",
    {}};

inline constexpr std::array<std::string_view, 2> kExporterReasonLabels{"exporter", "reason"};
inline constexpr MetricDefinition kRecordsDropped{
    "monitoring_records_dropped_total", MetricType::Counter, "1",
    "Records that monitoring lost, by what should have written them and why.",
    kExporterReasonLabels};  // log: queue_full, write_error; prometheus: type_conflict;
                             // push_gateway: refused, connection, timeout

inline constexpr std::array kRegistryMetrics{kSeriesActive,  kSeriesOverflow, kRecords,
                                             kMetricsMemory, kSeriesExpired,  kRecordsDropped};

}  // namespace vigil::monitoring
