#pragma once

#include <chrono>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "engine/monitor/monitor_cycle.h"

namespace vigil::engine {

/// The monitor thread: a turn of the cycle at whole multiples of the interval since 1970, and what the core
/// finds in between at once.
class Monitor {
 public:
  /// Throws as MonitorCycle does.
  Monitor(const MonitorConfig& config, MonitorCycle::Links links);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Brings back the history there was, then begins to record.
  void start();
  /// Records a last time and writes what there is to write.
  void stop();

  [[nodiscard]] const monitoring::History& history() const noexcept { return cycle_.history(); }
  /// Any thread.
  [[nodiscard]] std::vector<monitoring::RuleGroupView> rules() const { return cycle_.rules(); }
  /// Takes these groups in the place of those there are, with the next sample. Any thread.
  void offer_rules(std::vector<monitoring::RuleGroupDefinition> groups) {
    cycle_.offer_rules(std::move(groups));
  }
  /// Takes these objectives in the place of those there are, with the next sample. Any thread.
  void offer_slos(std::vector<monitoring::SloDefinition> objectives) {
    cycle_.offer_slos(std::move(objectives));
  }
  /// What was last found of the objectives. Any thread.
  [[nodiscard]] SloReport slos() const { return cycle_.slos(); }

 private:
  void run(const std::stop_token& stop);

  const std::chrono::nanoseconds interval_;
  WatchDesk& watches_;
  MonitorCycle cycle_;
  std::jthread thread_;
};

}  // namespace vigil::engine
