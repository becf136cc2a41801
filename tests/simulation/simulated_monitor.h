#pragma once

#include <functional>
#include <set>
#include <string>

#include "engine/actions/action_executor.h"
#include "engine/core/core.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/monitor_cycle.h"

namespace vigil::engine::test {

/// Monitoring as it is in the running engine, but in the world's thread: it samples the engine's own metrics
/// every second, judges rules, has the core judge some at each change, acts, and tells of alerts. It dies
/// with the engine.
class SimulatedMonitor {
 public:
  /// All of them outlive it. `time`: of monitoring.
  SimulatedMonitor(const EngineConfig& config, Core& core, WatchDesk& watches, monitoring::Registry& registry,
                   monitoring::Logger& logger, monitoring::DeliveryLinks delivery,
                   std::function<orders::EventTime()> now, std::function<orders::Timestamp()> time);

  /// Once over what the threads do.
  void turn();
  /// Labels of the alerts that fire, as text.
  [[nodiscard]] std::set<std::string> firing() const;
  /// Names of the rules that have fired.
  [[nodiscard]] const std::set<std::string>& rules_fired() const noexcept { return rules_fired_; }
  static constexpr std::size_t kRuleCount = 6;

 private:
  [[nodiscard]] MonitorCycle::Links links(monitoring::Registry& registry, monitoring::Logger& logger,
                                          WatchDesk& watches);

  const EngineConfig& config_;
  Core& core_;
  std::function<orders::EventTime()> now_;
  std::function<orders::Timestamp()> time_;
  AlertDesk desk_;
  ActionExecutor actions_;
  MonitorCycle cycle_;
  orders::Timestamp last_turn_{};
  std::set<std::string> rules_fired_;
};

}  // namespace vigil::engine::test
