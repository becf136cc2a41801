// What the analysis keeps of a session, and when it ends.

#include "engine/analysis/day_book.h"

#include <doctest/doctest.h>

#include "engine/analysis/session_day.h"
#include "engine/core/core_state.h"
#include "engine/views/json_parts.h"
#include "journaled_core.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> reports_of(CoreHarness& engine) {
  return engine.core.analysis().read([](const AnalysisFigures& figures) {
    std::vector<std::string> reports;
    for (const DayBook::Ended& day : figures.day.ended_days()) reports.push_back(day.report);
    return reports;
  });
}

Json last_report(CoreHarness& engine) {
  const auto reports = reports_of(engine);
  REQUIRE_FALSE(reports.empty());
  return Json::parse(reports.back());
}

orders::Timestamp next_midnight(const CoreHarness& engine) {
  return std::chrono::floor<std::chrono::days>(engine.time) + std::chrono::days{1};
}

/// Buys at the ask.
void buy(CoreHarness& engine, const char* id, std::int64_t quantity, const char* price) {
  engine.send(CoreHarness::order(id, orders::Side::Buy, quantity, price));
  const orders::OrderId order = engine.find(id).id;
  engine.report(orders::ReportKind::Accepted, order);
  engine.fill(order, quantity, price, id, "0.25");
}

void alert(CoreHarness& engine, AlertNote::State state) {
  AlertNote note;
  note.state = state;
  note.name = decltype(note.name)::truncated("Late");
  engine.core.on_alert(note, engine.now());
}

/// A day with one of everything.
void trade_a_while(CoreHarness& engine) {
  engine.quote("99.99", "100.01");
  buy(engine, "A", 10, "100.01");
  engine.pass(1min);
  engine.quote("101.99", "102.01");
  auto request = CoreHarness::order("DENIED", orders::Side::Buy, 10, "100.005");
  engine.send(request);
  engine.send(CoreHarness::order("REJECTED", orders::Side::Buy, 10, "90"));
  engine.report(orders::ReportKind::Rejected, engine.find("REJECTED").id, orders::RejectReason::RateLimited);
  alert(engine, AlertNote::State::Pending);
  alert(engine, AlertNote::State::Firing);
  alert(engine, AlertNote::State::Resolved);
}

}  // namespace

TEST_CASE("a session's day is the date of its last instant") {
  const orders::Timestamp friday =
      orders::Timestamp{std::chrono::sys_days{std::chrono::year{2026} / std::chrono::January / 30}};
  CHECK(day_of_session(session_of(friday, 0h), 0h) == "2026-01-30");
  CHECK(day_of_session(session_of(friday + 24h - 1ns, 0h), 0h) == "2026-01-30");
  CHECK(day_of_session(session_of(friday + 24h, 0h), 0h) == "2026-01-31");
  CHECK(day_of_session(session_of(friday + 17h - 1ns, 17h), 17h) == "2026-01-30");
  CHECK(day_of_session(session_of(friday + 17h, 17h), 17h) == "2026-01-31");
  CHECK(begin_of_session(session_of(friday + 17h, 17h), 17h) == friday + 17h);
  CHECK(session_of(orders::Timestamp{-1ns}, 0h) == -1);
}

TEST_CASE(
    "a day ends as the last event before its boundary left it, and one at the boundary is of the next") {
  CoreHarness engine;
  trade_a_while(engine);
  const orders::Timestamp midnight = next_midnight(engine);
  engine.pass(midnight - engine.time - 1ns);
  CHECK(reports_of(engine).empty());
  engine.quote("102.99", "103.01");  // a nanosecond before
  CHECK(reports_of(engine).empty());
  engine.time = midnight;
  engine.quote("200.00", "200.02");
  REQUIRE(reports_of(engine).size() == 1);
  const Json report = last_report(engine);
  // A long is worth the bid: 10 * (102.99 - 100.01) less the commission.
  CHECK(report["accounts"][0]["pnl"] == "29.55");
  CHECK(report["accounts"][0]["equity"] == "1000029.55");
  CHECK(report["strategies"][0]["pnl"] == "29.55");
  CHECK(report["positions"][0]["mark"] == "102.99");
  CHECK(report["report"]["to"] == orders::nanoseconds_of(midnight));
  CHECK(report["report"]["day"] == "2023-11-14");
}

