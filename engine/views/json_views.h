#pragma once

#include <string>

#include "engine/config/engine_config.h"
#include "engine/views/view_exchange.h"

namespace vigil::engine {

/// The JSON bodies of /api/orders, /api/positions, /api/risk and /api/status. Prices, quantities and money
/// are decimal strings, times nanoseconds UTC; what is unknown is null. Run on HTTP workers.
[[nodiscard]] std::string orders_json(const EngineConfig& config, const View& view);
[[nodiscard]] std::string positions_json(const EngineConfig& config, const View& view);
/// `registry`: for what was predicted.
[[nodiscard]] std::string risk_json(const EngineConfig& config, const View& view,
                                    monitoring::Registry& registry);
[[nodiscard]] std::string venues_json(const EngineConfig& config, const View& view,
                                      const AnalysisFigures& figures);
[[nodiscard]] std::string status_json(const EngineConfig& config, const View& view, double uptime_seconds);

}  // namespace vigil::engine
