#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "engine/core/control.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// What the core loop takes up, as the labels name it.
enum class CoreEvent : std::uint8_t { Market, Request, VenueEvent, Control, Timer };
inline constexpr std::size_t kCoreEventCount = 5;
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
    "Commands of a person that the core has carried out.", kCommandLabels};
inline constexpr monitoring::MetricDefinition kConfigReload{
    "config_last_reload_successful",
    monitoring::MetricType::Gauge,
    "1",
    "1 if the last attempt to load limits succeeded, 0 if it failed and the old ones stay.",
    {}};

}  // namespace metric

/// Counts of the core loop itself. Core thread only.
class CoreMetrics {
 public:
  explicit CoreMetrics(monitoring::Registry& registry);
  static void declare(monitoring::Registry& registry);
  void controlled(ControlCommand::Kind kind) noexcept { controls_[static_cast<std::size_t>(kind)].add(); }
  void handled(CoreEvent event, bool ok) noexcept {
    events_[static_cast<std::size_t>(event)][ok ? 0 : 1].add();
  }

 private:
  std::array<std::array<monitoring::Counter, 2>, kCoreEventCount> events_;
  std::array<monitoring::Counter, ControlCommand::kKindCount> controls_;
};

}  // namespace vigil::engine
