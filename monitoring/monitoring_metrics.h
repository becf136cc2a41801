#pragma once

#include <array>
#include <string_view>

#include "monitoring/health/health_state.h"
#include "monitoring/metrics/definition.h"

namespace vigil::monitoring {

class Registry;

// What the monitoring module publishes. Label values come from closed sets, named beside each definition.

/// Bounds for round trips and other whole operations, 100 us to 5 s.
inline constexpr std::array kOperationSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                              0.05,   0.1,     0.25,   0.5,   1.0,    2.0,   5.0};

// The monitoring subsystem itself.

inline constexpr std::array<std::string_view, 1> kFormatLabels{"format"};
inline constexpr MetricDefinition kScrapeDuration{"monitoring_scrape_duration_seconds",
                                                  MetricType::Histogram,
                                                  "seconds",
                                                  "Time to collect and format one scrape.",
                                                  kFormatLabels,
                                                  kOperationSeconds};  // format: text, openmetrics, protobuf

inline constexpr MetricDefinition kSeriesActive{
    "monitoring_series_active", MetricType::Gauge, "1", "Series the registry holds.", {}};

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

inline constexpr std::array<std::string_view, 1> kMetricLabels{"metric"};
inline constexpr MetricDefinition kSeriesOverflow{
    "monitoring_series_overflow_total", MetricType::Counter, "1",
    "Label sets folded into the series whose labels are all \"other\", because their family was at its cap.",
    kMetricLabels};  // metric: family names

inline constexpr std::array<std::string_view, 2> kExporterReasonLabels{"exporter", "reason"};
inline constexpr MetricDefinition kRecordsDropped{
    "monitoring_records_dropped_total", MetricType::Counter, "1",
    "Records that monitoring lost, by what should have written them and why.",
    kExporterReasonLabels};  // log: queue_full, write_error; prometheus: type_conflict;
                             // push_gateway: refused, connection, timeout

inline constexpr std::array<std::string_view, 1> kExporterLabels{"exporter"};
inline constexpr MetricDefinition kExportLatency{
    "monitoring_export_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time from beginning to write what an exporter sends to the receiver's answer, failures included.",
    kExporterLabels,
    kOperationSeconds};  // exporter: push_gateway

inline constexpr std::array<std::string_view, 2> kComponentLevelLabels{"component", "level"};
inline constexpr MetricDefinition kLogEntries{
    "log_entries_total", MetricType::Counter, "1",
    "Log entries at or above the log's level, dropped ones included.",
    kComponentLevelLabels};  // component: kLogComponents; level: TRACE to FATAL

inline constexpr std::array<std::string_view, 1> kSourceLabels{"source"};
inline constexpr MetricDefinition kClockInfo{"monitoring_clock_info", MetricType::Gauge, "1",
                                             "1 for the source of the engine's time, 0 for the other.",
                                             kSourceLabels};  // source: tsc, monotonic
inline constexpr MetricDefinition kClockDrift{
    "monitoring_clock_drift_seconds",
    MetricType::Gauge,
    "seconds",
    "The engine's time less the system's monotonic clock at the last check.",
    {}};
inline constexpr std::array<std::string_view, 1> kResultLabels{"result"};
inline constexpr MetricDefinition kClockChecks{
    "monitoring_clock_checks_total", MetricType::Counter, "1",
    "Comparisons of the engine's time with the system's monotonic clock, by what came of them.",
    kResultLabels};  // result: unneeded, followed, too_soon, disturbed, late, lost

// HTTP.

inline constexpr std::array<std::string_view, 3> kRouteMethodStatusLabels{"route", "method", "status_code"};
inline constexpr MetricDefinition kHttpRequests{
    "http_requests_total", MetricType::Counter, "1", "HTTP requests answered.",
    kRouteMethodStatusLabels};  // route: templates, "other"; method: kHttpMethodNames

inline constexpr std::array<std::string_view, 2> kRouteMethodLabels{"route", "method"};
inline constexpr MetricDefinition kHttpRequestDuration{
    "http_request_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "Time from a request read to its answer ready to be sent.",
    kRouteMethodLabels,
    kOperationSeconds};

