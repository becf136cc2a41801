#include "monitoring/http/connection_deadlines.h"

#include <doctest/doctest.h>

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

ConnectionKey client(std::uint16_t port) {
  return {"192.0.2.1", port, 9464};
}

/// Two threads; time is counted from the first review.
struct Watched {
  ConnectionDeadlines deadlines{{.threads = 2, .request_timeout = 10s, .send_timeout = 30s, .patience = 1s}};
  ConnectionDeadlines::Time begin{};

  void enter(std::uint16_t port, ConnectionPhase phase, std::chrono::milliseconds at) {
    deadlines.enter(client(port), phase, begin + at);
  }
  /// What is dropped, as "PORT reason ".
  std::string review(const std::vector<std::uint16_t>& open, std::chrono::milliseconds at) {
    std::vector<ConnectionKey> keys;
    for (const std::uint16_t port : open) keys.push_back(client(port));
    std::string text;
    for (const auto& [key, reason] : deadlines.review(keys, begin + at)) {
      text += std::to_string(key.peer_port) + ' ' + std::string(to_string(reason)) + ' ';
    }
    return text;
  }
};

}  // namespace

TEST_CASE("a connection that sends no whole request is dropped after the request timeout, once") {
  Watched watched;
  CHECK(watched.review({1}, 0s).empty());
  CHECK(watched.review({1}, 9'999ms).empty());
  CHECK(watched.review({1}, 10s) == "1 slow_request ");
  CHECK(watched.deadlines.dropped(client(1)) == DropReason::SlowRequest);
  CHECK(watched.review({1}, 11s).empty());
}

TEST_CASE("a body has the request timeout of its own, as a whole") {
  Watched watched;
  watched.enter(1, ConnectionPhase::Receiving, 5s);
  CHECK(watched.review({1}, 14s).empty());
  CHECK(watched.review({1}, 15s) == "1 slow_request ");
}

TEST_CASE("a reader is dropped after the send timeout, and one that is answered or idle never is") {
  Watched watched;
  watched.enter(1, ConnectionPhase::Sending, 0s);
  CHECK(watched.review({1}, 29s).empty());
  CHECK(watched.review({1}, 30s) == "1 slow_reader ");
  watched.enter(2, ConnectionPhase::Answering, 0s);
  CHECK(watched.review({2}, 1h).empty());
  watched.enter(2, ConnectionPhase::Idle, 1h);
  CHECK(watched.review({2}, 2h).empty());
}

TEST_CASE("with all threads taken the longest wait for a client ends, one at a review") {
  Watched watched;
  watched.enter(1, ConnectionPhase::Sending, 100ms);
  watched.enter(2, ConnectionPhase::Sending, 0ms);
  CHECK(watched.review({1, 2}, 900ms).empty());
  CHECK(watched.review({1, 2}, 2s) == "2 too_many ");
  CHECK(watched.review({1, 2}, 3s).empty());  // the thread of 2 comes free
  CHECK(watched.review({1}, 4s).empty());     // and is
  CHECK(watched.review({1, 3}, 5s) == "1 too_many ");
}

TEST_CASE("a slow header makes room too") {
  Watched watched;
  CHECK(watched.review({1}, 0s).empty());
  CHECK(watched.review({1, 2}, 500ms).empty());
  CHECK(watched.review({1, 2, 3}, 1200ms) == "1 too_many ");
}

TEST_CASE("who waits for a thread is not dropped for those who have them") {
  Watched watched;
  watched.enter(1, ConnectionPhase::Answering, 0s);
  watched.enter(2, ConnectionPhase::Answering, 0s);
  CHECK(watched.review({1, 2, 3}, 0s).empty());
  CHECK(watched.review({1, 2, 3}, 5s).empty());
}

TEST_CASE("a connection that closed is forgotten, and its addresses may come again") {
  Watched watched;
  CHECK(watched.review({1}, 0s).empty());
  watched.deadlines.closed(client(1));
  CHECK(watched.review({1}, 9s).empty());
  CHECK(watched.review({1}, 18s).empty());
  CHECK(watched.review({}, 18s).empty());
  CHECK(watched.review({1}, 30s).empty());
  CHECK_FALSE(watched.deadlines.dropped(client(1)).has_value());
}
