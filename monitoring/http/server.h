#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "monitoring/http/message.h"
#include "monitoring/http/router.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

struct HttpServerConfig {
  std::string listen = "127.0.0.1:9464";              ///< HOST:PORT, see ListenAddress
  int threads = 8;                                    ///< connections served at once; others wait
  std::size_t body_limit = std::size_t{1024} * 1024;  ///< bytes of a request's body; above: 413
  std::size_t header_limit =
      std::size_t{16} * 1024;  ///< bytes of a request's line and headers; above: refused
  std::chrono::milliseconds request_timeout{10'000};  ///< to receive a request or send an answer
  std::chrono::milliseconds keep_alive_timeout{
      1'000};                       ///< an idle connection holds its thread no longer than this
  std::size_t gzip_minimum = 1024;  ///< bytes; shorter bodies go out as they are
  /// Hears what clients must not: a handler's exception (with its route), the server's own trouble (route
  /// ""). Called by any HTTP worker.
  HttpRouter::ErrorReport on_error = {};
  HttpRouter::Gate gate = {};  ///< who may ask for what; empty: everybody for everything
};

/// The embedded HTTP server, CivetWeb behind routes of our own: it serves what was added and never a file.
/// Errors of every kind have JSON bodies. Publishes http_requests_total{route,method,status_code} and
/// http_request_duration_seconds{route,method}; both are up to date when the answer leaves.
class HttpServer {
 public:
  /// Throws std::runtime_error for a listen address that is none.
  HttpServer(HttpServerConfig config, Registry& registry);
  ~HttpServer();  ///< stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// As HttpRouter::add. Before `start` only.
  void add_route(HttpMethods methods, std::string_view path, HttpHandler handler);
  /// Listens from here on. Throws std::runtime_error naming the address and the reason if that fails.
  void start();
  /// Ends requests in progress, then closes; no handler runs once it returns. May be called again.
  void stop();
  /// The port that it listens on; 0 before `start`.
  [[nodiscard]] std::uint16_t port() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
