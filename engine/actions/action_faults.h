#pragma once

#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "monitoring/alerting/rule_file.h"

namespace vigil::engine {

/// What of the actions that rules name with a target of their own cannot be done, or not as it says, whatever
/// alerts come of them: one line each, with the rule's place. An alert finds out when it is too late.
[[nodiscard]] std::vector<std::string> action_faults(const std::string& file,
                                                     const monitoring::RuleDefinition& rule,
                                                     const EngineConfig& config);

}  // namespace vigil::engine
