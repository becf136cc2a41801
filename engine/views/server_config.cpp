#include "engine/views/server_config.h"

#include <chrono>

namespace vigil::engine {

monitoring::HttpServerConfig server_config(const EngineConfig& config) {
  const auto milliseconds = [](orders::Duration time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time);
  };
  monitoring::HttpServerConfig http;
  http.listen = config.listen;
  http.tls = config.http_tls;
  http.threads = static_cast<int>(config.http.threads);
  http.connections = static_cast<int>(config.http.connections);
  http.backlog = static_cast<int>(config.http.backlog);
  http.body_limit = config.http.body_limit;
  http.header_limit = config.http.header_limit;
  http.request_timeout = milliseconds(config.http.request_timeout);
  http.send_timeout = milliseconds(config.http.send_timeout);
  http.keep_alive_timeout = milliseconds(config.http.keep_alive_timeout);
  return http;
}

}  // namespace vigil::engine
