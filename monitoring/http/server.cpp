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

#include "monitoring/http/gzip.h"
#include "monitoring/http/listen_address.h"

namespace vigil::monitoring {
namespace {

constexpr unsigned kIpv6Feature = 8;  // of mg_check_feature
constexpr std::size_t kReadPiece = std::size_t{16} * 1024;
constexpr std::chrono::milliseconds kKnockInterval{5};

enum class BodyResult : std::uint8_t { Read, TooLarge, Incomplete };

std::string_view text_or_empty(const char* text) {
  return text == nullptr ? std::string_view{} : text;
}

/// `word` in lower case.
bool contains_word(std::string_view header, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto equal = [&](char a, char b) { return lower(a) == b; };
  return std::search(header.begin(), header.end(), word.begin(), word.end(), equal) != header.end();
}

HttpRequest request_of(const mg_request_info& info) {
  HttpRequest request;
  request.method = parse_http_method(text_or_empty(info.request_method));
  request.query = parse_form(text_or_empty(info.query_string));
  request.remote_address = info.remote_addr;
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers.emplace_back(text_or_empty(info.http_headers[i].name),
                                 text_or_empty(info.http_headers[i].value));
  }
  return request;
}

bool is_chunked(const HttpRequest& request) {
  return request.header("Transfer-Encoding").has_value();
}

bool has_body(const mg_request_info& info, const HttpRequest& request) {
  return info.content_length > 0 || is_chunked(request);
}

BodyResult read_body(mg_connection* connection, long long content_length, std::size_t limit,
                     HttpRequest& request) {
  if (content_length > 0 && static_cast<std::size_t>(content_length) > limit) return BodyResult::TooLarge;

  if (request.header("Expect").has_value()) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    if (mg_write(connection, kContinue.data(), kContinue.size()) <= 0) return BodyResult::Incomplete;
  }
  std::vector<char> piece(kReadPiece);
  while (content_length < 0 || request.body.size() < static_cast<std::size_t>(content_length)) {
    const int size = mg_read(connection, piece.data(), piece.size());
    if (size < 0) return BodyResult::Incomplete;
    if (size == 0) break;
    if (request.body.size() + static_cast<std::size_t>(size) > limit) return BodyResult::TooLarge;
    request.body.append(piece.data(), static_cast<std::size_t>(size));
  }
  const bool is_whole = content_length < 0 || request.body.size() == static_cast<std::size_t>(content_length);
  return is_whole ? BodyResult::Read : BodyResult::Incomplete;
}

/// A line of the header; line ends within it would start another one.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t begin = out.size();
  out.append(name).append(": ").append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
  out += "\r\n";
}

bool wants_close(const mg_request_info& info) {
  std::string_view connection;
  for (int i = 0; i < info.num_headers; ++i) {
    if (mg_strcasecmp(info.http_headers[i].name, "Connection") == 0) connection = info.http_headers[i].value;
  }
  if (contains_word(connection, "close")) return true;
  return text_or_empty(info.http_version) == "1.0" && !contains_word(connection, "keep-alive");
}

struct Sending {
  bool is_head = false;  ///< the header of an answer to GET, without the body
  bool may_gzip = false;
  bool is_last = false;  ///< the connection is closed behind it
};

void send(mg_connection* connection, HttpResponse response, const Sending& sending) {
  const bool is_bodiless = response.status == 204 || response.status == 304;
  if (sending.may_gzip) {
    response.body = gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  if (!is_bodiless) {
    append_header(out, "Content-Type", response.content_type);
    append_header(out, "Content-Length", std::to_string(response.body.size()));
    append_header(out, "Vary", "Accept-Encoding");
  }
  append_header(out, "Cache-Control", "no-store");
  append_header(out, "X-Content-Type-Options", "nosniff");
  append_header(out, "Connection", sending.is_last ? "close" : "keep-alive");
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  out += "\r\n";
  if (!is_bodiless && !sending.is_head) out += response.body;
  if (sending.is_last) mg_disable_connection_keep_alive(connection);
  (void)mg_write(connection, out.data(), out.size());
}

}  // namespace

struct HttpServer::Impl {
  HttpServerConfig config;
  ListenAddress address;
  HttpRouter router;
  mg_context* context = nullptr;
  std::atomic<std::uint16_t> port{0};

  Impl(HttpServerConfig from, Registry& registry)
      : config(std::move(from)),
        address(parse_listen_address(config.listen)),
        router(registry, config.on_error, config.gate) {}

