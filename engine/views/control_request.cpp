#include "engine/views/control_request.h"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vigil::engine {
namespace {

using Kind = ControlCommand::Kind;
using Level = risk::KillScope::Level;

constexpr std::array<Level, 5> kLevels{Level::Firm, Level::Account, Level::Strategy, Level::Venue,
                                       Level::Instrument};

ControlRequest wrong(int status, std::string error) {
  ControlRequest result;
  result.error = std::move(error);
  result.status = status;
  return result;
}

std::optional<Kind> kind_of(std::string_view word) {
  for (std::size_t i = 0; i < ControlCommand::kKindCount; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

template <typename List, typename Name>
std::optional<std::uint16_t> place_of(const List& list, std::string_view wanted, Name name) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (name(list[i]) == wanted) return static_cast<std::uint16_t>(i);
  }
  return std::nullopt;
}

std::optional<std::uint16_t> find(const EngineConfig& config, Level level, std::string_view name) {
  switch (level) {
    case Level::Firm:
      return std::uint16_t{0};
    case Level::Account:
      return place_of(config.portfolio.accounts, name, [](const auto& account) { return account.name; });
    case Level::Strategy:
      return place_of(config.strategies, name, [](const auto& strategy) { return strategy.name; });
    case Level::Venue:
      return place_of(config.venues, name, [](const auto& venue) { return venue.name; });
    case Level::Instrument:
      return place_of(config.instruments, name, [](const auto& instrument) { return instrument.symbol; });
  }
  return std::nullopt;
}

std::string not_configured(std::string_view what, std::string_view name) {
  std::string text{"name: must be a configured "};
  text.append(what).append(", was \"").append(name).append("\"");
  return text;
}

/// A command that says more than is understood is not what was meant.
std::string parameters_error(Kind kind, const monitoring::HttpRequest& request) {
  const bool has_level = kind == Kind::EngageKillSwitch || kind == Kind::ReleaseKillSwitch;
  const bool is_firm = has_level && request.query_parameter("level") == risk::to_string(Level::Firm);
  const bool has_name = (has_level && !is_firm) || kind == Kind::EnableStrategy ||
                        kind == Kind::DisableStrategy || kind == Kind::PauseVenue ||
                        kind == Kind::ResumeVenue;
  std::set<std::string_view> seen;
  for (const auto& [parameter, value] : request.query) {
    const bool is_known = (has_level && parameter == "level") || (has_name && parameter == "name");
    std::string_view fault;
    if (!is_known) {
      fault = ": must not be given with this command, was ";
    } else if (!seen.insert(parameter).second) {
      fault = ": must be given once, came again as ";
    }
    if (!fault.empty()) return fmt::format("{}{}\"{}\"", parameter, fault, value);
  }
  return {};
}

}  // namespace

ControlRequest parse_control_request(std::string_view word, const monitoring::HttpRequest& request,
                                     const EngineConfig& config) {
  const auto kind = kind_of(word);
  if (!kind || *kind == Kind::ReloadLimits || *kind == Kind::JournalFailed) {
    return wrong(
        404,
        "command: must be halt, reduce, resume, cancel_all, kill, release, enable_strategy, "
        "disable_strategy, reload_limits, false_positive, pause_venue, resume_venue or close_positions, was "
        "\"" +
            std::string{word} + "\"");
  }
  ControlRequest result;
  result.command.kind = *kind;
  const std::string problem = parameters_error(*kind, request);
  if (!problem.empty()) return wrong(400, problem);
  const std::string name{request.query_parameter("name").value_or("")};
  if (*kind == Kind::EnableStrategy || *kind == Kind::DisableStrategy) {
    const auto place = find(config, Level::Strategy, name);
    if (!place) return wrong(400, not_configured("strategy", name));
    result.command.strategy = static_cast<orders::StrategyId>(*place);
  }
  if (*kind == Kind::PauseVenue || *kind == Kind::ResumeVenue) {
    const auto place = find(config, Level::Venue, name);
    if (!place) return wrong(400, not_configured("venue", name));
    result.command.venue = static_cast<orders::VenueId>(*place);
  }
  if (*kind == Kind::EngageKillSwitch || *kind == Kind::ReleaseKillSwitch) {
    const std::string wanted{request.query_parameter("level").value_or("")};
    for (const Level level : kLevels) {
      if (risk::to_string(level) != wanted) continue;
      const auto place = find(config, level, name);
      if (!place) return wrong(400, not_configured(wanted, name));
      result.command.scope = {level, *place};
      return result;
    }
    return wrong(400, "level: must be firm, account, strategy, venue or instrument, was \"" + wanted + "\"");
  }
  return result;
}

}  // namespace vigil::engine