TEST_CASE("a day's report has what happened in it") {
  CoreHarness engine;
  trade_a_while(engine);
  engine.pass(3h);
  const Json report = last_report(engine);
  CHECK(report["fills"] == 1);
  CHECK(report["orders"]["by_state"] == Json{{"Denied", 1}, {"Rejected", 1}, {"Filled", 1}});
  CHECK(report["denials"].size() == 1);
  CHECK(report["rejects"] == Json{{"rate_limited", 1}});
  CHECK(report["traded"] == Json::array({{{"symbol", "ACME"},
                                          {"venue", "A"},
                                          {"fills", 1},
                                          {"fills_without_rate", 0},
                                          {"notional", 1000.1},
                                          {"fees", 0.25}}}));
  CHECK(report["alerts_fired"] == 1);
  CHECK(report["alerts"].size() == 1);
  CHECK(report["execution_quality"]["venues"][0]["fills"] == 1);
  CHECK(report["report"]["is_partial"] == true);
  CHECK(report["report"]["complete"] == false);
  CHECK(report["curves"]["accounts"][0]["points"].size() > 100);
}

TEST_CASE("the next day begins with nothing but what is held") {
  CoreHarness engine;
  trade_a_while(engine);
  engine.pass(3h);
  engine.quote("104.99", "105.01");
  engine.pass(24h);
  REQUIRE(reports_of(engine).size() == 2);
  const Json report = last_report(engine);
  CHECK(report["report"]["day"] == "2023-11-15");
  CHECK(report["report"]["complete"] == true);
  CHECK(report["fills"] == 0);
  CHECK(report["traded"].empty());
  CHECK(report["orders"]["total"] == 0);
  CHECK(report["alerts_fired"] == 0);
  CHECK(report["execution_quality"]["venues"][0]["fills"] == 0);
  CHECK(report["execution_quality"]["markouts"].empty());
  CHECK(report["performance"]["accounts"][0]["trades"] == 0);
  CHECK(report["accounts"][0]["pnl"] == "30");  // 10 * (104.99 - 101.99)
  const auto& points = report["curves"]["accounts"][0]["points"];
  CHECK(points.front()[1] == 1'000'000 + 19.55);
  CHECK(points.back()[4] == 1'000'000 + 49.55);
}

TEST_CASE("a fill whose horizon reaches over the roll counts, for it, in the day in which it is reached") {
  CoreHarness engine;
  engine.pass(next_midnight(engine) - engine.time - 30s);
  engine.quote("99.99", "100.01");
  buy(engine, "LATE", 10, "100.01");
  engine.pass(30s);
  const Json before = last_report(engine);
  engine.pass(24h);
  const Json after = last_report(engine);
  const auto samples = [](const Json& report, const char* horizon) {
    return report["execution_quality"]["venues"][0]["markouts"][horizon]["samples"];
  };
  CHECK(samples(before, "10s") == 1);
  CHECK(samples(before, "60s") == 0);
  CHECK(samples(after, "10s") == 0);
  CHECK(samples(after, "60s") == 1);
}

TEST_CASE("an engine that sleeps for two days ends the day it fell asleep in, and no other") {
  CoreHarness engine;
  trade_a_while(engine);
  engine.time += 50h;
  engine.quote("104.99", "105.01");
  REQUIRE(reports_of(engine).size() == 1);
  CHECK(last_report(engine)["report"]["day"] == "2023-11-14");
  CHECK(last_report(engine)["accounts"][0]["pnl"] == "19.55");
  engine.pass(24h);
  const Json next = last_report(engine);
  CHECK(next["report"]["day"] == "2023-11-17");
  CHECK(next["accounts"][0]["pnl"] == "30");
}

TEST_CASE("a clock that is set back over the roll and on again ends the day once") {
  CoreHarness engine;
  trade_a_while(engine);
  engine.pass(next_midnight(engine) - engine.time + 2min);
  REQUIRE(reports_of(engine).size() == 1);
  const orders::Timestamp after = engine.time;
  const auto at = [&engine](orders::Timestamp wall, orders::Duration later) {
    engine.core.on_timer({wall, engine.now().monotonic + later});
  };
  at(after - 10min, 1s);
  at(after, 2s);
  at(after + 1s, 3s);
  CHECK(reports_of(engine).size() == 1);
}

