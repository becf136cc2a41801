#include "engine/actions/action_faults.h"

#include <fmt/format.h>

#include "engine/actions/alert_action.h"

namespace vigil::engine {
namespace {

bool takes_target(AlertActionKind kind) {
  switch (kind) {
    case AlertActionKind::PauseOrderSubmission:
    case AlertActionKind::UseBackupVenue:
    case AlertActionKind::DisableStrategy:
    case AlertActionKind::RestartComponent:
      return true;
    case AlertActionKind::HaltTrading:
    case AlertActionKind::StopAllTrading:
    case AlertActionKind::ReduceOnly:
    case AlertActionKind::CancelAll:
    case AlertActionKind::ClosePositions:
    case AlertActionKind::Page:
      break;
  }
  return false;
}

}  // namespace

std::vector<std::string> action_faults(const std::string& file, const monitoring::RuleDefinition& rule,
                                       const EngineConfig& config) {
  std::vector<std::string> faults;
  for (const auto& [name, value] : rule.labels) {
    if (name != "action" || value.find("{{") != std::string::npos) continue;
    for (const AlertAction& action : parse_actions(value)) {
      if (action.argument.empty()) continue;  // the alert's labels name the target
      const std::string fault = takes_target(action.kind)
                                    ? resolve_action(action, {}, config).fault
                                    : "takes no target, named \"" + action.argument + "\"";
      if (fault.empty()) continue;
      faults.push_back(
          fmt::format("{}:{}: {}: action {}: {}", file, rule.line, rule.name, to_string(action.kind), fault));
    }
  }
  return faults;
}

}  // namespace vigil::engine
