// The end of a session: DAY orders are over, whatever became of them.

#include <doctest/doctest.h>

#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using orders::OrderStatus;

namespace {

/// An engine a minute before its session's end.
struct Evening : CoreHarness {
  static EngineConfig config_at_six() {
    EngineConfig config = small_config();
    config.session_end = 18h;
    config.retry = {.max_attempts = 10, .base_delay = 1min};
    return config;
  }
  Evening() : CoreHarness(config_at_six()) {
    const auto day = std::chrono::floor<std::chrono::days>(time) + std::chrono::days{1};
    pass(day + 17h + 59min - time);
    questions.clear();
    quote("99.99", "100.01");
  }
  void place(const char* id, orders::TimeInForce lifetime, std::int64_t quantity) {
    orders::OrderRequest request = order(id, orders::Side::Buy, quantity, "100");
    request.time_in_force = lifetime;
    send(request);
  }
  [[nodiscard]] std::uint64_t rolls() { return registry.counter(metric::kSessionRolls, {}).value(); }
};

}  // namespace

TEST_CASE("a DAY order that waits to be sent ends with its session, others go on waiting") {
  Evening engine;
  engine.answer = SendResult::Disconnected;
  engine.place("DAY", orders::TimeInForce::Day, 10);
  engine.place("GTC", orders::TimeInForce::GoodTillCancel, 20);
  REQUIRE(engine.find("DAY").held);
  engine.pass(59s);
  CHECK(engine.find("DAY").status == OrderStatus::Initialized);
  CHECK(engine.rolls() == 0);
  engine.pass(2s);
  CHECK(engine.find("DAY").status == OrderStatus::Denied);
  CHECK(engine.find("DAY").deny_reason == orders::DenyReason::SessionEnded);
  CHECK(engine.find("GTC").held);
  CHECK(engine.rolls() == 1);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{20});
}

TEST_CASE("venues expire what works there, and are asked for what they did not tell") {
  Evening engine;
  engine.place("TOLD", orders::TimeInForce::Day, 10);
  engine.place("LOST", orders::TimeInForce::Day, 20);
  for (const char* id : {"TOLD", "LOST"}) engine.report(orders::ReportKind::Accepted, engine.find(id).id);
  engine.pass(60s + 200ms);
  engine.report(orders::ReportKind::Expired, engine.find("TOLD").id);
  engine.questions.clear();
  engine.pass(6s);
  REQUIRE_FALSE(engine.questions.empty());
  CHECK(engine.questions[0].kind == VenueCommand::Kind::MassStatus);
  VenueEvent end;
  end.venue = kVenueA;
  end.report.kind = orders::ReportKind::Status;
  end.report.venue = kVenueA;
  engine.core.on_venue(end, engine.now());
  CHECK(engine.questions.back().kind == VenueCommand::Kind::Status);
  CHECK(engine.questions.back().order == engine.find("LOST").id);
  end.report.order = engine.find("LOST").id;
  end.report.status = OrderStatus::Expired;
  engine.pass(1ms);
  engine.core.on_venue(end, engine.now());
  CHECK(engine.find("LOST").status == OrderStatus::Expired);
}

TEST_CASE("sessions roll once a day, and not at the start") {
  Evening engine;
  engine.pass(24h);
  CHECK(engine.rolls() == 1);
  engine.pass(48h);
  CHECK(engine.rolls() == 3);
}

TEST_CASE("a clock that is set back over the session's end and on again does not end it twice") {
  Evening engine;
  engine.pass(2min);
  REQUIRE(engine.rolls() == 1);
  const auto at = [&engine](orders::Timestamp wall, orders::Duration later) {
    engine.core.on_timer({wall, engine.now().monotonic + later});
  };
  const orders::Timestamp after = engine.time;
  at(after - 10min, 1s);
  at(after, 2s);
  at(after + 1s, 3s);
  CHECK(engine.rolls() == 1);
}
