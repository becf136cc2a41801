#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/control.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// What the core loop takes up, as the labels name it.
enum class CoreEvent : std::uint8_t { Market, Request, VenueEvent, Control, Timer, Alert, Signal };
inline constexpr std::size_t kCoreEventCount = 7;
[[nodiscard]] std::string_view to_string(CoreEvent event) noexcept;

namespace metric {

inline constexpr std::array<std::string_view, 3> kEventLabels{"component", "event_type", "result"};
inline constexpr std::array<std::string_view, 1> kCommandLabels{"command"};

inline constexpr monitoring::MetricDefinition kEventsProcessed{
    "events_processed_total", monitoring::MetricType::Counter, "1",
    "Events the core has handled; result=error counts those it could not make sense of (an unknown order, an "
    "illegal transition, a conflicting fill).",
    kEventLabels};
inline constexpr monitoring::MetricDefinition kControlCommands{
    "engine_control_commands_total", monitoring::MetricType::Counter, "1",
    "Commands of a person, or an alert's action, that the core has carried out.", kCommandLabels};
inline constexpr std::array<std::string_view, 1> kStageLabels{"stage"};
inline constexpr std::array kActionSeconds{1e-6,   2.5e-6, 5e-6, 1e-5,   2.5e-5, 5e-5, 1e-4,
                                           2.5e-4, 5e-4,   1e-3, 2.5e-3, 5e-3,   0.01, 2.5e-2,
                                           0.05,   0.1,    0.25, 0.5,    1.0,    5.0};
inline constexpr monitoring::MetricDefinition kActionDuration{
    "monitoring_alert_action_duration_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "From the moment an alert's condition was seen: until the core had carried out the action (carried_out), "
    "and until the last order it cancelled had ended (cancels_ended).",
    kStageLabels,
    kActionSeconds};
inline constexpr monitoring::MetricDefinition kConfigReload{
    "config_last_reload_successful",
    monitoring::MetricType::Gauge,
    "1",
    "1 if the last attempt to load limits succeeded, 0 if it failed and the old ones stay.",
    {}};

inline constexpr std::array<std::string_view, 1> kEvaluatedLabels{"strategy"};
inline constexpr std::array kEvaluationSeconds{1e-05, 2.5e-05, 5e-05, 0.0001, 0.00025, 0.0005, 0.001, 0.005};
inline constexpr monitoring::MetricDefinition kStrategyEvaluation{
    "strategy_evaluation_latency_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "What a strategy took to decide on a quote or a signal, its orders included; one evaluation in 64.",
    kEvaluatedLabels,
    kEvaluationSeconds};

inline constexpr monitoring::MetricDefinition kSessionRolls{
    "engine_session_rolls_total",
    monitoring::MetricType::Counter,
    "1",
    "Session ends that the core has gone through: DAY orders are over.",
    {}};

}  // namespace metric

/// Counts of the core loop itself. Core thread only.
class CoreMetrics {
 public:
  CoreMetrics(monitoring::Registry& registry, const std::vector<std::string>& strategies);
  static void declare(monitoring::Registry& registry);
  void controlled(ControlCommand::Kind kind) noexcept { controls_[static_cast<std::size_t>(kind)].add(); }
  void action_carried_out(std::chrono::nanoseconds after) noexcept { carried_out_.observe(after); }
  void action_settled(std::chrono::nanoseconds after) noexcept { cancels_ended_.observe(after); }
  void evaluated(std::size_t strategy, std::chrono::nanoseconds took) noexcept {
    evaluations_[strategy].observe(took);
  }
  void session_rolled() noexcept { session_rolls_.add(); }
  void handled(CoreEvent event, bool ok) noexcept {
    events_[static_cast<std::size_t>(event)][ok ? 0 : 1].add();
  }

 private:
  std::array<std::array<monitoring::Counter, 2>, kCoreEventCount> events_;
  std::array<monitoring::Counter, ControlCommand::kKindCount> controls_;
  monitoring::Counter session_rolls_;
  std::vector<monitoring::Histogram> evaluations_;  ///< by strategy
  monitoring::Histogram carried_out_, cancels_ended_;
};

}  // namespace vigil::engine
