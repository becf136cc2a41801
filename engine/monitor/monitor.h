#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/core/watch_desk.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/monitor_config.h"
#include "engine/monitor/predictions.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"

namespace vigil::engine {

/// The monitor thread: records all series in the history, at whole multiples of the interval since 1970,
/// judges the rules that are due then, and predicts.
class Monitor {
 public:
  /// An alert begins to fire, or fired before a restart.
  struct Firing {
    const std::string& rule;
    const monitoring::ActiveAlert& alert;
    std::chrono::nanoseconds detected;  ///< monotonic: when the core, or the cycle that found it, saw it
    bool core_acted;                    ///< the core found it and has done what was to be done by it
  };
  /// What is outside; all of it outlives the monitor. Functions are called by the monitor thread.
  struct Links {
    monitoring::Registry& registry;
    monitoring::Logger& logger;
    AlertDesk& desk;  ///< alerts and their changes
    WatchDesk& watches;
    std::function<void(const Firing&)> fires;
    AlertCommands commands;
  };

  /// Throws monitoring::HistoryError for a history that cannot be opened, ConfigError for rule files that are
  /// wrong.
  Monitor(const MonitorConfig& config, Links links);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Declares what it publishes.
  static void declare(monitoring::Registry& registry);

  /// Brings back the history there was, then begins to record.
  void start();
  /// Records a last time and writes what there is to write.
  void stop();

  [[nodiscard]] const monitoring::History& history() const noexcept { return history_; }
  /// Any thread.
  [[nodiscard]] std::vector<monitoring::RuleGroupView> rules() const { return rules_.view(); }
  /// Takes these groups in the place of those there are, with the next sample. Any thread.
  void offer_rules(std::vector<monitoring::RuleGroupDefinition> groups);

 private:
  void run(const std::stop_token& stop);
  void recover();
  void act_on_restored();
  void judge(monitoring::SampleTime now);
  /// Waits for `patience` at most and deals with what the core finds meanwhile.
  void wait(std::chrono::nanoseconds patience);
  void take(const WatchCrossing& crossing);
  /// Gives the core new watches if rules or series are others than those of the last ones.
  void renew_watches();
  void follow(const monitoring::RuleDefinition& rule, const monitoring::ActiveAlert& alert);
  [[nodiscard]] monitoring::RuleManager::Listeners listeners();
  void log_outcome(const monitoring::RuleGroup& group, const monitoring::GroupOutcome& outcome);
  /// `now`: wall time, a multiple of the interval.
  void sample(std::chrono::nanoseconds now);
  void log_damage();
  void write(monitoring::LogLevel level, const char* message, std::string_view what);

  const std::chrono::nanoseconds interval_;
  const Links links_;
  monitoring::History history_;
  monitoring::RegistrySampler sampler_;
  monitoring::Histogram sample_duration_;
  monitoring::Counter missed_;
  std::size_t logged_damage_ = 0;
  // The monitor thread's.
  std::chrono::nanoseconds cycle_began_{0};  ///< monotonic
  bool core_acted_ = false;                  ///< on what is being told
  bool are_rules_new_ = true;
  std::size_t watched_series_ = 0;  ///< that there were when the watches were made
  monitoring::promql::Engine engine_;
  monitoring::RuleManager rules_;
  Predictions predictions_;
  std::mutex lock_;
  std::optional<std::vector<monitoring::RuleGroupDefinition>> offered_;  ///< under lock_
  std::jthread thread_;
};

}  // namespace vigil::engine
