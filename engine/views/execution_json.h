#pragma once

#include "engine/views/json_parts.h"
#include "orders/execution_analysis.h"

namespace vigil::engine {

/// Execution quality, for /api/venues and the reports. Figures are numbers (basis points unless the name says
/// otherwise), null where there is no sample.

/// Venues by what trading there cost all in, the cheapest first; those without fills last, as configured.
[[nodiscard]] Json venue_league_json(const EngineConfig& config, const orders::ExecutionFigures& seen);
/// All of it: the league, benchmarks, markouts, spreads, shortfall and edges.
[[nodiscard]] Json execution_quality_json(const EngineConfig& config, const orders::ExecutionFigures& seen);
/// With the time of the last note and the markouts that are still to come.
[[nodiscard]] Json execution_quality_json(const EngineConfig& config,
                                          const orders::ExecutionAnalysis& analysis);

}  // namespace vigil::engine
