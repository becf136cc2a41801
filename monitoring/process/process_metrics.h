#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/process/process_readings.h"

namespace vigil::monitoring {

// From the operating system.

inline constexpr std::array<std::string_view, 1> kProcessComponentLabels{"component"};
inline constexpr MetricDefinition kCpuUsage{
    "execution_cpu_usage_percent", MetricType::Gauge, "percent",
    "Share of all the machine's processors used since the sample before, 0 to 100.",
    kProcessComponentLabels};  // component: process

inline constexpr std::array<std::string_view, 2> kComponentKindLabels{"component", "kind"};
inline constexpr MetricDefinition kMemoryUsage{
    "execution_memory_usage_bytes", MetricType::Gauge, "bytes",
    "Memory in use: pages in memory (resident), blocks handed out by the allocator (heap); of monitoring "
    "what "
    "its series and its history take.",
    kComponentKindLabels};  // component: process, monitoring (heap); kind: resident, heap

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

inline constexpr std::array kProcessMetrics{kCpuUsage,     kMemoryUsage,      kThreads,
                                            kNetworkBytes, kDiskUsage,        kDiskSize,
                                            kIoBytes,      kProcessStartTime, kBuildInfo};

/// Publishes what the operating system knows of the process: execution_cpu_usage_percent and
/// execution_memory_usage_bytes with component="process", system_threads, system_io_bytes_total,
/// system_network_bytes_total, system_disk_usage_bytes and system_disk_size_bytes,
/// process_start_time_seconds; and execution_build_info. What cannot be read is absent. One thread, once a
/// second.
class ProcessMetrics {
 public:
  ProcessMetrics(Registry& registry, std::string_view version,
                 std::vector<WatchedFilesystem> filesystems = {});

  /// Reads and publishes. `now`: nanoseconds of a monotonic clock.
  ProcessReadings sample(std::chrono::nanoseconds now);
  /// Publishes what was read at `now`.
  void record(const ProcessReadings& readings, std::chrono::nanoseconds now);

 private:
  /// A counter that follows a total of the kernel's. Where that goes back it has started again at zero.
  struct FollowedTotal {
    Counter counter;
    std::uint64_t last = 0;
    void follow(std::uint64_t total) noexcept;
  };
  struct Traffic {
    FollowedTotal in;
    FollowedTotal out;
  };
  struct FilesystemGauges {
    Gauge used;
    Gauge size;
  };
  struct CpuReading {
    double seconds;
    std::chrono::nanoseconds at;
  };

  void record_cpu(const ProcessReadings& readings, std::chrono::nanoseconds now);
  void record_io(const ProcessReadings& readings);
  void record_interfaces(const ProcessReadings& readings);
  void record_filesystems(const ProcessReadings& readings);

  Registry& registry_;
  std::vector<WatchedFilesystem> filesystems_;
  Gauge cpu_, resident_, heap_, threads_, start_time_;
  std::optional<CpuReading> last_cpu_;
  std::optional<Traffic> io_;
  std::map<std::string, Traffic> interfaces_;  ///< those there are now
  std::map<std::string, FilesystemGauges> filesystem_gauges_;
};

}  // namespace vigil::monitoring