inline constexpr std::array<std::string_view, 1> kReasonLabels{"reason"};
inline constexpr MetricDefinition kHttpConnectionsDropped{
    "http_connections_dropped_total", MetricType::Counter, "1",
    "Connections that the HTTP server ended because of what the client did, or did not do in time.",
    kReasonLabels};  // reason: DropReason

inline constexpr std::array<std::string_view, 2> kGroupReasonLabels{"group", "reason"};
inline constexpr MetricDefinition kHttpAuthFailures{
    "http_auth_failures_total", MetricType::Counter, "1",
    "HTTP requests refused for their credentials, answered 401 or 403.",
    kGroupReasonLabels};  // group: metrics, api, control; reason: missing, wrong, forbidden

// Health.

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

// The process, from the operating system.

inline constexpr MetricDefinition kCpuUsage{
    "execution_cpu_usage_percent", MetricType::Gauge, "percent",
    "Share of all the machine's processors used since the sample before, 0 to 100.",
    kComponentLabels};  // component: process

inline constexpr std::array<std::string_view, 2> kComponentKindLabels{"component", "kind"};
inline constexpr MetricDefinition kMemoryUsage{
    "execution_memory_usage_bytes", MetricType::Gauge, "bytes",
    "Memory in use: pages in memory (resident), blocks handed out by the allocator (heap).",
    kComponentKindLabels};  // component: process; kind: resident, heap

inline constexpr MetricDefinition kThreads{
    "system_threads", MetricType::Gauge, "1", "Threads of the process.", {}};

inline constexpr std::array<std::string_view, 2> kInterfaceDirectionLabels{"interface", "direction"};
inline constexpr MetricDefinition kNetworkBytes{
    "system_network_bytes_total", MetricType::Counter, "bytes",
    "Bytes through a network interface of the machine (or container).",
    kInterfaceDirectionLabels};  // direction: receive, transmit

inline constexpr std::array<std::string_view, 1> kFilesystemLabels{"filesystem"};
inline constexpr MetricDefinition kDiskUsage{"system_disk_usage_bytes", MetricType::Gauge, "bytes",
                                             "Bytes used on a file system the engine writes to.",
                                             kFilesystemLabels};  // filesystem: names from the configuration
inline constexpr MetricDefinition kDiskSize{"system_disk_size_bytes", MetricType::Gauge, "bytes",
                                            "Size of a file system the engine writes to.", kFilesystemLabels};

inline constexpr std::array<std::string_view, 1> kOperationLabels{"operation"};
inline constexpr MetricDefinition kIoBytes{"system_io_bytes_total", MetricType::Counter, "bytes",
                                           "Bytes the process caused to be read from and written to storage.",
                                           kOperationLabels};  // operation: read, write

inline constexpr MetricDefinition kProcessStartTime{"process_start_time_seconds",
                                                    MetricType::Gauge,
                                                    "seconds",
                                                    "When the process started, seconds since 1970.",
                                                    {}};

inline constexpr std::array<std::string_view, 1> kVersionLabels{"version"};
inline constexpr MetricDefinition kBuildInfo{"execution_build_info", MetricType::Info, "1",
                                             "Always 1; the label tells the version.", kVersionLabels};

/// The module's whole catalogue, by subject.
inline constexpr std::array kMonitoringMetrics{kScrapeDuration,
                                               kSeriesActive,
                                               kSeriesOverflow,
                                               kRecords,
                                               kMetricsMemory,
                                               kSeriesExpired,
                                               kRecordsDropped,
                                               kExportLatency,
                                               kLogEntries,
                                               kClockInfo,
                                               kClockDrift,
                                               kClockChecks,
                                               kHttpRequests,
                                               kHttpRequestDuration,
                                               kHttpConnectionsDropped,
                                               kHttpAuthFailures,
                                               kComponentHealthStatus,
                                               kComponentUp,
                                               kCpuUsage,
                                               kMemoryUsage,
                                               kThreads,
                                               kNetworkBytes,
                                               kDiskUsage,
                                               kDiskSize,
                                               kIoBytes,
                                               kProcessStartTime,
                                               kBuildInfo};

/// Declares kMonitoringMetrics, for `definitions()` of a registry whose users have not been wired.
void declare_all(Registry& registry);

}  // namespace vigil::monitoring
