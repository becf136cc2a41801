#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "monitoring/http/server.h"
#include "tests/monitoring/http_client.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

// Connections from their beginning to their end, and the server's.

namespace {

constexpr std::size_t kMuch = 32'000'000;  // bytes; more than the sockets of both sides hold

struct Server {
  explicit Server(HttpServerConfig config = {}) : server(prepared(std::move(config)), registry) {
    server.add_route(kReadMethods, "/hello", [](const HttpRequest& request) {
      return HttpResponse{.content_type = "text/plain", .body = "hello " + request.remote_address};
    });
    server.add_route(kReadMethods, "/much", [](const HttpRequest&) {
      return HttpResponse{.content_type = "text/plain", .body = std::string(kMuch, 'x')};
    });
    server.add_route(kReadMethods, "/wait", [this](const HttpRequest&) {
      ++waiting;
      waiting.notify_all();
      released.get_future().wait();
      return HttpResponse{.content_type = "text/plain", .body = "waited"};
    });
    server.start();
  }
  HttpServerConfig prepared(HttpServerConfig config) {
    if (config.listen.texts == HttpServerConfig{}.listen.texts) config.listen = "127.0.0.1:0";
    config.on_error = [this](std::string_view, std::string_view what) {
      const std::lock_guard lock(mutex);
      errors.emplace_back(what);
      ++error_count;
      error_count.notify_all();
    };
    return config;
  }
  [[nodiscard]] double dropped(std::string_view reason) {
    return counted(registry, "http_connections_dropped_total", {std::string(reason)}).value_or(0);
  }

  Registry registry;
  std::mutex mutex;
  std::vector<std::string> errors;
  std::atomic<int> error_count{0};
  std::atomic<int> waiting{0};  ///< calls of /wait so far
  std::promise<void> released;
  HttpServer server;
};

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

/// A socket connected to [::1]; -1 where there is no IPv6.
int connected_over_ipv6(std::uint16_t port) {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_addr = in6addr_loopback;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return socket;
  ::close(socket);
  return -1;
}

bool has_ipv6() {
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool works = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(socket);
  return works;
}

/// For as long as it lives the process can open no more files than it has open now.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    const int next = ::dup(0);  // the lowest that is free: those above it stay as they are
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("IPv6 addresses are served, beside IPv4's on the same port") {
  if (!has_ipv6()) {
    MESSAGE("NO IPv6 HERE: that it is served was NOT tested");
    return;
  }
  const Server first({.listen = "[::]:0"});
  const std::uint16_t port = first.server.port();
  HttpClient ipv6 = HttpClient::of(connected_over_ipv6(port));
  CHECK(ipv6.get("/hello").body == "hello ::1");
  const Server second({.listen = "0.0.0.0:" + std::to_string(port)});
  CHECK(HttpClient(port).get("/hello").body == "hello 127.0.0.1");
}

TEST_CASE("connections beyond the bound wait and are served when one ends") {
  Server server({.connections = 1, .keep_alive_timeout = 600s, .patience = 600s});
  auto first = std::make_unique<HttpClient>(server.server.port());
  CHECK(first->get("/hello").status == 200);
  HttpClient second(server.server.port());
  second.send(get("/hello"));
  CHECK(first->get("/hello").status == 200);  // it is not disturbed
  first.reset();
  CHECK(second.receive().status == 200);
  CHECK(server.dropped("too_many") == 0);
}

TEST_CASE("a connection that is being answered does not go for others") {
  Server server({.connections = 1, .patience = 1ms});
  HttpClient first(server.server.port());
  first.send(get("/wait"));
  server.waiting.wait(0);
  HttpClient second(server.server.port());
  second.send(get("/hello"));
  std::this_thread::yield();
  server.released.set_value();
  CHECK(first.receive().body == "waited");
  CHECK(second.receive().status == 200);
}

TEST_CASE("an idle connection is closed after its time, and nobody counts that") {
  Server server({.keep_alive_timeout = 50ms});
  HttpClient client(server.server.port());
  CHECK(client.get("/hello").status == 200);
  CHECK(client.is_closed());
  for (const std::string_view reason : {"slow_request", "slow_reader", "too_many"}) {
    CHECK(server.dropped(reason) == 0);
  }
}

TEST_CASE("requests in one piece are answered in order though the first one takes longest") {
  Server server({.threads = 4});
  HttpClient client(server.server.port());
  client.send(get("/wait") + get("/hello") + get("/nothing"));
  server.waiting.wait(0);
  CHECK(HttpClient(server.server.port()).get("/hello").status == 200);
  server.released.set_value();
  CHECK(client.receive().body == "waited");
  CHECK(client.receive().body == "hello 127.0.0.1");
  CHECK(client.receive().status == 404);
}

TEST_CASE("a client that has said all it has to say is still answered") {
  Server server;
  HttpClient client(server.server.port());
  client.send(get("/hello"));
  client.end_sending();
  CHECK(client.receive().status == 200);
  CHECK(client.is_closed());
  HttpClient broken(server.server.port());
  broken.send("GET /hello HT");
  broken.end_sending();
  CHECK(broken.receive().status == 400);
  CHECK(server.dropped("malformed") == 1);
}

TEST_CASE("a server without descriptors reports that once, and serves again when there are some") {
  Server server;
  HttpClient client;
  {
    const NoMoreFiles none;
    client.connect(server.server.port());
    client.send(get("/hello"));
    server.error_count.wait(0);
  }
  CHECK(client.receive().status == 200);
  const std::lock_guard lock(server.mutex);
  REQUIRE(server.errors.size() == 1);
  CHECK(server.errors[0] == "cannot accept connections at 127.0.0.1:" + std::to_string(server.server.port()) +
                                ": Too many open files");
}

TEST_CASE("stopping ends the request that a handler is in and answers those that wait for one") {
  Server server({.threads = 1, .keep_alive_timeout = 600s});
  HttpClient first(server.server.port());
  first.send(get("/wait"));
  server.waiting.wait(0);
  HttpClient idle(server.server.port());
  CHECK(idle.exchange("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status == 404);  // the worker is not asked
  HttpClient second(server.server.port());
  second.send(get("/hello"));
  HttpClient partial(server.server.port());
  partial.send("GET /hel");
  std::thread stopper([&] { server.server.stop(); });
  CHECK(idle.is_closed());
  CHECK(partial.is_closed());
  server.released.set_value();
  const HttpReply reply = first.receive();
  CHECK(reply.body == "waited");
  CHECK(reply.header.find("Connection: close\r\n") != std::string::npos);
  stopper.join();
  CHECK(first.is_closed());
  const HttpReply refused = second.receive();
  const bool is_refused = refused.status == 503 || refused.status == 0;  // 0: it had not been read yet
  CHECK(is_refused);
  CHECK_FALSE(counted(server.registry, "http_requests_total", {"/hello", "GET", "200"}).has_value());
}

TEST_CASE("clients that read nothing do not hold up the end of a server for long") {
  Server server;
  HttpClient reader(server.server.port());
  reader.send(get("/much"));
  const auto answered = [&] {
    return counted(server.registry, "http_requests_total", {"/much", "GET", "200"});
  };
  while (!answered()) std::this_thread::yield();
  server.server.stop();  // the test's time limit is the judge
  CHECK(reader.receive().body.size() < kMuch);
}

TEST_CASE("a server starts again after it was stopped") {
  Server server;
  server.server.stop();
  server.server.start();
  CHECK(HttpClient(server.server.port()).get("/hello").status == 200);
}
