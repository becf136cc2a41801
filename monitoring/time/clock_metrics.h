#pragma once

#include <array>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/time/machine_clock.h"

namespace vigil::monitoring {

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

inline constexpr std::array<std::string_view, 1> kDirectionLabels{"direction"};
inline constexpr MetricDefinition kWallSteps{
    "monitoring_wall_clock_steps_total", MetricType::Counter, "1",
    "Times the wall clock was set by 10 ms or more; durations do not depend on it.",
    kDirectionLabels};  // direction: forward, back

inline constexpr MetricDefinition kWallStep{
    "monitoring_wall_clock_step_seconds",
    MetricType::Gauge,
    "seconds",
    "By how much it was set the last time; negative = back. Absent before the first.",
    {}};

inline constexpr std::array kClockMetrics{kClockInfo, kClockDrift, kClockChecks, kWallSteps, kWallStep};

/// Publishes which clock the process reads and how well it follows CLOCK_MONOTONIC: monitoring_clock_info,
/// monitoring_clock_drift_seconds, monitoring_clock_checks_total; and when the wall clock was set. The thread
/// that looks after the clock.
class ClockMetrics {
 public:
  ClockMetrics(Registry& registry, ClockSource source);

  /// What a check gave, and the source there is after it.
  void checked(const ClockCheck& check, ClockSource source) noexcept;
  /// The wall clock was set.
  void stepped(std::chrono::nanoseconds by) noexcept;

 private:
  void set_source(ClockSource source) noexcept;

  std::array<Gauge, kClockSourceCount> sources_;
  Gauge drift_;
  std::array<Counter, kClockCheckResultCount> checks_;
  Counter forward_, back_;
  Gauge step_;
};

}  // namespace vigil::monitoring
