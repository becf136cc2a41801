#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/http/message.h"
#include "monitoring/http/router.h"
#include "monitoring/http/tls.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// Addresses to listen on, as parse_listen_address takes them; one may stand for a list of one.
struct ListenAddresses {
  std::vector<std::string> texts;

  ListenAddresses(const char* text) : texts{text} {}                                // NOLINT(*-explicit-*)
  ListenAddresses(std::string text) : texts{std::move(text)} {}                     // NOLINT(*-explicit-*)
  ListenAddresses(std::vector<std::string> several) : texts(std::move(several)) {}  // NOLINT(*-explicit-*)
};

struct HttpServerConfig {
  ListenAddresses listen = "127.0.0.1:9464";
  HttpTlsConfig tls = {};  ///< of the addresses with https
  int threads = 8;         ///< handlers that run at once
  int connections = 256;   ///< open at once, most of them idle or slow
  /// Connections that wait in the system to be accepted. Those beyond it try again later and later, and by
  /// the time that one is let in its request may come after `patience`: it should hold a crowd.
  int backlog = 4096;
  std::size_t body_limit = std::size_t{1024} * 1024;  ///< bytes of a request's body; above: 413
  std::size_t header_limit = std::size_t{16} * 1024;  ///< bytes of a request's line and headers; above: 431
  /// To receive a request as a whole, the first one's with its connection's TLS handshake; above: 408.
  std::chrono::milliseconds request_timeout{10'000};
  std::chrono::milliseconds send_timeout{30'000};       ///< for the client to take an answer, as a whole
  std::chrono::milliseconds keep_alive_timeout{1'000};  ///< for an idle connection to send its next request
  /// With all connections open and another client waiting, one that has waited for its client longer than
  /// this is ended, the one with the longest wait first.
  std::chrono::milliseconds patience{1'000};
  std::size_t gzip_minimum = 1024;  ///< bytes; shorter bodies go out as they are
  /// Hears what clients must not: a handler's exception (with its route), the server's own trouble (route
  /// ""). Called by any of the server's threads.
  HttpRouter::ErrorReport on_error = {};
  /// Who may ask for what; empty: everybody for everything. Must not wait: the I/O thread asks it.
  HttpRouter::Gate gate = {};
};

/// The embedded HTTP server: it serves the routes that were added and never a file. One I/O thread accepts,
/// reads and writes for all connections and never waits for one of them; handlers run on `threads` others. A
/// client that is slow costs a connection, and nobody else any time. Errors of every kind have JSON bodies.
/// Who may not ask, or asks for what there is not, is answered before his request's body is read. Publishes
/// http_requests_total{route,method,status_code}, http_request_duration_seconds{route,method}, both up to
/// date when the answer leaves, and http_connections_dropped_total{reason}.
class HttpServer {
 public:
  /// Throws std::runtime_error for a listen address that is none, and for files of a certificate that do not
  /// do.
  HttpServer(HttpServerConfig config, Registry& registry);
  ~HttpServer();  ///< stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// As HttpRouter::add. Before `start` only.
  void add_route(HttpMethods methods, std::string_view path, HttpHandler handler);
  /// Listens from here on. Throws std::runtime_error naming the address and the reason if that fails.
  void start();
  /// Ends the requests that handlers are in, with a second for their clients to take the answers, then
  /// closes. No handler runs once it returns. May be called again.
  void stop();
  /// The port that it listens on at the first address; 0 before `start`.
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// By address, in the order of the configuration; empty before `start`.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;
  /// Reads certificate and key again for connections to come; nothing without TLS. Throws std::runtime_error
  /// naming the file and the reason, and then keeps what it has. Any thread.
  void reload_certificate();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
