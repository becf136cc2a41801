#include "monitoring/http/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <civetweb.h>
#include <fmt/format.h>

#include "monitoring/http/connection_watch.h"
#include "monitoring/http/exchange.h"
#include "monitoring/http/listen_address.h"
#include "monitoring/http/open_connections.h"
#include "monitoring/monitoring_metrics.h"

namespace vigil::monitoring {
namespace {

constexpr unsigned kTlsFeature = 2;  // of mg_check_feature
constexpr unsigned kIpv6Feature = 8;
constexpr std::chrono::milliseconds kKnockInterval{5};
/// CivetWeb's own timeouts start again with every byte; they stand behind ours, which do not.
constexpr std::chrono::milliseconds kTimeoutReserve{1'000};
/// CivetWeb answers a header beyond its buffer with 400. A larger buffer than the limit lets us say 431.
constexpr std::size_t kHeaderBuffers = 4;

std::string_view text_or_empty(const char* text) {
  return text == nullptr ? std::string_view{} : text;
}

ConnectionKey key_of(const mg_request_info& info) {
  return {info.remote_addr, static_cast<std::uint16_t>(info.remote_port),
          static_cast<std::uint16_t>(info.server_port)};
}

std::vector<ListenAddress> parse_all(const std::vector<std::string>& texts) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) addresses.push_back(parse_listen_address(text));
  return addresses;
}

/// Throws std::runtime_error for addresses that nobody could listen on now.
void check(const std::vector<ListenAddress>& addresses, bool has_certificate) {
  for (const ListenAddress& address : addresses) {
    if (address.is_ipv6 && mg_check_feature(kIpv6Feature) == 0) {
      throw std::runtime_error(fmt::format(
          "http: cannot listen on {}: the CivetWeb of this machine was built without IPv6", address.text()));
    }
    if (address.is_tls && !has_certificate) {
      throw std::runtime_error(
          fmt::format("http: cannot listen on {}: https needs a certificate and its key", address.text()));
    }
    if (address.is_tls && mg_check_feature(kTlsFeature) == 0) {
      throw std::runtime_error(fmt::format(
          "http: cannot listen on {}: the CivetWeb of this machine was built without TLS", address.text()));
    }
    check_listen_address(address);
  }
}

/// CivetWeb's listening_ports.
std::string ports_option(const std::vector<ListenAddress>& addresses) {
  std::string option;
  for (const ListenAddress& address : addresses) {
    if (!option.empty()) option += ',';
    option += address.socket_text();
    if (address.is_tls) option += 's';
  }
  return option;
}

}  // namespace

struct HttpServer::Impl {
  HttpServerConfig config;
  std::vector<ListenAddress> addresses;
  std::unique_ptr<TlsContext> tls;  ///< only with https
  HttpRouter router;
  std::array<SharedCounter, kDropReasons> drops;
  ConnectionWatch watch;
  mg_context* context = nullptr;
  std::vector<std::uint16_t> ports;

  Impl(HttpServerConfig from, Registry& registry)
      : config(std::move(from)),
        addresses(parse_all(config.listen.texts)),
        router(registry, config.on_error, config.gate),
        watch({.threads = static_cast<std::size_t>(config.threads),
               .request_timeout = config.request_timeout,
               .send_timeout = config.send_timeout,
               .patience = config.patience},
              [this](DropReason reason) { count(reason); }) {
    if (addresses.empty()) throw std::runtime_error("http: there is no address to listen on");
    for (std::size_t i = 0; i < kDropReasons; ++i) {
      drops[i] = registry.shared_counter(kHttpConnectionsDropped, {to_string(static_cast<DropReason>(i))});
    }
    if (std::ranges::any_of(addresses, &ListenAddress::is_tls) && config.tls.any()) {
      tls = std::make_unique<TlsContext>(config.tls);
    }
  }

