#pragma once

#include <chrono>
#include <condition_variable>
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

#include "engine/monitor/alert_desk.h"
#include "engine/monitor/monitor_config.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"

namespace vigil::engine {

/// The monitor thread: records all series in the history, at whole multiples of the interval since 1970, and
/// judges the rules that are due then.
class Monitor {
 public:
  /// Told of each alert that begins to fire, and of those that fired before a restart, by the monitor thread.
  /// `detected`: monotonic time at which the cycle that found it began.
  using FiringListener = std::function<void(const std::string& rule, const monitoring::ActiveAlert& alert,
                                            std::chrono::nanoseconds detected)>;

  /// All of them outlive the monitor; alerts and their changes go to `desk`. Throws
  /// monitoring::HistoryError for a history that cannot be opened, ConfigError for rule files that are wrong.
  Monitor(const MonitorConfig& config, monitoring::Registry& registry, monitoring::Logger& logger,
          AlertDesk& desk, FiringListener fires);
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
  [[nodiscard]] monitoring::RuleManager::Listeners listeners();
  void log_outcome(const monitoring::RuleGroup& group, const monitoring::GroupOutcome& outcome);
  /// `now`: wall time, a multiple of the interval.
  void sample(std::chrono::nanoseconds now);
  void log_damage();
  void write(monitoring::LogLevel level, const char* message, std::string_view what);

  const std::chrono::nanoseconds interval_;
  monitoring::Logger& logger_;
  AlertDesk& desk_;
  monitoring::History history_;
  monitoring::RegistrySampler sampler_;
  monitoring::Histogram sample_duration_;
  monitoring::Counter missed_;
  std::size_t logged_damage_ = 0;
  FiringListener fires_;
  std::chrono::nanoseconds cycle_began_{0};  ///< monotonic; the monitor thread's
  monitoring::promql::Engine engine_;
  monitoring::RuleManager rules_;
  std::mutex lock_;
  std::optional<std::vector<monitoring::RuleGroupDefinition>> offered_;  ///< under lock_
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace vigil::engine
