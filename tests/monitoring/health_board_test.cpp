#include "monitoring/health/health_board.h"

#include <atomic>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr HealthBoard::Time kStart = 1000s;

/// "core" is vital and beats, "feed" and "venue" only report. All of them healthy.
struct Board {
  Board() {
    for (std::size_t i = 0; i < board.size(); ++i) board.report(i, HealthState::Healthy);
    board.startup_finished();
  }
  Registry registry;
  HealthBoard board{
      {{.name = "core", .heartbeat_limit = 5s, .is_vital = true}, {.name = "feed"}, {.name = "venue"}},
      "1.2.3",
      kStart,
      registry};
  std::size_t core = board.find("core");
  std::size_t feed = board.find("feed");
  std::size_t venue = board.find("venue");
};

}  // namespace

TEST_CASE("the whole is as well as its worst component") {
  Board test;
  CHECK(test.board.overall(kStart) == HealthState::Healthy);
  test.board.report(test.feed, HealthState::Degraded, "stale quotes");
  CHECK(test.board.overall(kStart) == HealthState::Degraded);
  test.board.report(test.venue, HealthState::Unhealthy, "disconnected");
  CHECK(test.board.overall(kStart) == HealthState::Unhealthy);
  test.board.report(test.venue, HealthState::Healthy);
  test.board.report(test.feed, HealthState::Healthy);
  CHECK(test.board.overall(kStart) == HealthState::Healthy);
}

TEST_CASE("health is 200 with status, uptime and version while the core beats") {
  Board test;
  const HttpResponse response = test.board.health_response(kStart + 2500ms);
  CHECK(response.status == 200);
  CHECK(response.body == R"({"status":"healthy","uptime_seconds":2.5,"version":"1.2.3"})");
}

TEST_CASE("health fails once the core's heartbeat is older than its limit, and recovers with it") {
  Board test;
  test.board.beat(test.core, kStart + 10s);
  CHECK(test.board.health_response(kStart + 15s).status == 200);
  const HttpResponse late = test.board.health_response(kStart + 15s + 1ns);
  CHECK(late.status == 503);
  CHECK(json::parse(late.body)["status"] == "unhealthy");
  CHECK(test.board.verdict(test.core, kStart + 16s).reason == std::string("no heartbeat"));
  test.board.beat(test.core, kStart + 16s);
  CHECK(test.board.health_response(kStart + 16s).status == 200);
  CHECK(test.board.overall(kStart + 16s) == HealthState::Healthy);
}

TEST_CASE("an unhealthy component does not make the process dead") {
  Board test;
  test.board.report(test.venue, HealthState::Unhealthy, "disconnected");
  CHECK(test.board.health_response(kStart).status == 200);
}

TEST_CASE("ready is 200 while healthy or degraded and lists every component") {
  Board test;
  test.board.report(test.feed, HealthState::Degraded, "stale quotes");
  const HttpResponse response = test.board.ready_response(kStart);
  CHECK(response.status == 200);
  CHECK(json::parse(response.body) == json::parse(R"({"status": "degraded", "components": [
    {"name": "core", "state": "healthy", "reason": ""},
    {"name": "feed", "state": "degraded", "reason": "stale quotes"},
    {"name": "venue", "state": "healthy", "reason": ""}]})"));
}

TEST_CASE("ready is 503 while a component is unhealthy or its heartbeat missing") {
  Board test;
  test.board.report(test.venue, HealthState::Unhealthy, "disconnected");
  CHECK(test.board.ready_response(kStart).status == 503);
  CHECK(json::parse(test.board.ready_response(kStart).body)["status"] == "unhealthy");
  test.board.report(test.venue, HealthState::Healthy);
  CHECK(test.board.ready_response(kStart).status == 200);
  CHECK(test.board.ready_response(kStart + 6s).status == 503);
}

TEST_CASE("an unhealthy component that is optional degrades the whole and shows as down") {
  Registry registry;
  HealthBoard board({{.name = "core"}, {.name = "extra", .is_optional = true}}, "1", kStart, registry);
  board.report(0, HealthState::Healthy);
  board.report(1, HealthState::Unhealthy, "broken");
  board.startup_finished();
  board.publish(kStart);
  CHECK(board.overall(kStart) == HealthState::Degraded);
  CHECK(board.ready_response(kStart).status == 200);
  CHECK(board.verdict(1, kStart).state == HealthState::Unhealthy);
  CHECK(gauged(registry, "component_up", {"extra"}) == 0);
}