  void count(DropReason reason) { drops[static_cast<std::size_t>(reason)].add(); }
  [[nodiscard]] int answer(mg_connection* connection);
  /// Reads the request's body; false when it was refused, and answered.
  [[nodiscard]] bool receive(mg_connection* connection, const mg_request_info& info, HttpRequest& request);
  void send_to(mg_connection* connection, const mg_request_info& info, HttpResponse response,
               const Sending& sending);
  void refuse(mg_connection* connection, HttpMethod method, int status, std::string_view text);
  void report(std::string_view what) noexcept;

  static Impl& of(const mg_connection* connection) {
    return *static_cast<Impl*>(mg_get_user_data(mg_get_context(connection)));
  }
  // What CivetWeb calls. It is C: no exception may leave them.
  static int on_request(mg_connection* connection) noexcept;
  static int on_error(mg_connection* connection, int status, const char* text) noexcept;
  static int on_message(const mg_connection* connection, const char* text) noexcept;
  static int on_opened(const mg_connection* connection, void** data) noexcept;
  static void on_close(const mg_connection* connection) noexcept;
  static int on_tls(void** context, void* self) noexcept;
};

void HttpServer::Impl::report(std::string_view what) noexcept {
  try {
    if (config.on_error) config.on_error("", what);
  } catch (...) {  // who reports errors must not make new ones
  }
}

void HttpServer::Impl::send_to(mg_connection* connection, const mg_request_info& info, HttpResponse response,
                               const Sending& sending) {
  const ConnectionKey key = key_of(info);
  watch.enter(key, ConnectionPhase::Sending);
  send(connection, std::move(response), sending);
  watch.enter(key, ConnectionPhase::Idle);
}

void HttpServer::Impl::refuse(mg_connection* connection, HttpMethod method, int status,
                              std::string_view text) {
  router.count_refused(method, status);
  if (const mg_request_info* const info = mg_get_request_info(connection)) {
    watch.enter(key_of(*info), ConnectionPhase::Sending);
  }
  send(connection, http_error(status, status < 500 ? "bad_request" : "internal", text),
       {.is_head = method == HttpMethod::Head, .is_last = true});
}

bool HttpServer::Impl::receive(mg_connection* connection, const mg_request_info& info, HttpRequest& request) {
  const ConnectionKey key = key_of(info);
  watch.enter(key, ConnectionPhase::Receiving);
  switch (read_body(connection, info, config.body_limit, request)) {
    case BodyResult::Read:
      watch.enter(key, ConnectionPhase::Answering);
      return true;
    case BodyResult::TooLarge:
      count(DropReason::BodyTooLarge);
      refuse(connection, request.method, 413,
             fmt::format("the body must not be longer than {} bytes", config.body_limit));
      watch.enter(key, ConnectionPhase::Receiving);
      discard_body(connection);
      return false;
    case BodyResult::Incomplete:
      break;
  }
  if (watch.dropped(key)) {
    refuse(connection, request.method, 408,
           fmt::format("the request did not come within {} ms", config.request_timeout.count()));
    return false;
  }
  count(DropReason::Malformed);
  refuse(connection, request.method, 400, "the body ended before its announced length");
  return false;
}

int HttpServer::Impl::answer(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  const ConnectionKey key = key_of(info);
  watch.enter(key, ConnectionPhase::Answering);
  HttpRequest request = request_of(info);
  const bool is_head = request.method == HttpMethod::Head;
  // CivetWeb leaves out the headers that are too many: one could be the credentials or the body's length.
  if (info.num_headers >= MG_MAX_HEADERS || header_size(info) > config.header_limit) {
    count(DropReason::HeaderTooLarge);
    refuse(connection, request.method, 431,
           fmt::format("line and headers must not be longer than {} bytes, nor be {} headers or more",
                       config.header_limit, MG_MAX_HEADERS));
    return 431;
  }
  if (has_two_lengths(request)) {
    count(DropReason::Malformed);
    refuse(connection, request.method, 400, "there must be one Content-Length or one Transfer-Encoding");
    return 400;
  }
  const bool is_with_body = has_body(info, request);
  HttpRouter::Admission admission = router.admit(request, text_or_empty(info.local_uri));
  if (admission.refusal) {
    const int status = admission.refusal->status;
    const bool is_last = is_with_body || wants_close(info);
    send_to(connection, info, std::move(*admission.refusal), {.is_head = is_head, .is_last = is_last});
    if (is_with_body && !request.header("Expect").has_value()) {
      watch.enter(key, ConnectionPhase::Receiving);
      discard_body(connection);
    }
    return status;
  }
  if (is_with_body && !receive(connection, info, request)) return 400;

  HttpResponse response = router.answer(admission, request);
  const int status = response.status;
  const bool may_gzip = response.body.size() >= config.gzip_minimum &&
                        accepts_gzip(request.header("Accept-Encoding").value_or(""));
  send_to(connection, info, std::move(response),
          {.is_head = is_head, .may_gzip = may_gzip, .is_last = wants_close(info)});
  return status;
}

