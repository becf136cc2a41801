#pragma once

#include <string>
#include <vector>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/promql/range_ends.h"

namespace vigil::engine {

/// The groups of all files. Throws ConfigError with everything that is wrong with any of them, also for a
/// pattern that no file fits.
[[nodiscard]] std::vector<monitoring::RuleGroupDefinition> read_rule_files(
    const std::vector<std::string>& patterns, monitoring::promql::RangeEnds ranges);

}  // namespace vigil::engine