TEST_CASE("ready is 503 until the startup is finished, whatever the components say") {
  Registry registry;
  HealthBoard board({{.name = "core"}}, "1", kStart, registry);
  CHECK(board.overall(kStart) == HealthState::Unhealthy);
  CHECK(board.verdict(0, kStart).reason == std::string("not reported yet"));
  board.report(0, HealthState::Healthy);
  CHECK_FALSE(board.is_ready(kStart));
  CHECK(board.ready_response(kStart).status == 503);
  CHECK(json::parse(board.ready_response(kStart).body)["status"] == "starting");
  board.startup_finished();
  CHECK(board.is_ready(kStart));
  CHECK(board.ready_response(kStart).status == 200);
}

TEST_CASE("names that are not on the board, or twice, are mistakes") {
  Registry registry;
  HealthBoard board({{.name = "core"}}, "1", kStart, registry);
  CHECK_THROWS_WITH_AS((void)board.find("feed"), "health: no component 'feed'", std::logic_error);
  CHECK_THROWS_WITH_AS(HealthBoard({{.name = "core"}, {.name = "core"}}, "1", kStart, registry),
                       "health: the component 'core' is there twice", std::logic_error);
}

TEST_CASE("of a component's states exactly one is 1 and it is up unless unhealthy, after any reports") {
  const bool holds = rc::check([](const std::vector<std::uint8_t>& reports) {
    Board test;
    for (const std::uint8_t report : reports) {
      const auto state = static_cast<HealthState>(report % 3);
      test.board.report(test.feed, state, "drawn");
      test.board.publish(kStart);
      double sum = 0;
      for (const std::string_view name : kHealthStateNames) {
        const double value = *gauged(test.registry, "component_health_status", {"feed", std::string(name)});
        RC_ASSERT(value == (name == to_string(state) ? 1 : 0));
        sum += value;
      }
      RC_ASSERT(sum == 1);
      const auto up = gauged(test.registry, "component_up", {"feed"});
      RC_ASSERT(up == (state == HealthState::Unhealthy ? 0 : 1));
    }
  });
  CHECK(holds);
}

TEST_CASE("a missing heartbeat shows in the metrics") {
  Board test;
  test.board.publish(kStart);
  CHECK(gauged(test.registry, "component_up", {"core"}) == 1);
  test.board.publish(kStart + 1h);
  CHECK(gauged(test.registry, "component_up", {"core"}) == 0);
  CHECK(gauged(test.registry, "component_health_status", {"core", "unhealthy"}) == 1);
  CHECK(gauged(test.registry, "component_health_status", {"core", "healthy"}) == 0);
}

TEST_CASE("a state and its reason are never seen apart") {
  Board test;
  std::atomic<bool> done{false};
  std::thread reporter([&] {
    for (int i = 0; i < 20'000; ++i) {
      test.board.report(test.feed, HealthState::Degraded, "slow");
      test.board.report(test.feed, HealthState::Unhealthy, "gone");
      test.board.beat(test.core, kStart);
    }
    done = true;
  });
  bool is_together = true;
  while (!done) {
    const Verdict seen = test.board.verdict(test.feed, kStart);
    const std::string_view reason = seen.reason;
    if (seen.state == HealthState::Degraded) is_together = is_together && reason == "slow";
    if (seen.state == HealthState::Unhealthy) is_together = is_together && reason == "gone";
  }
  reporter.join();
  CHECK(is_together);
}

TEST_CASE("a check is healthy up to its first limit, degraded up to its second, then unhealthy") {
  CHECK(check_at_most(10, 10, 20, "x").state == HealthState::Healthy);
  CHECK(check_at_most(10.5, 10, 20, "x").state == HealthState::Degraded);
  CHECK(check_at_most(20, 10, 20, "x").state == HealthState::Degraded);
  CHECK(check_at_most(21, 10, 20, "x").state == HealthState::Unhealthy);
  CHECK(check_at_least(20, 20, 10, "x").state == HealthState::Healthy);
  CHECK(check_at_least(10, 20, 10, "x").state == HealthState::Degraded);
  CHECK(check_at_least(9, 20, 10, "x").state == HealthState::Unhealthy);
  CHECK(check_at_most(std::numeric_limits<double>::quiet_NaN(), 10, 20, "x").state == HealthState::Unhealthy);
  CHECK(check_at_least(std::numeric_limits<double>::quiet_NaN(), 20, 10, "x").state ==
        HealthState::Unhealthy);
  CHECK(std::string(check_at_most(11, 10, 20, "x").reason) == "x");
  CHECK(std::string(check_at_most(1, 10, 20, "x").reason).empty());
}
