#include "engine/actions/action_executor.h"

#include <algorithm>

#include "engine/core/clock.h"
#include "monitoring/store/labels.h"

namespace vigil::engine {

namespace {

constexpr std::array<std::string_view, kActionResultCount> kResultWords{"done", "latched", "failed"};

/// Whether a person's command ends what the action left behind.
bool ends(const ControlCommand& command, AlertActionKind kind, const std::string& target,
          const EngineConfig& config) {
  using Command = ControlCommand::Kind;
  const auto latch = latch_of(kind);
  switch (command.kind) {
    case Command::Resume:
      return latch == LatchKind::TradingState;
    case Command::ResumeVenue:
      return latch == LatchKind::Venue && target == config.venues[orders::index(command.venue)].name;
    case Command::EnableStrategy:
      return latch == LatchKind::Strategy &&
             target == config.strategies[orders::index(command.strategy)].name;
    default:
      return false;
  }
}

}  // namespace

std::string_view to_string(ActionResult result) noexcept {
  return kResultWords[static_cast<std::size_t>(result)];
}

void ActionExecutor::declare(monitoring::Registry& registry) {
  registry.declare(metric::kAlertActions);
  registry.declare(metric::kActionLatched);
}

ActionExecutor::ActionExecutor(const EngineConfig& config, Doors doors, monitoring::Registry& registry,
                               monitoring::Logger& logger)
    : config_(config), doors_(std::move(doors)), registry_(registry), logger_(logger) {
  declare(registry);
  for (std::size_t kind = 0; kind < counts_.size(); ++kind) {
    for (std::size_t result = 0; result < kActionResultCount; ++result) {
      counts_[kind][result] = registry.shared_counter(
          metric::kAlertActions, {to_string(static_cast<AlertActionKind>(kind)), kResultWords[result]});
    }
  }
}

void ActionExecutor::alert_fires(const std::string& name, const monitoring::ActiveAlert& alert,
                                 orders::Duration detected, bool core_acted) {
  for (const AlertAction& each : parse_actions(alert.labels.value("action"))) {
    const ResolvedAction action = resolve_action(each, alert.labels, config_);
    std::string reason = action.fault;
    ActionResult result = ActionResult::Failed;
    {
      const std::lock_guard guard(lock_);
      if (is_latched(action)) {
        result = ActionResult::Latched;
      } else if (action.fault.empty()) {
        result = carry_out(action, detected, core_acted, reason);
        if (result == ActionResult::Done) latch(action, name, alert);
      }
    }
    audit(action, name, alert, result, reason);
  }
}

/// What is ended one by one is latched one by one.
std::vector<std::string> ActionExecutor::targets_of(const ResolvedAction& action) const {
  if (latch_of(action.kind) != LatchKind::Venue) return {action.target};
  std::vector<std::string> names;
  for (const ControlCommand& command : action.commands) {
    names.push_back(config_.venues[orders::index(command.venue)].name);
  }
  return names;
}

bool ActionExecutor::is_latched(const ResolvedAction& action) const {
  const std::vector<std::string> targets = targets_of(action);
  return !targets.empty() && std::all_of(targets.begin(), targets.end(), [&](const std::string& target) {
    return latches_.contains({action.kind, target});
  });
}

ActionResult ActionExecutor::carry_out(const ResolvedAction& action, orders::Duration detected,
                                       bool core_acted, std::string& reason) {
  const auto posts = [&](ControlCommand command) {
    command.detected = detected;
    return doors_.post(command);
  };
  if (!core_acted && !std::ranges::all_of(action.commands, posts)) {
    reason = "the core's queue of commands is full";
    return ActionResult::Failed;
  }
  if (action.restarts_market_data) doors_.restart_market_data();
  return ActionResult::Done;
}

void ActionExecutor::latch(const ResolvedAction& action, const std::string& name,
                           const monitoring::ActiveAlert& alert) {
  if (!latch_of(action.kind)) return;
  const std::string_view word = to_string(action.kind);
  for (const std::string& target : targets_of(action)) {
    latches_[{action.kind, target}] = {.action = std::string{word},
                                       .target = target,
                                       .alert = name,
                                       .labels = monitoring::series_text(alert.labels),
                                       .since = machine_time().wall};
    registry_.gauge(metric::kActionLatched, {word, target}).set(1);
  }
}

void ActionExecutor::person_acted(const ControlCommand& command) {
  const std::lock_guard guard(lock_);
  std::erase_if(latches_, [&](const auto& entry) {
    const auto& [kind, target] = entry.first;
    if (!ends(command, kind, target, config_)) return false;
    registry_.gauge(metric::kActionLatched, {to_string(kind), target}).set(0);
    return true;
  });
}

std::vector<ActionExecutor::Latch> ActionExecutor::latches() const {
  const std::lock_guard guard(lock_);
  std::vector<Latch> all;
  for (const auto& [key, latch] : latches_) all.push_back(latch);
  return all;
}

void ActionExecutor::audit(const ResolvedAction& action, const std::string& name,
                           const monitoring::ActiveAlert& alert, ActionResult result,
                           std::string_view reason) {
  counts_[static_cast<std::size_t>(action.kind)][static_cast<std::size_t>(result)].add();
  monitoring::LogRecord entry;
  entry.time = machine_time().wall;
  entry.level = result == ActionResult::Failed ? monitoring::LogLevel::Error : monitoring::LogLevel::Warn;
  entry.component = "monitoring";
  entry.module = "actions";
  entry.message = "Alert action";
  entry.add_text("action", to_string(action.kind));
  entry.add_text("target", action.target);
  entry.add_text("result", to_string(result));
  entry.add_text("alert", name);
  if (!reason.empty()) {
    entry.add_text("reason", reason);
    entry.file = __FILE__;
    entry.line = __LINE__;
  }
  entry.add_long_text("labels", monitoring::series_text(alert.labels));
  logger_.write(entry);
}

}  // namespace vigil::engine