int HttpServer::Impl::on_request(mg_connection* connection) noexcept {
  Impl& impl = of(connection);
  try {
    return impl.answer(connection);
  } catch (const std::exception& error) {
    impl.report(error.what());
  } catch (...) {
    impl.report("an exception of unknown type");
  }
  mg_disable_connection_keep_alive(connection);
  return 500;
}

/// CivetWeb refuses a request that it cannot read.
int HttpServer::Impl::on_error(mg_connection* connection, int status, const char* text) noexcept {
  Impl& impl = of(connection);
  try {
    const mg_request_info* const info = mg_get_request_info(connection);
    const auto method = parse_http_method(info == nullptr ? "" : text_or_empty(info->request_method));
    if (info != nullptr && impl.watch.dropped(key_of(*info))) {
      impl.refuse(connection, method, 408,
                  fmt::format("the request did not come within {} ms", impl.config.request_timeout.count()));
      return 0;
    }
    const bool is_too_large = status == 413 || status == 414 || status == 431;
    impl.count(is_too_large ? DropReason::HeaderTooLarge : DropReason::Malformed);
    impl.refuse(connection, method, is_too_large ? 431 : status, text_or_empty(text));
  } catch (const std::exception& error) {
    impl.report(error.what());
  }
  return 0;
}

int HttpServer::Impl::on_message(const mg_connection* connection, const char* text) noexcept {
  of(connection).report(text_or_empty(text));
  return 1;
}

/// Past the TLS handshake, where there is one: on_close sees by the data that it was made.
int HttpServer::Impl::on_opened(const mg_connection* connection, void** data) noexcept {
  *data = &of(connection);
  return 0;
}

void HttpServer::Impl::on_close(const mg_connection* connection) noexcept {
  Impl& impl = of(connection);
  try {
    if (mg_get_user_connection_data(connection) != nullptr) {
      const mg_request_info* const info = mg_get_request_info(connection);
      impl.watch.closed(info == nullptr ? std::nullopt : std::optional(key_of(*info)));
      return;
    }
    // A handshake that failed, on this thread.
    const auto key = connection_of(last_handshake_socket());
    const bool is_dropped = key && impl.watch.dropped(*key);
    impl.watch.closed(key);
    if (!is_dropped) impl.count(DropReason::TlsHandshake);
  } catch (const std::exception& error) {
    impl.report(error.what());
  }
}

/// CivetWeb asks for our TLS context, and gives it back at the end: it stays ours.
int HttpServer::Impl::on_tls(void** context, void* self) noexcept {
  const Impl& impl = *static_cast<Impl*>(self);
  if (impl.tls == nullptr) return 0;
  if (*context == nullptr) *context = impl.tls->native();
  return 1;
}

HttpServer::HttpServer(HttpServerConfig config, Registry& registry)
    : impl_(std::make_unique<Impl>(std::move(config), registry)) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::add_route(HttpMethods methods, std::string_view path, HttpHandler handler) {
  assert(impl_->context == nullptr);
  impl_->router.add(methods, path, std::move(handler));
}

