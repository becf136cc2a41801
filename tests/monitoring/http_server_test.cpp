#include "monitoring/http/server.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <zlib.h>
#include <nlohmann/json.hpp>

#include "monitoring/http/metrics_endpoint.h"
#include "tests/monitoring/http_client.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using nlohmann::json;

namespace {

HttpResponse text(std::string body) {
  return {.content_type = "text/plain", .body = std::move(body)};
}

struct Server {
  explicit Server(HttpServerConfig config = {}) : server(prepared(std::move(config)), registry) {
    server.add_route(kReadMethods, "/hello", [](const HttpRequest&) { return text("hello"); });
    server.add_route({HttpMethod::Post}, "/echo",
                     [](const HttpRequest& request) { return text(request.body); });
    server.add_route(kReadMethods, "/query", [](const HttpRequest& request) {
      std::string body;
      for (const auto& [name, value] : request.query) body += name + '=' + value + '\n';
      return text(body);
    });
    server.add_route(kReadMethods, "/label/{name}/values", [](const HttpRequest& request) {
      return text(std::string(*request.path_parameter("name")));
    });
    server.add_route(kReadMethods, "/large",
                     [](const HttpRequest&) { return text(std::string(100'000, 'x')); });
    server.add_route(kReadMethods, "/broken",
                     [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("secret detail"); });
    server.start();
  }
  HttpServerConfig prepared(HttpServerConfig config) {
    config.listen = "127.0.0.1:0";
    config.threads = 4;
    config.on_error = [this](std::string_view route, std::string_view what) {
      const std::lock_guard lock(mutex);
      errors.push_back(std::string(route) + ": " + std::string(what));
    };
    return config;
  }
  [[nodiscard]] HttpReply get(std::string_view path) const { return HttpClient(server.port()).get(path); }

  Registry registry;
  std::mutex mutex;
  std::vector<std::string> errors;
  HttpServer server;
};

std::string start_error(std::string listen) {
  Registry registry;
  try {
    HttpServer server({.listen = std::move(listen)}, registry);
    server.start();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

std::string gunzip(const std::string& compressed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string plain(1'000'000, '\0');
  std::string input = compressed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

}  // namespace

TEST_CASE("a route answers GET with its body and HEAD with the same header and none") {
  const Server server;
  HttpClient client(server.server.port());
  const HttpReply get = client.get("/hello");
  CHECK(get.status == 200);
  CHECK(get.body == "hello");
  CHECK(get.header.find("Content-Type: text/plain\r\n") != std::string::npos);
  const HttpReply head = client.exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(head.header == get.header);
  CHECK(client.get("/hello").body == "hello");  // nothing of a body was left on the connection
}

TEST_CASE("a method that a path does not take is refused with those it takes") {
  const Server server;
  const HttpReply reply = HttpClient(server.server.port())
                              .exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(reply.status == 405);
  CHECK(reply.header.find("Allow: GET, HEAD\r\n") != std::string::npos);
  CHECK(json::parse(reply.body)["error"] == "this path takes GET, HEAD");
}

TEST_CASE("a path that nobody serves is not found, folders and files included") {
  const Server server;
  for (const std::string_view path :
       {"/", "/nothing", "/hello/", "/../etc/passwd", "/%2e%2e/etc/passwd", "/CMakeLists.txt"}) {
    CAPTURE(path);
    const HttpReply reply = server.get(path);
    CHECK(reply.status == 404);
    CHECK(json::parse(reply.body)["errorType"] == "not_found");
  }
}

TEST_CASE("a path with strange bytes gives an answer that is JSON") {
  const Server server;
  const HttpReply reply = server.get("/%ff%22%0a");
  CHECK(reply.status == 404);
  CHECK(json::parse(reply.body)["status"] == "error");
}

TEST_CASE("query parameters come decoded and in order, repeated ones too") {
  const Server server;
  CHECK(server.get("/query?match[]=up&match%5B%5D=a%3D%22b%22&x=1+2&flag&bad=%zz%4").body ==
        "match[]=up\nmatch[]=a=\"b\"\nx=1 2\nflag=\nbad=%zz%4\n");
}

TEST_CASE("a path's parameter is one segment, decoded after the split") {
  const Server server;
  CHECK(server.get("/label/job/values").body == "job");
  CHECK(server.get("/label/a%2Fb%20c+d/values").body == "a/b c+d");
  CHECK(server.get("/label//values").status == 404);
}

TEST_CASE("a body is read whole, by length and in chunks") {
  const Server server;
  HttpClient client(server.server.port());
  const std::string body(50'000, 'b');
  CHECK(client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n" + body).body ==
        body);
  CHECK(client
            .exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n")
            .body == "abcdefg");
  CHECK(client.get("/hello").body == "hello");
}

TEST_CASE("a client that waits for 100 Continue gets it") {
  const Server server;
  HttpClient client(server.server.port());
  CHECK(client.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            .status == 100);
  CHECK(client.exchange("ok").body == "ok");
}

TEST_CASE("the gate sees the route and the caller, and its refusal is the answer") {
  HttpServerConfig config;
  config.gate = [](std::string_view route, const HttpRequest& request) -> std::optional<HttpResponse> {
    if (route == "/hello" && request.header("Authorization") == "Bearer x") return std::nullopt;
    return http_error(401, "unauthorized", "route " + std::string(route));
  };
  Server server(std::move(config));
  HttpClient client(server.server.port());
  CHECK(client.exchange("GET /hello HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n").status == 200);
  const HttpReply refused = client.get("/label/a/values");
  CHECK(refused.status == 401);
  CHECK(json::parse(refused.body)["error"] == "route /label/{name}/values");
  CHECK(client.get("/%68ello").status == 401);
  CHECK(json::parse(client.get("/%68ello").body)["error"] == "route /hello");  // however the path is written
  CHECK(json::parse(client.get("/nowhere").body)["error"] == "route ");
  CHECK(client.exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n").status == 401);
}

TEST_CASE("a body beyond the limit is refused and the connection closed") {
  const Server server({.body_limit = 10});
  HttpClient by_length(server.server.port());
  CHECK(
      by_length.exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901").status ==
      413);
  CHECK(by_length.is_closed());
  HttpClient in_chunks(server.server.port());
  CHECK(in_chunks
            .exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "b\r\n12345678901\r\n0\r\n\r\n")
            .status == 413);
  CHECK(counted(server.registry, "http_requests_total", {"other", "POST", "413"}) == 2);
}

TEST_CASE("a handler that throws is a 500 without its words, which go to the report") {
  Server server;
  const HttpReply reply = server.get("/broken");
  CHECK(reply.status == 500);
  CHECK(json::parse(reply.body)["errorType"] == "internal");
  CHECK(reply.body.find("secret detail") == std::string::npos);
  const std::lock_guard lock(server.mutex);
  CHECK(server.errors == std::vector<std::string>{"/broken: secret detail"});
}

TEST_CASE("what is not HTTP is refused and counted") {
  const Server server;
  HttpClient client(server.server.port());
  const HttpReply reply = client.exchange("NONSENSE\r\n\r\n");
  CHECK(reply.status == 400);
  CHECK(json::parse(reply.body)["status"] == "error");
  CHECK(counted(server.registry, "http_requests_total", {"other", "other", "400"}) == 1);
}

TEST_CASE("large bodies go out as gzip to those who take it") {
  const Server server;
  HttpClient client(server.server.port());
  const HttpReply plain = client.get("/large");
  CHECK(plain.header.find("Content-Encoding") == std::string::npos);
  CHECK(plain.body.size() == 100'000);
  const HttpReply packed =
      client.exchange("GET /large HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n\r\n");
  CHECK(packed.header.find("Content-Encoding: gzip\r\n") != std::string::npos);
  CHECK(packed.body.size() < 1'000);
  CHECK(gunzip(packed.body) == plain.body);
  const HttpReply small = client.exchange("GET /hello HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
  CHECK(small.body == "hello");
}

TEST_CASE("a connection stays open unless the client wants it closed") {
  const Server server;
  HttpClient client(server.server.port());
  CHECK(client.get("/hello").header.find("Connection: keep-alive\r\n") != std::string::npos);
  CHECK(client.get("/nothing").status == 404);
  CHECK(client.exchange("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body == "hello");
  CHECK(client.is_closed());
  HttpClient old(server.server.port());
  CHECK(old.exchange("GET /hello HTTP/1.0\r\n\r\n").body == "hello");
  CHECK(old.is_closed());
}

TEST_CASE("requests that come at once in one piece are all answered") {
  const Server server;
  HttpClient client(server.server.port());
  const std::string request = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(request + request + request);
  for (int i = 0; i < 3; ++i) CHECK(client.receive().body == "hello");
}

TEST_CASE("requests are counted by template, method and status, unknown paths and methods as other") {
  const Server server;
  HttpClient client(server.server.port());
  client.get("/label/a/values");
  client.get("/label/b/values");
  client.get("/nowhere/1");
  client.get("/nowhere/2");
  client.exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  client.exchange("PROPFIND /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto requests = [&](const Values& values) {
    return counted(server.registry, "http_requests_total", values);
  };
  CHECK(requests({"/label/{name}/values", "GET", "200"}) == 2);
  CHECK(requests({"other", "GET", "404"}) == 2);
  CHECK(requests({"/hello", "HEAD", "200"}) == 1);
  CHECK(requests({"/hello", "other", "405"}) == 1);
  const auto duration =
      sample(server.registry, "http_request_duration_seconds", {"/label/{name}/values", "GET"});
  REQUIRE(duration.has_value());
  CHECK(duration->histogram.sample_count == 2);
}

TEST_CASE("many clients at once are all answered and counted exactly") {
  const Server server;
  constexpr int kClients = 8;
  constexpr int kRequests = 50;
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&] {
      HttpClient client(server.server.port());
      for (int n = 0; n < kRequests; ++n) {
        if (client.get("/hello").body == "hello") ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  CHECK(answered == kClients * kRequests);
  CHECK(counted(server.registry, "http_requests_total", {"/hello", "GET", "200"}) == kClients * kRequests);
}

TEST_CASE("a server that is stopped closes its port and can be stopped again") {
  Server server;
  const auto port = server.server.port();
  CHECK(port != 0);
  server.server.stop();
  server.server.stop();
  Registry registry;
  HttpServer next({.listen = "127.0.0.1:" + std::to_string(port)}, registry);
  CHECK_NOTHROW(next.start());
}

TEST_CASE("an address that cannot be listened on is an error that names it and says why") {
  const Server server;
  const std::string taken = "127.0.0.1:" + std::to_string(server.server.port());
  CHECK(start_error(taken) ==
        "http: cannot listen on " + taken + ": the address is in use by another program");
  CHECK(start_error("192.0.2.1:9464") ==
        "http: cannot listen on 192.0.2.1:9464: not an address of this machine");
  const std::string expected =
      ": must be HOST:PORT or https://HOST:PORT with an IPv4 address, an [IPv6 address] or localhost, and a "
      "port 0 to 65535";
  for (const std::string listen : {"", "9464", "somewhere:9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                                   "127.0.0.1:-1", "127.0.0.1:http", "::1:9464", "[127.0.0.1]:9464"}) {
    CHECK(start_error(listen) == "listen address '" + listen + "'" + expected);
  }
}

TEST_CASE("localhost is the loopback address") {
  CHECK(start_error("localhost:0") == "no error");
}

TEST_CASE("the metrics endpoint serves the registry as text and times its scrapes") {
  Registry registry;
  MetricsEndpoint endpoint(registry);
  HttpServer server({.listen = "127.0.0.1:0", .threads = 2}, registry);
  server.add_route(kReadMethods, "/metrics", std::ref(endpoint));
  server.start();
  HttpClient client(server.port());
  const HttpReply first = client.get("/metrics");
  CHECK(first.header.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") != std::string::npos);
  CHECK(first.body.find("monitoring_scrape_duration_seconds_count{format=\"text\"} 0\n") !=
        std::string::npos);
  const HttpReply second = client.get("/metrics");
  CHECK(second.body.find("monitoring_scrape_duration_seconds_count{format=\"text\"} 1\n") !=
        std::string::npos);
  CHECK(second.body.find("http_requests_total{route=\"/metrics\",method=\"GET\",status_code=\"200\"} 1\n") !=
        std::string::npos);
}
