#pragma once

#include <memory>

#include "engine/config/engine_config.h"
#include "engine/views/access.h"
#include "engine/views/endpoints.h"
#include "monitoring/health/health_board.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

/// The HTTP server of a replay: the same views as the live engine's, no control. The replaying thread answers
/// the views between events.
class ReplayServer {
 public:
  ReplayServer(const EngineConfig& config, monitoring::Registry& registry, ViewExchange& views,
               Analysis& analysis);
  ~ReplayServer();

 private:
  std::unique_ptr<monitoring::HealthBoard> health_;
  std::unique_ptr<AccessGate> access_;
  std::unique_ptr<monitoring::HttpServer> server_;
};

}  // namespace vigil::engine
