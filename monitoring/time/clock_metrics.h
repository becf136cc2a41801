#pragma once

#include <array>

#include "monitoring/metrics/registry.h"
#include "monitoring/time/machine_clock.h"

namespace vigil::monitoring {

/// Publishes which clock the process reads and how well it follows CLOCK_MONOTONIC: monitoring_clock_info,
/// monitoring_clock_drift_seconds, monitoring_clock_checks_total. The thread that looks after the clock.
class ClockMetrics {
 public:
  ClockMetrics(Registry& registry, ClockSource source);

  /// What a check gave, and the source there is after it.
  void checked(const ClockCheck& check, ClockSource source) noexcept;

 private:
  void set_source(ClockSource source) noexcept;

  std::array<Gauge, kClockSourceCount> sources_;
  Gauge drift_;
  std::array<Counter, kClockCheckResultCount> checks_;
};

}  // namespace vigil::monitoring
