#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/http/server.h"
#include "tests/monitoring/http_client.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

// Clients that are slow, greedy or wrong, and what others see of it.

namespace {

constexpr std::size_t kMuch = 32'000'000;  // bytes; more than the sockets of both sides hold

struct Server {
  explicit Server(HttpServerConfig config) : server(prepared(std::move(config)), registry) {
    const auto text = [](std::string body) {
      return HttpResponse{.content_type = "text/plain", .body = std::move(body)};
    };
    server.add_route(kReadMethods, "/hello", [=](const HttpRequest&) { return text("hello"); });
    server.add_route(kReadMethods, "/much",
                     [=](const HttpRequest&) { return text(std::string(kMuch, 'x')); });
    server.add_route({HttpMethod::Post}, "/echo", [=, this](const HttpRequest& request) {
      ++calls;
      return text(request.body);
    });
    server.start();
  }
  static HttpServerConfig prepared(HttpServerConfig config) {
    config.listen = "127.0.0.1:0";
    return config;
  }
  [[nodiscard]] double dropped(std::string_view reason) {
    return counted(registry, "http_connections_dropped_total", {std::string(reason)}).value_or(0);
  }

  Registry registry;
  std::atomic<int> calls{0};
  HttpServer server;
};

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

/// Says a byte again and again until the server has had enough.
HttpReply trickle(HttpClient& client, std::string_view begin) {
  std::atomic<bool> is_answered{false};
  client.send(begin);
  std::thread sender([&] {
    while (!is_answered) {
      client.send("x");
      std::this_thread::yield();
    }
  });
  HttpReply reply = client.receive();
  is_answered = true;
  sender.join();
  return reply;
}

/// Half of them do not read what they asked for, the others do not go on with their request.
std::vector<std::unique_ptr<HttpClient>> slow_clients(const Server& server, int count) {
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server.server.port()));
    clients.back()->send(i % 2 == 0 ? "GET /much HTTP/1.1\r\nHost: x\r\n\r\n" : "GET /hello HTTP/1.1\r\nX: ");
  }
  return clients;
}

}  // namespace

