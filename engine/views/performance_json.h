#pragma once

#include "engine/views/json_parts.h"
#include "positions/performance_analysis.h"

namespace vigil::engine {

/// Performance by strategy and account, for the reports. Money in the reporting currency; null where there is
/// no figure.
[[nodiscard]] Json performance_json(const EngineConfig& config,
                                    const positions::PerformanceAnalysis& analysis);

}  // namespace vigil::engine
