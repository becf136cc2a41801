#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/watch_desk.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/monitor_config.h"
#include "engine/monitor/predictions.h"
#include "engine/monitor/slos.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"
#include "orders/time.h"

namespace vigil::engine {

/// What monitoring does with each sample: records all series in the history, judges the rules that are due
/// then, makes alerts act and tells of them, predicts, and judges the service level objectives. It has no
/// thread and no clock of its own: one thread at a time calls it, with the times at which things happen.
class MonitorCycle {
 public:
  /// An alert begins to fire.
  struct Firing {
    const std::string& rule;
    const monitoring::ActiveAlert& alert;
    orders::Duration detected;  ///< monotonic: when the core, or the turn that found it, saw it
    bool core_acted;            ///< the core found it and has done what was to be done by it
  };
  /// What is outside; all of it outlives the cycle. Functions are called by the calling thread.
  struct Links {
    monitoring::Registry& registry;
    monitoring::Logger& logger;
    AlertDesk& desk;  ///< alerts and their changes
    WatchDesk& watches;
    std::function<void(const Firing&)> fires;
    AlertCommands commands;
    std::function<orders::EventTime()> clock;                 ///< for log lines, and for how long things take
    std::vector<const prometheus::Collectable*> others = {};  ///< foreign series to be recorded, too
    /// Each change of an alert's state, before anybody is told; may be empty.
    std::function<void(const monitoring::HistoryEntry&)> changes = {};
    /// What of a rule's actions cannot be done, to be logged when the rule is loaded.
    std::function<std::vector<std::string>(const std::string& file, const monitoring::RuleDefinition& rule)>
        action_faults = {};
  };

  /// Throws monitoring::HistoryError for a history that cannot be opened, ConfigError for files of rules or
  /// objectives that are wrong.
  MonitorCycle(const MonitorConfig& config, Links links);
  MonitorCycle(const MonitorCycle&) = delete;
  MonitorCycle& operator=(const MonitorCycle&) = delete;

  /// Declares what it publishes.
  static void declare(monitoring::Registry& registry);

  // Before turns, in this order.
  /// Brings back the history of before a restart, and gives the time of its newest sample; 0: there is none.
  [[nodiscard]] monitoring::SampleTime recover_history();
  /// Brings back its alerts. Those that fire have acted.
  void recover_alerts(orders::Timestamp now);
  /// A sample of everything, and what follows from it. A time that is not after the last one records nothing,
  /// and is counted as missed.
  void turn(orders::Timestamp now);
  /// Times that had no turn.
  void count_missed(std::uint64_t turns) { missed_.add(turns); }
  /// Deals with the crossings that the core has found.
  void take_crossings();

  [[nodiscard]] monitoring::History& history() noexcept { return history_; }
  [[nodiscard]] const monitoring::History& history() const noexcept { return history_; }
  /// Any thread.
  [[nodiscard]] std::vector<monitoring::RuleGroupView> rules() const { return rules_.view(); }
  /// Takes these groups in the place of those there are, with the next turn. Any thread.
  void offer_rules(std::vector<monitoring::RuleGroupDefinition> groups);
  /// Takes these objectives in the place of those there are, with the next turn. Any thread.
  void offer_slos(std::vector<monitoring::SloDefinition> objectives);
  /// Any thread.
  [[nodiscard]] SloReport slos() const { return slos_.report(); }

 private:
  void judge(monitoring::SampleTime now);
  void judge_slos(monitoring::SampleTime now);
  [[nodiscard]] std::size_t firing_alerts() const;
  void log_left(std::size_t alerts);
  void log_action_faults();
  void take(const WatchCrossing& crossing);
  /// Gives the core new watches if rules or series are others than those of the last ones.
  void renew_watches();
  void follow(const monitoring::RuleDefinition& rule, const monitoring::ActiveAlert& alert);
  [[nodiscard]] monitoring::RuleManager::Listeners listeners();
  void log_outcome(const monitoring::RuleGroup& group, const monitoring::GroupOutcome& outcome);
  void log_damage();
  void write(monitoring::LogLevel level, const char* message, std::string_view what);
  [[nodiscard]] monitoring::LogRecord entry_of(const char* module, monitoring::LogLevel level,
                                               const char* message) const;

  const Links links_;
  monitoring::History history_;
  monitoring::RegistrySampler sampler_;
  monitoring::Histogram sample_duration_;
  monitoring::Counter missed_;
  monitoring::Gauge memory_;
  monitoring::Gauge ahead_;
  orders::Timestamp last_turn_{};
  monitoring::SampleTime shift_ = 0;  ///< from the time of rules back to the wall clock's; whole minutes
  std::size_t logged_damage_ = 0;
  orders::Duration turn_began_{0};  ///< monotonic: the turn's, or when the core found what is being told
  bool core_acted_ = false;         ///< on what is being told
  bool are_rules_new_ = true;
  std::size_t watched_series_ = 0;  ///< that there were when the watches were made
  monitoring::promql::Engine engine_;
  monitoring::RuleManager rules_;
  Predictions predictions_;
  Slos slos_;
  std::mutex lock_;
  std::optional<std::vector<monitoring::RuleGroupDefinition>> offered_;  ///< under lock_
  std::optional<std::vector<monitoring::SloDefinition>> offered_slos_;   ///< under lock_
};

}  // namespace vigil::engine
