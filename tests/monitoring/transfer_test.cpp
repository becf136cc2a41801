#include "monitoring/delivery/curl/transfer.h"

#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "monitoring/http/server.h"
#include "tests/monitoring/smtp_sink.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

/// Answers POST /status/{code} with that code, and keeps the requests.
struct Receiver {
  Receiver() : server({.listen = "127.0.0.1:0", .threads = 1}, registry) {
    server.add_route({HttpMethod::Post}, "/status/{code}", [this](const HttpRequest& request) {
      const std::lock_guard lock(mutex);
      requests.push_back(request);
      HttpResponse response{.status = std::stoi(std::string{*request.path_parameter("code")}),
                            .body = "said so\nand more"};
      if (response.status == 429) response.headers.emplace_back("Retry-After", "7");
      if (response.status == 302) response.headers.emplace_back("Location", "/status/200");
      return response;
    });
    server.start();
  }
  [[nodiscard]] std::string url(int code) const {
    return "http://127.0.0.1:" + std::to_string(server.port()) + "/status/" + std::to_string(code);
  }

  Registry registry;
  std::mutex mutex;
  std::vector<HttpRequest> requests;
  HttpServer server;
};

HttpPost post(std::string url) {
  return {.url = std::move(url), .content_type = "application/json", .body = "{}"};
}

Mail mail(const SmtpSink& sink) {
  return {.url = sink.url(),
          .hello = "vigil.example.org",
          .require_starttls = false,
          .from = "vigil@example.org",
          .to = {"a@example.org", "b@example.org"},
          .message = "Subject: x\r\n\r\n.first line\r\nlast\r\n"};
}

}  // namespace

TEST_CASE("a post has its body, type, headers and credentials, and 2xx is taken") {
  Receiver receiver;
  Transfer transfer({.user = "desk", .password = "open sesame"});
  HttpPost request = post(receiver.url(202));
  request.headers = {{"Idempotency-Key", "7"}};
  const TransferResult result = transfer.post(request);
  CHECK(result.outcome == TransferOutcome::Accepted);
  CHECK(result.status == 202);
  CHECK(result.reason.empty());
  REQUIRE(receiver.requests.size() == 1);
  const HttpRequest& got = receiver.requests[0];
  CHECK(got.body == "{}");
  CHECK(got.header("Content-Type") == "application/json");
  CHECK(got.header("Idempotency-Key") == "7");
  CHECK(got.header("Authorization") == "Basic ZGVzazpvcGVuIHNlc2FtZQ==");
  CHECK(got.header("User-Agent") == "vigil");
}

TEST_CASE("a bearer token goes before user and password") {
  Receiver receiver;
  Transfer transfer({.user = "desk", .password = "x", .bearer_token = "token"});
  CHECK(transfer.post(post(receiver.url(200))).outcome == TransferOutcome::Accepted);
  CHECK(receiver.requests[0].header("Authorization") == "Bearer token");
}

TEST_CASE("answers are taken, refused for good, or to be tried again later") {
  Receiver receiver;
  Transfer transfer({});
  const auto outcome = [&](int code) { return transfer.post(post(receiver.url(code))).outcome; };
  CHECK(outcome(200) == TransferOutcome::Accepted);
  CHECK(outcome(302) == TransferOutcome::Refused);  // redirects are not followed
  CHECK(outcome(400) == TransferOutcome::Refused);
  CHECK(outcome(404) == TransferOutcome::Refused);
  CHECK(outcome(408) == TransferOutcome::Busy);
  CHECK(outcome(500) == TransferOutcome::Busy);
  CHECK(outcome(503) == TransferOutcome::Busy);
  const TransferResult busy = transfer.post(post(receiver.url(429)));
  CHECK(busy.outcome == TransferOutcome::Busy);
  CHECK(busy.retry_after == 7s);
  CHECK(busy.reason == "it answered 429: said so");
  CHECK(receiver.requests.size() == 8);
}

TEST_CASE("a receiver that is not there, speaks no HTTP or is of another protocol is told apart") {
  Transfer transfer({.timeout = 2s});
  std::string url;
  {
    const SmtpSink sink;
    url = "http" + sink.url().substr(4);
    CHECK(transfer.post(post(url)).outcome == TransferOutcome::Connection);
  }
  const TransferResult gone = transfer.post(post(url));
  CHECK(gone.outcome == TransferOutcome::Connection);
  CHECK_FALSE(gone.reason.empty());
  const TransferResult file = transfer.post(post("file:///etc/hostname"));
  CHECK(file.outcome == TransferOutcome::Connection);
  CHECK(file.reason.find("file") != std::string::npos);
}

TEST_CASE("a receiver that says nothing is given up after the timeout, or when it is stopped") {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listener, generic, size) == 0);
  REQUIRE(::listen(listener, 4) == 0);
  REQUIRE(::getsockname(listener, generic, &size) == 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  {
    Transfer transfer({.timeout = 20ms});
    const TransferResult late = transfer.post(post(url));
    CHECK(late.outcome == TransferOutcome::Timeout);
    CHECK(late.reason == "no answer within 20 ms");
  }
  Transfer transfer({.timeout = 60s});
  std::thread stopper([&] {
    const int peer = ::accept(listener, nullptr, nullptr);
    transfer.stop();
    char byte = 0;
    while (::recv(peer, &byte, 1, 0) > 0) {
    }
    ::close(peer);
  });
  CHECK(transfer.post(post(url)).outcome == TransferOutcome::Stopped);
  stopper.join();
  ::close(listener);
}

TEST_CASE("a mail reaches all its recipients as it was written") {
  SmtpSink sink;
  Transfer transfer({.user = "desk", .password = "secret"});
  const TransferResult result = transfer.send(mail(sink));
  CHECK(result.outcome == TransferOutcome::Accepted);
  const auto taken = sink.end();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].from == "<vigil@example.org>");
  CHECK(taken[0].to == std::vector<std::string>{"<a@example.org>", "<b@example.org>"});
  CHECK(taken[0].message == "Subject: x\r\n\r\n..first line\r\nlast");  // RFC 5321, 4.5.2
  CHECK(taken[0].login == "AGRlc2sAc2VjcmV0");
}

TEST_CASE("a mail that a server takes later is tried again, and one that it does not want is not") {
  {
    const SmtpSink sink({"450 later"});
    const TransferResult result = Transfer({}).send(mail(sink));
    CHECK(result.outcome == TransferOutcome::Busy);
    CHECK(result.status == 450);
  }
  const SmtpSink sink({"550 nobody of that name"});
  CHECK(Transfer({}).send(mail(sink)).outcome == TransferOutcome::Refused);
}

TEST_CASE("a mail is not sent without TLS where TLS is required") {
  SmtpSink sink;
  Mail wanted = mail(sink);
  wanted.require_starttls = true;
  CHECK(Transfer({}).send(wanted).outcome == TransferOutcome::Connection);
  CHECK(sink.end().empty());
}
