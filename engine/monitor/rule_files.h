#pragma once

#include <vector>

#include "engine/monitor/rules_config.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/promql/range_ends.h"

namespace vigil::engine {

/// The groups of all files, and of the built-in rules where the configuration wants them. Throws ConfigError
/// with everything that is wrong with any of them, also for a pattern that no file fits.
[[nodiscard]] std::vector<monitoring::RuleGroupDefinition> read_rule_files(
    const RulesConfig& rules, monitoring::promql::RangeEnds ranges);

}  // namespace vigil::engine
