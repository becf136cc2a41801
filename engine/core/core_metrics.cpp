#include "engine/core/core_metrics.h"

namespace vigil::engine {
namespace {

struct EventNames {
  std::string_view component;
  std::string_view event_type;
};
constexpr std::array<EventNames, kCoreEventCount> kNames{{{"market_data", "market"},
                                                          {"gateway", "request"},
                                                          {"execution_engine", "venue_event"},
                                                          {"execution_engine", "control"},
                                                          {"execution_engine", "timer"},
                                                          {"monitoring", "alert"},
                                                          {"signal_bridge", "signal"}}};

}  // namespace

std::string_view to_string(CoreEvent event) noexcept {
  return kNames[static_cast<std::size_t>(event)].event_type;
}

void CoreMetrics::declare(monitoring::Registry& registry) {
  registry.declare(metric::kEventsProcessed);
  registry.declare(metric::kControlCommands);
  registry.declare(metric::kConfigReload);
  registry.declare(metric::kActionDuration);
  registry.declare(metric::kSessionRolls);
  registry.declare(metric::kStrategyEvaluation);
}

CoreMetrics::CoreMetrics(monitoring::Registry& registry, const std::vector<std::string>& strategies) {
  declare(registry);
  for (const std::string& strategy : strategies) {
    evaluations_.push_back(registry.histogram(metric::kStrategyEvaluation, {strategy}));
  }
  for (std::size_t event = 0; event < kCoreEventCount; ++event) {
    const EventNames& names = kNames[event];
    events_[event][0] = registry.counter(metric::kEventsProcessed, {names.component, names.event_type, "ok"});
    events_[event][1] =
        registry.counter(metric::kEventsProcessed, {names.component, names.event_type, "error"});
  }
  for (std::size_t kind = 0; kind < controls_.size(); ++kind) {
    controls_[kind] =
        registry.counter(metric::kControlCommands, {to_string(static_cast<ControlCommand::Kind>(kind))});
  }
  session_rolls_ = registry.counter(metric::kSessionRolls, {});
  carried_out_ = registry.histogram(metric::kActionDuration, {"carried_out"});
  cancels_ended_ = registry.histogram(metric::kActionDuration, {"cancels_ended"});
}

}  // namespace vigil::engine
