#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/config/secret.h"
#include "monitoring/http/tls.h"
#include "orders/time.h"

namespace vigil::engine {

/// What clients may cost, see monitoring::HttpServerConfig.
struct HttpLimits {
  std::uint32_t threads = 16;
  std::uint32_t connections = 256;
  std::uint32_t backlog = 4096;
  orders::Duration request_timeout = std::chrono::seconds{10};
  orders::Duration send_timeout = std::chrono::seconds{30};
  orders::Duration keep_alive_timeout = std::chrono::minutes{2};
  std::size_t header_limit = std::size_t{16} * 1024;
  std::size_t body_limit = std::size_t{64} * 1024;
};

/// What callers of a group of paths have to present; a token, or user and password, or one of the two.
struct HttpAccessConfig {
  Secret token = {};
  std::string user = {};  ///< empty if and only if there is no password
  Secret password = {};
};

/// By group of paths: /metrics; POST /api/control/...; and all others. /health and /ready ask for nothing.
struct HttpAuthConfig {
  HttpAccessConfig metrics;
  HttpAccessConfig api;
  HttpAccessConfig control;
};

}  // namespace vigil::engine