TEST_CASE("with a session that ends at five the day ends at five") {
  EngineConfig config = small_config();
  config.session_end = 17h;
  CoreHarness engine(config);
  trade_a_while(engine);
  engine.pass(next_midnight(engine) - engine.time + 17h - 1ms);
  CHECK(reports_of(engine).empty());
  engine.pass(1ms);
  engine.quote("1.00", "1.02");
  CHECK(last_report(engine)["report"]["day"] == "2023-11-15");
  CHECK(last_report(engine)["accounts"][0]["pnl"] == "19.55");
}

TEST_CASE("a session ends on time even where samples are far apart") {
  EngineConfig config = small_config();
  config.session_end = 23h + 59min + 59s;
  config.analysis.sample_interval = 1min;
  CoreHarness engine(config);
  trade_a_while(engine);
  engine.pass(next_midnight(engine) - engine.time - 1s);
  engine.quote("1.00", "1.02");
  REQUIRE(reports_of(engine).size() == 1);
  CHECK(last_report(engine)["accounts"][0]["pnl"] == "19.55");
}

TEST_CASE("the last days are kept, and no more than that") {
  CoreHarness engine;
  for (int day = 0; day < 7; ++day) {
    engine.time += 24h;
    engine.quote("99.99", "100.01");
  }
  const auto reports = reports_of(engine);
  REQUIRE(reports.size() == DayBook::kMostEnded);
  CHECK(Json::parse(reports.back())["report"]["day"] == "2023-11-20");
}

TEST_CASE("what is not known at the close is null and not 0") {
  EngineConfig config = small_config();
  CoreHarness engine(config);
  buy(engine, "A", 10, "100.01");  // there was no quote, so there is no mark
  engine.time += 5h;
  engine.quote("99.99", "100.01");
  const Json report = last_report(engine);
  CHECK(report["accounts"][0]["pnl"].is_null());
  CHECK(report["strategies"][0]["pnl"].is_null());
  CHECK(report["positions"][0]["mark"].is_null());
}

TEST_CASE("a recovery over the roll gives the report that there would have been") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    EngineConfig config = watched_config();
    config.session_end = 22h + 13min + 50s;  // half a minute behind the harness' start
    Journaled journaled(config);
    CoreHarness& live = journaled.live;
    Session session(live, seed);
    for (int step = 0; step < 600; ++step) {
      session.step();
      if (step % 20 == 0) journaled.write();
    }
    journaled.write();
    REQUIRE(reports_of(live).size() == 1);
    CoreHarness again(config);
    REQUIRE(play(journaled.disk, again) == "");
    REQUIRE(reports_of(again).size() == 1);
    CHECK(Json::diff(last_report(live), last_report(again)) == Json::array());
  }
}

TEST_CASE("a day goes on from a snapshot as if there had been none") {
  CoreHarness live(watched_config());
  Session session(live, 5);
  live.pass(next_midnight(live) - live.time - 20s);
  for (int step = 0; step < 100; ++step) session.step();
  StateWriter out;
  live.core.state(out);
  const std::string bytes = out.take();

  CoreHarness again(watched_config());
  WireReader in(bytes);
  again.core.state(in);
  REQUIRE_FALSE(in.has_failed());
  CHECK(in.is_at_end());
  const orders::Timestamp later = next_midnight(live) + 24h;
  for (CoreHarness* const each : {&live, &again}) {
    each->time = later;
    each->core.on_timer(each->now());
  }
  REQUIRE_FALSE(reports_of(live).empty());
  const bool agree = reports_of(again) == reports_of(live);
  CHECK(agree);
}

TEST_CASE("reports that have ended come back with a snapshot") {
  CoreHarness live;
  trade_a_while(live);
  live.pass(3h);
  StateWriter out;
  live.core.state(out);
  const std::string bytes = out.take();
  CoreHarness again;
  WireReader in(bytes);
  again.core.state(in);
  REQUIRE_FALSE(in.has_failed());
  CHECK(reports_of(again) == reports_of(live));
}

TEST_CASE("deferred to another thread a day comes out as within the event") {
  CoreHarness within;
  CoreHarness deferred;
  deferred.core.analysis().defer();
  for (CoreHarness* const each : {&within, &deferred}) {
    trade_a_while(*each);
    each->pass(3h);
  }
  while (deferred.core.analysis().drain()) continue;
  const bool agree = reports_of(within) == reports_of(deferred);
  CHECK(agree);
}
