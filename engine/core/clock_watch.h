#pragma once

#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/time/clock_metrics.h"
#include "monitoring/time/machine_clock.h"
#include "monitoring/time/wall_steps.h"

namespace vigil::engine {

/// Looks after the machine's clock while the engine runs: corrects it, publishes how it does, and says in the
/// log what it is made of and when that changes. The thread that started the clock.
class ClockWatch {
 public:
  ClockWatch(monitoring::MachineClock& clock, monitoring::ClockChoice choice, monitoring::Registry& registry,
             monitoring::Logger& logger);

  /// Once the log is written.
  void log_source() noexcept;
  /// About once a second.
  void check() noexcept;

 private:
  void write(monitoring::LogLevel level, const char* message) noexcept;
  void log_step(std::chrono::nanoseconds by) noexcept;

  monitoring::MachineClock& clock_;
  monitoring::ClockChoice choice_;
  monitoring::ClockMetrics metrics_;
  monitoring::WallSteps steps_;
  monitoring::Logger& logger_;
};

}  // namespace vigil::engine