  [[nodiscard]] int answer(mg_connection* connection);
  void refuse(mg_connection* connection, HttpMethod method, int status, std::string_view text);
  void report(std::string_view what) noexcept;

  static Impl& of(const mg_connection* connection) {
    return *static_cast<Impl*>(mg_get_user_data(mg_get_context(connection)));
  }
  // What CivetWeb calls. It is C: no exception may leave them.
  static int on_request(mg_connection* connection) noexcept;
  static int on_error(mg_connection* connection, int status, const char* text) noexcept;
  static int on_message(const mg_connection* connection, const char* text) noexcept;
};

void HttpServer::Impl::report(std::string_view what) noexcept {
  try {
    if (config.on_error) config.on_error("", what);
  } catch (...) {  // who reports errors must not make new ones
  }
}

void HttpServer::Impl::refuse(mg_connection* connection, HttpMethod method, int status,
                              std::string_view text) {
  router.count_refused(method, status);
  send(connection, http_error(status, status < 500 ? "bad_request" : "internal", text),
       {.is_head = method == HttpMethod::Head, .is_last = true});
}

int HttpServer::Impl::answer(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  HttpRequest request = request_of(info);
  const bool is_last = wants_close(info);
  if (has_body(info, request)) {
    const long long length = is_chunked(request) ? -1 : info.content_length;
    switch (read_body(connection, length, config.body_limit, request)) {
      case BodyResult::Read:
        break;
      case BodyResult::TooLarge:
        refuse(connection, request.method, 413,
               fmt::format("the body must not be longer than {} bytes", config.body_limit));
        return 413;
      case BodyResult::Incomplete:
        refuse(connection, request.method, 400, "the body ended before its announced length");
        return 400;
    }
  }
  HttpResponse response = router.answer(request, text_or_empty(info.local_uri));
  const int status = response.status;
  const bool may_gzip = response.body.size() >= config.gzip_minimum &&
                        accepts_gzip(request.header("Accept-Encoding").value_or(""));
  send(connection, std::move(response),
       {.is_head = request.method == HttpMethod::Head, .may_gzip = may_gzip, .is_last = is_last});
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
    impl.refuse(connection, method, status, text_or_empty(text));
  } catch (const std::exception& error) {
    impl.report(error.what());
  }
  return 0;
}

int HttpServer::Impl::on_message(const mg_connection* connection, const char* text) noexcept {
  of(connection).report(text_or_empty(text));
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
  static std::once_flag is_initialised;
  std::call_once(is_initialised, [] { mg_init_library(MG_FEATURES_DEFAULT); });

  const std::string address = impl_->address.text();
  if (impl_->address.is_ipv6 && mg_check_feature(kIpv6Feature) == 0) {
    throw std::runtime_error(fmt::format(
        "http: cannot listen on {}: the CivetWeb of this machine was built without IPv6", address));
  }
  check_listen_address(impl_->address);

  const HttpServerConfig& config = impl_->config;
  const std::string threads = std::to_string(config.threads);
  const std::string header_limit = std::to_string(config.header_limit);
  const std::string request_timeout = std::to_string(config.request_timeout.count());
  const std::string keep_alive_timeout = std::to_string(config.keep_alive_timeout.count());
  // No document root, so there are no files to serve; all requests end in on_request anyway.
  std::array<const char*, 19> options{"listening_ports",
                                      address.c_str(),
                                      "num_threads",
                                      threads.c_str(),
                                      "max_request_size",
                                      header_limit.c_str(),
                                      "request_timeout_ms",
                                      request_timeout.c_str(),
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
  std::array<char, 256> reason{};
  unsigned code = 0;
  mg_error_data error{.code = &code, .text = reason.data(), .text_buffer_size = reason.size()};
  mg_init_data init{
      .callbacks = &callbacks, .user_data = impl_.get(), .configuration_options = options.data()};
  impl_->context = mg_start2(&init, &error);
  if (impl_->context == nullptr) {
    throw std::runtime_error(fmt::format("http: cannot listen on {}: {}", address, reason.data()));
  }
  mg_server_port listening{};
  if (mg_get_server_ports(impl_->context, 1, &listening) == 1) {
    impl_->port = static_cast<std::uint16_t>(listening.port);
  }
}

void HttpServer::stop() {
  if (impl_->context == nullptr) return;
  // CivetWeb's accepting thread looks only every two seconds whether it should stop, and whenever somebody
  // connects.
  ListenAddress own = impl_->address;
  own.port = impl_->port;
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
  return impl_->port;
}

}  // namespace vigil::monitoring
