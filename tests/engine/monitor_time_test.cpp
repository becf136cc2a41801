// The time of samples and rules goes on where the wall clock was set back; people live by the wall clock.

#include <doctest/doctest.h>

#include "engine/monitor/monitor_metrics.h"
#include "monitored_engine.h"
#include "monitoring/alerting/rule_file.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

monitoring::SampleTime in_milliseconds(orders::Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

TEST_CASE(
    "while their time is ahead rules are judged, and what is told of alerts has the wall clock's times") {
  MonitoredEngine engine;
  engine.trading.time = orders::Timestamp{1'700'000'000s};
  engine.cycle.offer_rules(monitoring::read_rule_file(
      "groups: [{name: g, interval: 1s, rules: [{alert: Load, expr: load > 1}]}]", "rules.yml"));
  const monitoring::Labels load{{"__name__", "load"}};
  engine.inject(load, 2);
  for (const auto ahead : {orders::Duration{0}, orders::Duration{59min + 30s}}) {
    CAPTURE(ahead.count());
    // The clock was set back by so much.
    engine.inject(load, 2);
    engine.trading.time += 1s;
    engine.cycle.turn(engine.trading.time + ahead);
    CHECK(engine.firing("Load").size() == 1);
    engine.inject(load, 0);
    engine.trading.time += 1s;
    engine.cycle.turn(engine.trading.time + ahead);
    CHECK(engine.firing("Load").empty());
    engine.desk.turn();
    const auto history = engine.desk.history({.limit = 2});
    REQUIRE(history.size() == 2);
    for (const monitoring::HistoryEntry& entry : history) {
      CHECK(entry.time <= in_milliseconds(engine.trading.time));
      CHECK(entry.time > in_milliseconds(engine.trading.time - 1min));
    }
    const double seconds = std::chrono::duration<double>(ahead).count();
    CHECK(engine.registry.gauge(metric::kTimeAhead, {}, 0).value() == seconds);
    engine.trading.time -= ahead;
  }
}
