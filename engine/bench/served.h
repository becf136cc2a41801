#pragma once

#include "monitoring/http/metrics_endpoint.h"
#include "monitoring/http/server.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine::bench {

/// A server on the loopback address with a registry behind its /metrics.
struct Served {
  Served() : endpoint(registry), server({.listen = "127.0.0.1:0"}, registry) {
    server.add_route(monitoring::kReadMethods, "/metrics",
                     [this](const monitoring::HttpRequest& request) { return endpoint(request); });
    server.start();
  }
  monitoring::Registry registry;
  monitoring::MetricsEndpoint endpoint;
  monitoring::HttpServer server;  ///< ends before what it serves
};

}  // namespace vigil::engine::bench
