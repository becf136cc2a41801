#include "engine/actions/action_executor.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
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
    case Command::Reduce:
      return kind == AlertActionKind::HaltTrading || kind == AlertActionKind::StopAllTrading;
    case Command::ResumeVenue:
      return latch == LatchKind::Venue && target == config.venues[orders::index(command.venue)].name;
    case Command::EnableStrategy:
      return latch == LatchKind::Strategy &&
             target == config.strategies[orders::index(command.strategy)].name;
    default:
      return false;
  }
}

monitoring::LogRecord action_entry(monitoring::LogLevel level, const char* message) {
  return log_entry(machine_time().wall, level, "monitoring", "actions", message);
}

}  // namespace

std::string_view to_string(ActionResult result) noexcept {
  return kResultWords[static_cast<std::size_t>(result)];
}

void ActionExecutor::declare(monitoring::Registry& registry) {
  registry.declare(metric::kAlertActions);
  registry.declare(metric::kActionLatched);
  registry.declare(metric::kLatchWriteFailures);
}

ActionExecutor::ActionExecutor(const EngineConfig& config, Doors doors, const std::string& latch_file,
                               monitoring::Registry& registry, monitoring::Logger& logger)
    : config_(config), doors_(std::move(doors)), registry_(registry), logger_(logger), latches_(latch_file) {
  declare(registry);
  unwritten_ = registry.shared_counter(metric::kLatchWriteFailures, {});
  for (std::size_t kind = 0; kind < counts_.size(); ++kind) {
    for (std::size_t result = 0; result < kActionResultCount; ++result) {
      counts_[kind][result] = registry.shared_counter(
          metric::kAlertActions, {to_string(static_cast<AlertActionKind>(kind)), kResultWords[result]});
    }
  }
}

void ActionExecutor::restore() {
  const std::lock_guard guard(lock_);
  if (!latches_.damage().empty()) {
    monitoring::LogRecord entry = action_entry(monitoring::LogLevel::Error, "Latches not all read").here();
    entry.add_long_text("error", latches_.damage());
    logger_.write(entry);
  }
  // All of them first: what is written when one is given up must not leave out the others.
  const std::vector<ActionLatch> loaded = latches_.take_loaded();
  for (const ActionLatch& latch : loaded) latches_.revive(latch);
  for (const ActionLatch& latch : loaded) restore(latch);
}

void ActionExecutor::restore(const ActionLatch& latch) {
  const AlertAction action{latch.kind, latch_of(latch.kind) == LatchKind::TradingState ? "" : latch.target};
  const ResolvedAction resolved = resolve_action(action, {}, config_);
  const bool is_known = resolved.fault.empty();
  std::string reason = resolved.fault;
  if (is_known && carry_out(resolved, machine_time().monotonic, false, reason) != ActionResult::Done) {
    throw std::runtime_error(fmt::format("{} of {} by alert {}, in force since before the restart: {}",
                                         to_string(latch.kind), latch.target, latch.alert, reason));
  }
  monitoring::LogRecord entry =
      is_known ? action_entry(monitoring::LogLevel::Warn, "Alert action still in force")
               : action_entry(monitoring::LogLevel::Error, "Alert action given up after a restart").here();
  entry.add_text("action", to_string(latch.kind));
  entry.add_text("target", latch.target);
  entry.add_text("alert", latch.alert);
  if (!is_known) entry.add_text("reason", reason);
  entry.add_long_text("labels", latch.labels);
  logger_.write(entry);
  if (is_known) {
    show(latch, true);
  } else {
    end(latch);
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
      // What the core has done itself it has done, whatever was in force.
      if (!core_acted && is_latched(action)) {
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
    return latches_.has(action.kind, target);
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
  for (const std::string& target : targets_of(action)) {
    keep({.kind = action.kind,
          .target = target,
          .alert = name,
          .labels = monitoring::series_text(alert.labels),
          .since = machine_time().wall});
  }
}

void ActionExecutor::show(const ActionLatch& latch, bool is_in_force) {
  registry_.gauge(metric::kActionLatched, {to_string(latch.kind), latch.target}).set(is_in_force ? 1 : 0);
}

void ActionExecutor::keep(const ActionLatch& latch) {
  show(latch, true);
  if (!latches_.add(latch)) tell_unwritten(latch);
}

void ActionExecutor::end(const ActionLatch& latch) {
  show(latch, false);
  if (!latches_.end(latch.kind, latch.target)) tell_unwritten(latch);
}

void ActionExecutor::tell_unwritten(const ActionLatch& latch) {
  unwritten_.add();
  monitoring::LogRecord entry =
      action_entry(monitoring::LogLevel::Error, "Latch not written: a restart would not know").here();
  entry.add_text("action", to_string(latch.kind));
  entry.add_text("target", latch.target);
  logger_.write(entry);
}

void ActionExecutor::person_acted(const ControlCommand& command) {
  const std::lock_guard guard(lock_);
  for (const ActionLatch& latch : latches_.all()) {
    if (ends(command, latch.kind, latch.target, config_)) end(latch);
  }
}

std::vector<ActionLatch> ActionExecutor::latches() const {
  const std::lock_guard guard(lock_);
  return latches_.all();
}

void ActionExecutor::audit(const ResolvedAction& action, const std::string& name,
                           const monitoring::ActiveAlert& alert, ActionResult result,
                           std::string_view reason) {
  counts_[static_cast<std::size_t>(action.kind)][static_cast<std::size_t>(result)].add();
  const bool has_failed = result == ActionResult::Failed;
  monitoring::LogRecord entry =
      action_entry(has_failed ? monitoring::LogLevel::Error : monitoring::LogLevel::Warn, "Alert action");
  if (has_failed) entry.here();
  entry.add_text("action", to_string(action.kind));
  entry.add_text("target", action.target);
  entry.add_text("result", to_string(result));
  entry.add_text("alert", name);
  if (!reason.empty()) entry.add_text("reason", reason);
  entry.add_long_text("labels", monitoring::series_text(alert.labels));
  logger_.write(entry);
}

}  // namespace vigil::engine
