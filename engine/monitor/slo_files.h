#pragma once

#include <vector>

#include "engine/monitor/slo_config.h"
#include "monitoring/promql/range_ends.h"
#include "monitoring/slo/slo_definition.h"

namespace vigil::engine {

/// The objectives of all files, and the built-in ones where the configuration wants them. Throws ConfigError
/// with everything that is wrong with any of them, also for a pattern that no file fits, for a name that two
/// files have and for more than kMostObjectives.
[[nodiscard]] std::vector<monitoring::SloDefinition> read_slo_files(const SloConfig& config,
                                                                    monitoring::promql::RangeEnds ranges);

}  // namespace vigil::engine
