#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/actions/alert_action.h"
#include "engine/actions/latch_book.h"
#include "monitoring/alerting/active_alert.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// What became of an action.
enum class ActionResult : std::uint8_t {
  Done,     ///< handed to whoever carries it out
  Latched,  ///< what it asks for is in force since an earlier alert, until a person ends it
  Failed,   ///< cannot be done: its target is unknown, or the core's queue is full
};
inline constexpr std::size_t kActionResultCount = 3;
[[nodiscard]] std::string_view to_string(ActionResult result) noexcept;

namespace metric {
inline constexpr std::array<std::string_view, 2> kActionResultLabels{"action", "result"};
inline constexpr monitoring::MetricDefinition kAlertActions{
    "monitoring_alert_actions_total", monitoring::MetricType::Counter, "1",
    "Actions that firing alerts asked for.", kActionResultLabels};
inline constexpr std::array<std::string_view, 2> kActionTargetLabels{"action", "target"};
inline constexpr monitoring::MetricDefinition kActionLatched{
    "monitoring_alert_action_latched", monitoring::MetricType::Gauge, "1",
    "1 while what an alert's action brought about is in force; a person ends it.", kActionTargetLabels};
inline constexpr monitoring::MetricDefinition kLatchWriteFailures{
    "monitoring_alert_latch_write_failures_total",
    monitoring::MetricType::Counter,
    "1",
    "Latches, or ends of latches, that a restart would not know of.",
    {}};
}  // namespace metric

/// Carries out the actions of alerts that begin to fire, each once for a firing. What an action leaves behind
/// (a halt, a paused venue, a disabled strategy) outlasts the alert, and with a file a restart, until a
/// person ends it. Every action is logged and counted with its result. Any thread; never waits for the core.
class ActionExecutor {
 public:
  /// Ways into the engine. The functions do not wait; they outlive the executor.
  struct Doors {
    std::function<bool(const ControlCommand&)> post;  ///< false: there was no room
    std::function<void()> restart_market_data;
  };
  /// All of them outlive it. `latch_file`: see LatchBook, and for what it throws.
  ActionExecutor(const EngineConfig& config, Doors doors, const std::string& latch_file,
                 monitoring::Registry& registry, monitoring::Logger& logger);

  static void declare(monitoring::Registry& registry);

  /// Brings back in force what was so before a restart; what is no longer configured is given up, and said
  /// so. Once, before anything else and before the core takes orders. Throws std::runtime_error if the core's
  /// queue of commands has no room for it: it must not trade then.
  void restore();
  /// An alert of the rule `name` began to fire; `detected`: when its condition was seen, monotonic.
  /// `core_acted`: the core saw it itself and has done its part.
  void alert_fires(const std::string& name, const monitoring::ActiveAlert& alert, orders::Duration detected,
                   bool core_acted);
  /// A person's command was carried out: ends what it ends.
  void person_acted(const ControlCommand& command);

  [[nodiscard]] std::vector<ActionLatch> latches() const;

 private:
  [[nodiscard]] std::vector<std::string> targets_of(const ResolvedAction& action) const;
  [[nodiscard]] bool is_latched(const ResolvedAction& action) const;
  [[nodiscard]] ActionResult carry_out(const ResolvedAction& action, orders::Duration detected,
                                       bool core_acted, std::string& reason);
  void latch(const ResolvedAction& action, const std::string& name, const monitoring::ActiveAlert& alert);
  void show(const ActionLatch& latch, bool is_in_force);
  void keep(const ActionLatch& latch);
  void end(const ActionLatch& latch);
  void restore(const ActionLatch& latch);
  void tell_unwritten(const ActionLatch& latch);
  void audit(const ResolvedAction& action, const std::string& name, const monitoring::ActiveAlert& alert,
             ActionResult result, std::string_view reason);

  const EngineConfig& config_;
  Doors doors_;
  monitoring::Registry& registry_;
  monitoring::Logger& logger_;
  std::array<std::array<monitoring::SharedCounter, kActionResultCount>, kAlertActionCount> counts_;
  mutable std::mutex lock_;
  LatchBook latches_;  ///< under lock_
  monitoring::SharedCounter unwritten_;
};

}  // namespace vigil::engine
