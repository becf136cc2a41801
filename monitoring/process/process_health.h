#pragma once

#include <chrono>

#include "monitoring/health/health_state.h"
#include "monitoring/process/process_readings.h"

namespace vigil::monitoring {

/// When the process itself counts as degraded or unhealthy. Memory in bytes, as the alerts on it.
struct ProcessHealthLimits {
  double memory_degraded = 500e6;
  double memory_unhealthy = 1e9;
  double threads_degraded = 200;
  double threads_unhealthy = 1000;
  /// A process that started only now has yet to show that it stays up; 0 = no such doubt.
  std::chrono::nanoseconds uptime_degraded{0};
  std::chrono::nanoseconds uptime_unhealthy{0};
};

/// The worst of memory, threads and uptime; what could not be read is no reproach.
[[nodiscard]] inline Verdict assess_process(const ProcessReadings& readings, std::chrono::nanoseconds uptime,
                                            const ProcessHealthLimits& limits) noexcept {
  const Verdict memory = check_at_most(readings.resident_bytes.value_or(0), limits.memory_degraded,
                                       limits.memory_unhealthy, "resident memory is high");
  const Verdict threads = check_at_most(readings.threads.value_or(0), limits.threads_degraded,
                                        limits.threads_unhealthy, "too many threads");
  const Verdict started =
      check_at_least(static_cast<double>(uptime.count()), static_cast<double>(limits.uptime_degraded.count()),
                     static_cast<double>(limits.uptime_unhealthy.count()), "started only now");
  return worse(worse(memory, threads), started);
}

}  // namespace vigil::monitoring
