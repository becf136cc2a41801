#pragma once

#include "engine/config/engine_config.h"
#include "monitoring/http/router.h"

namespace vigil::engine {

/// Who may ask for what: /health and /ready are open; /metrics, /api/control/... and everything else ask for
/// the credentials of their group, 401 without them. Control without credentials is for callers on loopback
/// where the configuration allows it, 403 for everybody else; other groups without credentials are open.
/// Keeps copies of what it needs.
[[nodiscard]] monitoring::HttpRouter::Gate access_gate(const EngineConfig& config);

}  // namespace vigil::engine
