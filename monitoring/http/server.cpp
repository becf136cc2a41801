#include "monitoring/http/server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <future>
#include <list>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "monitoring/http/connection.h"
#include "monitoring/http/connection_table.h"
#include "monitoring/http/http_metrics.h"
#include "monitoring/http/listen_address.h"
#include "monitoring/http/listener.h"
#include "monitoring/http/stream.h"
#include "monitoring/http/worker_pool.h"

namespace vigil::monitoring {
namespace {

namespace net = boost::asio;

/// For clients to take the last answers when the server ends.
constexpr std::chrono::seconds kLastAnswers{1};

std::vector<ListenAddress> parse_all(const std::vector<std::string>& texts) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : texts) addresses.push_back(parse_listen_address(text));
  return addresses;
}

}  // namespace

struct HttpServer::Impl {
  class Running;

  HttpServerConfig config;
  std::vector<ListenAddress> addresses;
  std::unique_ptr<TlsContext> tls;  ///< only with https
  HttpRouter router;
  std::array<SharedCounter, kDropReasons> drops;
  std::vector<std::uint16_t> ports;
  std::unique_ptr<Running> running;  ///< from start to stop

  Impl(HttpServerConfig from, Registry& registry)
      : config(std::move(from)),
        addresses(parse_all(config.listen.texts)),
        router(registry, config.on_error, config.gate) {
    if (addresses.empty()) throw std::runtime_error("http: there is no address to listen on");
    for (std::size_t i = 0; i < kDropReasons; ++i) {
      drops[i] = registry.shared_counter(kHttpConnectionsDropped, {to_string(static_cast<DropReason>(i))});
    }
    if (std::ranges::any_of(addresses, &ListenAddress::is_tls) && config.tls.any()) {
      tls = std::make_unique<TlsContext>(config.tls);
    }
  }

  void report(std::string_view what) const noexcept {
    try {
      if (config.on_error) config.on_error("", what);
    } catch (...) {  // who reports errors must not make new ones
    }
  }
};

/// Threads, addresses and connections of a server that was started. The order of the members is the one in
/// which they need each other.
class HttpServer::Impl::Running {
 public:
  explicit Running(Impl& impl);
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start();
  void stop();
  [[nodiscard]] std::vector<std::uint16_t> ports() const;

 private:
  void run();
  void on_accepted(Listener::Socket socket, bool is_tls);
  void on_room() {
    for (Listener& listener : listeners_) listener.resume();
  }
  /// Has the I/O thread do something, and returns when it is done.
  void on_io_thread(const std::function<void()>& action);

  Impl& impl_;
  std::atomic<bool> is_stopping_{false};
  net::io_context io_{1};
  net::executor_work_guard<net::io_context::executor_type> work_{io_.get_executor()};
  WorkerPool workers_;
  ConnectionTable table_;
  ConnectionHost host_;
  std::list<Listener> listeners_;
  std::thread thread_;
};

HttpServer::Impl::Running::Running(Impl& impl)
    : impl_(impl),
      workers_(static_cast<std::size_t>(impl.config.threads)),
      table_(io_, static_cast<std::size_t>(impl.config.connections), impl.config.patience,
             [this] { on_room(); }),
      host_{.config = impl.config,
            .router = impl.router,
            .io = io_,
            .workers = workers_,
            .is_stopping = is_stopping_,
            .count = [this](DropReason reason) { impl_.drops[static_cast<std::size_t>(reason)].add(); },
            .report = [this](std::string_view what) { impl_.report(what); },
            .on_closed = [this](Connection& connection) { table_.remove(connection); }} {
  for (const ListenAddress& address : impl.addresses) {
    listeners_.emplace_back(
        io_, address, impl.config.backlog, table_,
        [this](Listener::Socket socket, bool is_tls) { on_accepted(std::move(socket), is_tls); },
        host_.report);
  }
}

std::vector<std::uint16_t> HttpServer::Impl::Running::ports() const {
  std::vector<std::uint16_t> ports;
  for (const Listener& listener : listeners_) ports.push_back(listener.port());
  return ports;
}

void HttpServer::Impl::Running::start() {
  for (Listener& listener : listeners_) listener.start();
  thread_ = std::thread([this] { run(); });
}

void HttpServer::Impl::Running::run() {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {  // no memory for a step of a connection, which then times out
      impl_.report(error.what());
    }
  }
}

void HttpServer::Impl::Running::on_accepted(Listener::Socket socket, bool is_tls) {
  boost::system::error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;  // gone already
  socket.set_option(net::ip::tcp::no_delay(true), error);
  auto stream = is_tls ? tls_stream(std::move(socket), *impl_.tls) : plain_stream(std::move(socket));
  auto connection = std::make_shared<Connection>(host_, std::move(stream), peer.address().to_string());
  table_.add(connection);
  connection->start();
}

void HttpServer::Impl::Running::on_io_thread(const std::function<void()>& action) {
  std::promise<void> done;
  net::post(io_, [&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

void HttpServer::Impl::Running::stop() {
  if (!thread_.joinable()) return;
  on_io_thread([this] {
    is_stopping_ = true;
    for (Listener& listener : listeners_) listener.close();
    table_.end_soon();
  });
  // From here on nobody hands the workers anything, and what they have not begun is answered 503.
  workers_.join();
  on_io_thread([this] { table_.close_after(kLastAnswers); });
  work_.reset();
  thread_.join();
}

HttpServer::HttpServer(HttpServerConfig config, Registry& registry)
    : impl_(std::make_unique<Impl>(std::move(config), registry)) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::add_route(HttpMethods methods, std::string_view path, HttpHandler handler) {
  assert(impl_->running == nullptr);
  impl_->router.add(methods, path, std::move(handler));
}

void HttpServer::start() {
  assert(impl_->running == nullptr);
  for (const ListenAddress& address : impl_->addresses) {
    if (!address.is_tls || impl_->tls != nullptr) continue;
    throw std::runtime_error(
        fmt::format("http: cannot listen on {}: https needs a certificate and its key", address.text()));
  }
  auto running = std::make_unique<Impl::Running>(*impl_);
  impl_->ports = running->ports();
  running->start();
  impl_->running = std::move(running);
}

void HttpServer::stop() {
  impl_->running.reset();
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
