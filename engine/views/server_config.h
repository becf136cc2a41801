#pragma once

#include "engine/config/engine_config.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

/// The HTTP server as the configuration has it; gate and error report are left to fill in.
[[nodiscard]] monitoring::HttpServerConfig server_config(const EngineConfig& config);

}  // namespace vigil::engine
