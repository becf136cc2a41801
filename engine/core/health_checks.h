#pragma once

#include "engine/config/engine_config.h"
#include "engine/core/live_engine.h"
#include "monitoring/health/health_board.h"
#include "monitoring/process/process_readings.h"

namespace vigil::engine {

/// Judges the components of the running engine (core, feed, venues, risk, process) from its pulse and tells
/// the board. Every check takes its readings from atomics: it never touches the core. The monitor thread.
///
/// core: a heartbeat older than 1 s is degraded, than 5 s unhealthy (and the process not live). feed: no
/// market event for 5 s is degraded, for 30 s unhealthy. venues: some disconnected is degraded, all is
/// unhealthy. risk: degraded while trading is reduced or halted. process: memory and threads. signal_bridge,
/// where there are models: degraded when one gives no signals, unhealthy when none does; the engine is ready
/// all the same.
class HealthChecks {
 public:
  HealthChecks(const EngineConfig& config, const LiveEngine& engine, monitoring::Registry& registry,
               const char* version, orders::Duration started);

  void startup_finished() noexcept { board_.startup_finished(); }
  void check(orders::Duration now) noexcept;
  void check_process(const monitoring::ProcessReadings& readings, orders::Duration now) noexcept;
  [[nodiscard]] const monitoring::HealthBoard& board() const noexcept { return board_; }

 private:
  std::size_t venue_count_;
  const LiveEngine& engine_;
  orders::Duration started_;
  monitoring::HealthBoard board_;
  std::size_t core_;
  std::size_t feed_;
  std::size_t venues_;
  std::size_t risk_;
  std::size_t process_;
  std::size_t signal_bridge_;  ///< where there are models
};

}  // namespace vigil::engine
