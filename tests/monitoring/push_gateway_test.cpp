#include "monitoring/export/push_gateway.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitoring/export/export_metrics.h"
#include "monitoring/metrics/registry_metrics.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

/// A socket on a free port of the loopback, listening.
class Listener {
 public:
  Listener() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(socket_, 16) == 0);
    socklen_t size = sizeof(address);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    target_ = {.host = "127.0.0.1", .port = ntohs(address.sin_port)};
  }
  ~Listener() { close(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  [[nodiscard]] const PushTarget& target() const { return target_; }
  /// Takes one connection, reads a whole request, answers, and gives what was read.
  std::string serve(const std::string& answer) const {
    const int peer = ::accept(socket_, nullptr, nullptr);
    std::string text;
    while (!is_whole(text)) {
      char bytes[4096];
      const ssize_t n = ::recv(peer, bytes, sizeof(bytes), 0);
      if (n <= 0) break;
      text.append(bytes, static_cast<std::size_t>(n));
    }
    (void)::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(peer);
    return text;
  }

 private:
  static bool is_whole(const std::string& text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t at = text.find("Content-Length: ");
    const std::size_t length = at == std::string::npos ? 0 : std::stoul(text.substr(at + 16));
    return text.size() >= end + 4 + length;
  }
  int socket_ = -1;
  PushTarget target_;
};

constexpr const char* kTaken = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kRefused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\n\r\nnot today\r\n";

HttpCall put(std::string body) {
  return {
      .verb = HttpVerb::Put, .path = "/metrics/job/x", .content_type = "text/plain", .body = std::move(body)};
}

std::uint64_t failures(Registry& registry, std::string_view reason) {
  return registry.shared_counter(kRecordsDropped, {"push_gateway", reason}).value();
}

}  // namespace

TEST_CASE("the delay after a failure doubles from a second up to the interval") {
  CHECK(push_delay(15s, 0) == 15s);
  CHECK(push_delay(15s, 1) == 1s);
  CHECK(push_delay(15s, 2) == 2s);
  CHECK(push_delay(15s, 4) == 8s);
  CHECK(push_delay(15s, 5) == 15s);
  CHECK(push_delay(15s, 1'000'000) == 15s);
  CHECK(push_delay(200ms, 1) == 200ms);
}

TEST_CASE("a request has the body, its type and the credentials, and an answer of 2xx is taken") {
  Listener listener;
  PushTarget target = listener.target();
  target.user = "me";
  target.password = "secret";
  std::string request;
  std::jthread receiver([&] { request = listener.serve(kTaken); });
  const HttpReply reply = exchange(target, put("up 1\n"), 10s);
  receiver.join();
  CHECK(reply.outcome == HttpOutcome::Accepted);
  CHECK(reply.status == 202);
  CHECK(request.starts_with("PUT /metrics/job/x HTTP/1.1\r\n"));
  CHECK(request.find("\r\nContent-Type: text/plain\r\n") != std::string::npos);
  CHECK(request.find("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\nup 1\n"));
}

TEST_CASE("a refusal says what the receiver said") {
  Listener listener;
  std::jthread receiver([&] { listener.serve(kRefused); });
  const HttpReply reply = exchange(listener.target(), put("up 1\n"), 10s);
  CHECK(reply.outcome == HttpOutcome::Refused);
  CHECK(reply.status == 400);
  CHECK(reply.reason == "it answered 400: not today");
}

TEST_CASE("nobody there, no HTTP and a broken connection are failures of the connection") {
  Listener gone;
  gone.close();
  CHECK(exchange(gone.target(), put("x"), 10s).outcome == HttpOutcome::Connection);
  for (const char* answer : {"", "HTTP/1.1 20", "SSH-2.0-server\r\n\r\n"}) {
    CAPTURE(answer);
    Listener listener;
    std::jthread receiver([&] { listener.serve(answer); });
    CHECK(exchange(listener.target(), put("x"), 10s).outcome == HttpOutcome::Connection);
  }
}

TEST_CASE("a receiver that says nothing is given up after the timeout") {
  const Listener silent;
  const HttpReply late = exchange(silent.target(), put("x"), 20ms);
  CHECK(late.outcome == HttpOutcome::Timeout);
  CHECK(late.reason == "no answer within 20 ms");
}

TEST_CASE("failed pushes are counted by reason and reported, and a push taken after them is, too") {
  Registry registry;
  Listener listener;
  std::vector<std::string> requests;
  std::atomic<bool> recovered{false};
  std::vector<std::string> reports;
  PushGatewayConfig config{.target = listener.target(), .job = "test"};
  config.interval = 1ms;
  {
    std::jthread receiver([&] {
      for (const char* answer : {kTaken, kRefused, "", kTaken}) requests.push_back(listener.serve(answer));
      recovered.wait(false);
      // A push may be under way when the stop comes; the last request is the deletion.
      do {
        requests.push_back(listener.serve(kTaken));
      } while (!requests.back().starts_with("DELETE"));
    });
    PushGateway gateway(
        config, registry, [](std::string& out) { out += "up 1\n"; },
        [&](bool ok, std::string_view what) {
          reports.emplace_back(what);
          if (!ok) return;
          recovered = true;
          recovered.notify_one();
        });
    gateway.start();
    recovered.wait(false);
    gateway.stop();
  }
  CHECK(failures(registry, "refused") == 1);
  CHECK(failures(registry, "connection") == 1);
  CHECK(registry.shared_histogram(kExportLatency, {"push_gateway"}).count() >= 4);
  CHECK(requests.front().starts_with("PUT /metrics/job/test HTTP/1.1\r\n"));
  CHECK(requests.front().ends_with("\r\n\r\nup 1\n"));
  CHECK(requests.back().starts_with("DELETE /metrics/job/test HTTP/1.1\r\n"));
  REQUIRE(reports.size() == 2);  // the second failure comes within a minute of the first
  CHECK(reports[0].find("it answered 400: not today (1 in a row)") != std::string::npos);
  CHECK(reports[1].find("taken again after 2 failed pushes") != std::string::npos);
}

TEST_CASE("a gateway that never took anything is not asked to delete it") {
  Registry registry;
  Listener gone;
  gone.close();
  std::atomic<int> reports{0};
  PushGateway gateway(
      {.target = gone.target(), .interval = 1ms}, registry, [](std::string&) {},
      [&](bool, std::string_view) {
        ++reports;
        reports.notify_one();
      });
  gateway.start();
  reports.wait(0);
  gateway.stop();
  CHECK(reports == 1);
  CHECK(failures(registry, "connection") >= 1);
}
