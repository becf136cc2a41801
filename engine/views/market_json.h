#pragma once

#include "engine/analysis/analysis.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {

/// Every pair of instruments that has a coefficient, when they are of, and how old that is at `now`.
[[nodiscard]] Json correlations_json(const EngineConfig& config, const MarketStudy& study,
                                     orders::Timestamp now);
/// The regime that the market is in, what strategies earned in each, and what they earned beyond the
/// benchmark.
[[nodiscard]] Json market_json(const EngineConfig& config, const MarketStudy& study);

}  // namespace vigil::engine
