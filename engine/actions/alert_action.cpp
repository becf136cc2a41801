#include "engine/actions/alert_action.h"

#include <algorithm>

#include "engine/config/config_sections.h"

namespace vigil::engine {

namespace {

using Kind = AlertActionKind;
using Command = ControlCommand::Kind;

constexpr std::array<std::string_view, kAlertActionCount> kWords{
    "halt_trading",           "stop_all_trading", "reduce_only",      "cancel_all",        "close_positions",
    "pause_order_submission", "use_backup_venue", "disable_strategy", "restart_component", "page"};
static_assert(kWords.back() == "page", "an action without a word");

constexpr std::string_view kMarketData = "market_data";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

ControlCommand command(Command kind) {
  ControlCommand command;
  command.kind = kind;
  command.by_alert = true;
  return command;
}

void resolve_venue(const EngineConfig& config, const std::string& name, ResolvedAction& out) {
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    if (!name.empty() && config.venues[i].name != name) continue;
    out.commands.push_back(command(Command::PauseVenue));
    out.commands.back().venue = static_cast<orders::VenueId>(i);
  }
  if (out.commands.empty()) out.fault = "must name a configured venue, named \"" + name + "\"";
}

void resolve_strategy(const EngineConfig& config, const std::string& name, ResolvedAction& out) {
  const std::size_t place = place_of(config.strategies, &StrategyConfig::name, name);
  if (place == config.strategies.size()) {
    out.fault = "must name a configured strategy, named \"" + name + "\"";
    return;
  }
  out.commands.push_back(command(Command::DisableStrategy));
  out.commands.back().strategy = static_cast<orders::StrategyId>(place);
}

}  // namespace

std::string_view to_string(AlertActionKind kind) noexcept {
  return kWords[static_cast<std::size_t>(kind)];
}

std::optional<AlertActionKind> parse_action_kind(std::string_view word) noexcept {
  const auto found = std::ranges::find(kWords, word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<Kind>(found - kWords.begin());
}

std::vector<AlertAction> parse_actions(std::string_view label) {
  std::vector<AlertAction> actions;
  while (!label.empty()) {
    const std::size_t comma = std::min(label.find(','), label.size());
    const std::string_view entry = trimmed(label.substr(0, comma));
    label.remove_prefix(std::min(comma + 1, label.size()));

    const std::size_t colon = std::min(entry.find(':'), entry.size());
    const auto kind = parse_action_kind(trimmed(entry.substr(0, colon)));
    if (!kind) continue;
    const std::string_view argument = colon < entry.size() ? trimmed(entry.substr(colon + 1)) : "";
    actions.push_back({*kind, std::string{argument}});
  }
  return actions;
}

ResolvedAction resolve_action(const AlertAction& action, const monitoring::Labels& alert,
                              const EngineConfig& config) {
  ResolvedAction out;
  out.kind = action.kind;
  out.target = "all";
  const auto target_from = [&](std::string_view label) {
    out.target = action.argument.empty() ? std::string{alert.value(label)} : action.argument;
    return out.target;
  };
  switch (action.kind) {
    case Kind::HaltTrading:
      out.commands = {command(Command::Halt)};
      break;
    case Kind::StopAllTrading:
      out.commands = {command(Command::Halt), command(Command::CancelAll)};
      break;
    case Kind::ReduceOnly:
      out.commands = {command(Command::Reduce)};
      break;
    case Kind::CancelAll:
      out.commands = {command(Command::CancelAll)};
      break;
    case Kind::ClosePositions:
      out.commands = {command(Command::ClosePositions)};
      break;
    case Kind::PauseOrderSubmission:
      resolve_venue(config, target_from("exchange"), out);
      if (out.target.empty()) out.target = "all";
      break;
    case Kind::UseBackupVenue:
      if (target_from("exchange").empty()) {
        out.fault = "must name a venue, or the alert must have the label exchange";
      } else {
        resolve_venue(config, out.target, out);
      }
      break;
    case Kind::DisableStrategy:
      resolve_strategy(config, target_from("strategy"), out);
      break;
    case Kind::RestartComponent:
      out.restarts_market_data = target_from("component") == kMarketData;
      if (!out.restarts_market_data) {
        out.fault =
            "only market_data can be restarted while the engine goes on, named \"" + out.target + "\"";
      }
      break;
    case Kind::Page:
      break;
  }
  return out;
}

std::vector<ControlCommand> commands_of(const monitoring::Labels& alert, const EngineConfig& config) {
  std::vector<ControlCommand> commands;
  for (const AlertAction& action : parse_actions(alert.value("action"))) {
    const ResolvedAction resolved = resolve_action(action, alert, config);
    if (!resolved.fault.empty()) continue;
    commands.insert(commands.end(), resolved.commands.begin(), resolved.commands.end());
  }
  return commands;
}

std::optional<LatchKind> latch_of(AlertActionKind kind) noexcept {
  switch (kind) {
    case Kind::HaltTrading:
    case Kind::StopAllTrading:
    case Kind::ReduceOnly:
    case Kind::ClosePositions:
      return LatchKind::TradingState;
    case Kind::PauseOrderSubmission:
    case Kind::UseBackupVenue:
      return LatchKind::Venue;
    case Kind::DisableStrategy:
      return LatchKind::Strategy;
    case Kind::CancelAll:
    case Kind::RestartComponent:
    case Kind::Page:
      break;
  }
  return std::nullopt;
}

}  // namespace vigil::engine
