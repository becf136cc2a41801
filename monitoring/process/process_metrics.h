#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/process/process_readings.h"

namespace vigil::monitoring {

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
