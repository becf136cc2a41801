#include "engine/commands/serve.h"

#include "engine/core/clock.h"
#include "engine/version.h"
#include "engine/views/server_config.h"

namespace vigil::engine {

ReplayServer::ReplayServer(const EngineConfig& config, monitoring::Registry& registry, ViewExchange& views,
                           Analysis& analysis) {
  analysis.share();
  const orders::Duration now = machine_time().monotonic;
  health_ = std::make_unique<monitoring::HealthBoard>(std::vector<monitoring::HealthComponent>{{"core"}},
                                                      version(), now, registry);
  health_->report(health_->find("core"), monitoring::HealthState::Healthy);
  health_->startup_finished();
  health_->publish(now);
  access_ = std::make_unique<AccessGate>(config, registry);
  monitoring::HttpServerConfig http = server_config(config);
  http.gate = access_->gate();
  server_ = std::make_unique<monitoring::HttpServer>(http, registry);
  add_endpoints(*server_, {config, registry, views, *health_, analysis, {}, {}, {}});
  server_->start();
}

ReplayServer::~ReplayServer() = default;

}  // namespace vigil::engine