void HttpServer::start() {
  assert(impl_->context == nullptr);
  // All features at once, and what came of it: without OpenSSL's functions CivetWeb would crash on TLS.
  static const unsigned features = mg_init_library(MG_FEATURES_DEFAULT);
  check(impl_->addresses, impl_->config.tls.any());
  if (impl_->tls != nullptr) {
    check_openssl_for_civetweb();
    if ((features & kTlsFeature) == 0) {
      throw std::runtime_error(
          "http: cannot listen with TLS: the CivetWeb of this machine was built for another OpenSSL than is "
          "installed; put a proxy that speaks TLS before a plain address");
    }
  }

  const HttpServerConfig& config = impl_->config;
  const std::string listening_ports = ports_option(impl_->addresses);
  const std::string threads = std::to_string(config.threads);
  const std::string backlog = std::to_string(config.backlog);
  const std::string header_buffer = std::to_string(config.header_limit * kHeaderBuffers);
  const std::string timeout =
      std::to_string((std::max(config.request_timeout, config.send_timeout) + kTimeoutReserve).count());
  const std::string keep_alive_timeout = std::to_string(config.keep_alive_timeout.count());
  // No document root, so there are no files to serve; all requests end in on_request anyway.
  std::array<const char*, 21> options{"listening_ports",
                                      listening_ports.c_str(),
                                      "num_threads",
                                      threads.c_str(),
                                      "listen_backlog",
                                      backlog.c_str(),
                                      "max_request_size",
                                      header_buffer.c_str(),
                                      "request_timeout_ms",
                                      timeout.c_str(),
                                      "keep_alive_timeout_ms",
                                      keep_alive_timeout.c_str(),
                                      "enable_keep_alive",
                                      "yes",
                                      "tcp_nodelay",
                                      "1",
                                      "decode_url",
                                      "no",  // the router does, segment by segment
                                      "enable_auth_domain_check",
                                      "no",
                                      nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = &Impl::on_request;
  callbacks.http_error = &Impl::on_error;
  callbacks.log_message = &Impl::on_message;
  callbacks.init_connection = &Impl::on_opened;
  callbacks.connection_close = &Impl::on_close;
  callbacks.external_ssl_ctx = &Impl::on_tls;
  std::array<char, 256> reason{};
  unsigned code = 0;
  mg_error_data error{.code = &code, .text = reason.data(), .text_buffer_size = reason.size()};
  mg_init_data init{
      .callbacks = &callbacks, .user_data = impl_.get(), .configuration_options = options.data()};
  impl_->context = mg_start2(&init, &error);
  if (impl_->context == nullptr) {
    throw std::runtime_error(fmt::format("http: cannot listen on {}: {}", listening_ports, reason.data()));
  }
  std::vector<mg_server_port> listening(impl_->addresses.size());
  const int count = mg_get_server_ports(impl_->context, static_cast<int>(listening.size()), listening.data());
  impl_->ports.clear();
  for (int i = 0; i < count; ++i) {
    impl_->ports.push_back(static_cast<std::uint16_t>(listening[static_cast<std::size_t>(i)].port));
  }
  impl_->watch.start(impl_->ports);
}

void HttpServer::stop() {
  if (impl_->context == nullptr) return;
  impl_->watch.stop();
  // CivetWeb's accepting thread looks only every two seconds whether it should stop, and whenever somebody
  // connects.
  ListenAddress own = impl_->addresses.front();
  own.port = port();
  std::atomic<bool> is_stopped{false};
  std::thread knocker([&] {
    while (!is_stopped) {
      knock(own);
      std::this_thread::sleep_for(kKnockInterval);
    }
  });
  mg_stop(impl_->context);
  is_stopped = true;
  knocker.join();
  impl_->context = nullptr;
}

std::uint16_t HttpServer::port() const noexcept {
  return impl_->ports.empty() ? std::uint16_t{0} : impl_->ports.front();
}

std::vector<std::uint16_t> HttpServer::ports() const {
  return impl_->ports;
}

void HttpServer::reload_certificate() {
  if (impl_->tls != nullptr) impl_->tls->reload();
}

}  // namespace vigil::monitoring
