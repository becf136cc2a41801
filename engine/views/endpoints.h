#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/control.h"
#include "engine/signals/model_figures.h"
#include "engine/views/view_exchange.h"
#include "monitoring/health/health_board.h"
#include "monitoring/http/server.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// What the HTTP endpoints stand on. All of it outlives the server.
struct EndpointLinks {
  const EngineConfig& config;
  monitoring::Registry& registry;
  ViewExchange& views;
  const monitoring::HealthBoard& health;
  const Analysis& analysis;
  /// How the models do. Empty: nobody who could say.
  std::function<std::vector<ModelFigures>()> models;
  /// Hands a person's command to the core; false = not carried out. Empty: there is nothing to control.
  std::function<bool(const ControlCommand&)> control;
  /// Reads the limits again and hands them to the core; the text says why when it failed, empty = done.
  std::function<std::string()> reload;
};

/// /metrics (only with metrics enabled), /health, /ready, /api/orders, /api/positions, /api/risk,
/// /api/status, /api/venues, /api/correlations, /api/performance, /api/models, and POST /api/control/... -
/// each for whom AccessGate lets pass.
void add_endpoints(monitoring::HttpServer& server, const EndpointLinks& links);

}  // namespace vigil::engine