TEST_CASE("a request that trickles is ended with 408 when its time is over, whatever its last byte was") {
  Server server({.body_limit = 1'000'000'000, .header_limit = 10'000'000, .request_timeout = 300ms});
  HttpClient in_header(server.server.port());
  CHECK(trickle(in_header, "GET /hello HTTP/1.1\r\nX: ").status == 408);
  HttpClient in_body(server.server.port());
  CHECK(trickle(in_body, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n").status ==
        408);
  HttpClient silent(server.server.port());
  CHECK(silent.is_closed());
  CHECK(server.dropped("slow_request") == 3);
  CHECK(server.calls == 0);
}

TEST_CASE("a reader that stops reading is dropped after the send timeout") {
  Server server({.send_timeout = 300ms});
  HttpClient reader(server.server.port());
  reader.send("GET /much HTTP/1.1\r\nHost: x\r\n\r\n");
  while (server.dropped("slow_reader") == 0) std::this_thread::yield();
  CHECK(reader.receive().body.size() < kMuch);
  CHECK(HttpClient(server.server.port()).get("/hello").body == "hello");
}

TEST_CASE("more slow readers and writers than threads keep nobody waiting") {
  Server server({.threads = 2});
  const auto slow = slow_clients(server, 8);
  for (int i = 0; i < 3; ++i) CHECK(HttpClient(server.server.port()).get("/hello").body == "hello");
  for (const std::string_view reason : {"too_many", "slow_reader", "slow_request"}) {
    CHECK(server.dropped(reason) == 0);
  }
}

TEST_CASE("with all connections taken the longest waits for a client make room for others") {
  Server server({.connections = 4, .patience = 200ms});
  const auto slow = slow_clients(server, 8);
  CHECK(HttpClient(server.server.port()).get("/hello").body == "hello");
  CHECK(server.dropped("too_many") >= 5);
  CHECK(server.dropped("slow_reader") == 0);
  CHECK(server.dropped("slow_request") == 0);
}

TEST_CASE("a header that is too long or has too many lines is answered 431") {
  Server server({.header_limit = 2'000});
  const std::string begin = "GET /hello HTTP/1.1\r\nHost: x\r\n";
  HttpClient fits(server.server.port());
  CHECK(fits.exchange(begin + "X: " + std::string(1'900, 'y') + "\r\n\r\n").status == 200);
  HttpClient is_long(server.server.port());
  CHECK(is_long.exchange(begin + "X: " + std::string(2'000, 'y') + "\r\n\r\n").status == 431);
  CHECK(is_long.is_closed());
  std::string lines;
  for (int i = 0; i < 63; ++i) lines += "X: y\r\n";
  HttpClient many(server.server.port());
  CHECK(many.exchange(begin + lines + "\r\n").status == 431);
  CHECK(server.dropped("header_too_large") == 2);
}

TEST_CASE("who is refused is answered before his body is read") {
  HttpServerConfig config;
  config.body_limit = 1'000'000'000;
  config.gate = [](std::string_view route, const HttpRequest&) -> std::optional<HttpResponse> {
    if (route == "/echo") return http_error(401, "unauthorized", "no");
    return std::nullopt;
  };
  Server server(std::move(config));
  const std::string with_body =
      " HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\nExpect: 100-continue\r\n\r\n";
  for (const auto& [line, status] :
       {std::pair{"POST /echo", 401}, {"POST /nowhere", 404}, {"POST /hello", 405}}) {
    HttpClient client(server.server.port());
    CHECK(client.exchange(line + with_body).status == status);
    CHECK(client.is_closed());
  }
  HttpClient sends_anyway(server.server.port());
  CHECK(sends_anyway.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345").status ==
        401);
  CHECK(server.calls == 0);
}

TEST_CASE("a request with two lengths is refused") {
  Server server({});
  for (const std::string_view length : {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                                        "Content-Length: 3\r\nContent-Length: 4\r\n"}) {
    HttpClient client(server.server.port());
    CHECK(client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\n" + std::string(length) + "\r\nabc").status ==
          400);
    CHECK(client.is_closed());
  }
  CHECK(server.dropped("malformed") == 2);
  CHECK(server.calls == 0);
}

TEST_CASE("a method that a path does not take is answered 405 with those it takes, OPTIONS too") {
  Server server({});
  for (const std::string_view method : {"OPTIONS", "PUT", "PROPFIND"}) {
    CAPTURE(method);
    HttpClient client(server.server.port());
    const HttpReply reply = client.exchange(std::string(method) + " /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(reply.status == 405);
    CHECK(reply.header.find("Allow: GET, HEAD\r\n") != std::string::npos);
  }
}

TEST_CASE("TRACE is refused and echoes nothing") {
  Server server({});
  HttpClient client(server.server.port());
  const HttpReply reply = client.exchange("TRACE /hello HTTP/1.1\r\nHost: x\r\nX-Secret: 1\r\n\r\n");
  CHECK(reply.status == 405);
  CHECK((reply.header + reply.body).find("X-Secret") == std::string::npos);
}

TEST_CASE("HEAD gives the length of the packed body to who takes gzip") {
  Server server({});
  HttpClient client(server.server.port());
  const std::string rest = " /much HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n";
  const HttpReply get = client.exchange("GET" + rest);
  const HttpReply head = client.exchange("HEAD" + rest);
  CHECK(head.header == get.header);
  CHECK(head.body.empty());
  CHECK(get.body.size() < kMuch / 100);
  CHECK(client.exchange(kHello).body == "hello");
}

TEST_CASE("a server listens on all its addresses") {
  Registry registry;
  HttpServer server({.listen = std::vector<std::string>{"127.0.0.1:0", "http://localhost:0"}}, registry);
  server.add_route(kReadMethods, "/hello", [](const HttpRequest&) { return HttpResponse{.body = "hello"}; });
  server.start();
  REQUIRE(server.ports().size() == 2);
  CHECK(server.ports()[0] != server.ports()[1]);
  for (const std::uint16_t port : server.ports()) CHECK(HttpClient(port).get("/hello").body == "hello");
}

TEST_CASE("an https address without a certificate is an error, and so are files that hold none") {
  const auto error_of = [](HttpServerConfig config) -> std::string {
    Registry registry;
    try {
      HttpServer(std::move(config), registry).start();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of({.listen = "https://127.0.0.1:0"}) ==
        "http: cannot listen on https://127.0.0.1:0: https needs a certificate and its key");
  CHECK(
      error_of({.listen = "https://127.0.0.1:0", .tls = {.certificate = "/none.pem", .key = "/none.pem"}}) ==
      "http.tls.certificate: /none.pem: No such file or directory");
  CHECK(
      error_of({.listen = "https://127.0.0.1:0", .tls = {.certificate = "/dev/null", .key = "/dev/null"}}) ==
      "http.tls.certificate: /dev/null: must hold a certificate in PEM, found none");
}
