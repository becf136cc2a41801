#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/alerting/rule_file.h"
#include "tests/monitoring/watch_support.h"

using namespace vigil::monitoring;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

RuleDefinition rule_of(const std::string& lines) {
  const std::string text = "groups:\n  - name: g\n    rules:\n      - alert: A\n" + lines;
  return read_rule_file(text, "rules.yml").front().rules.front();
}
std::string obstacle_of(const std::string& expression) {
  const WatchedGauges gauges;
  return watch_obstacle(rule_of("        expr: " + expression + "\n"), 0, gauges.kinds());
}

/// Conditions over the gauges of WatchedGauges.
class DrawnCondition {
 public:
  static std::string condition() {
    const std::string compared = vector(2) + comparison() + number();
    switch (*rc::gen::inRange(0, 7)) {
      case 0:
        return vector(2) + comparison() + "on (account) group_left () " + per_account(1);
      case 1:
        return per_account(2) + comparison() + "on (account) " + per_account(2);
      case 2:
        return compared + one_of({" and ", " or ", " unless "}) + "on (account) " + vector(1) + comparison() +
               number();
      case 3:
        return vector(1) + comparison() + "scalar(" +
               one_of({"limit_usd{account=\"main\"}", "exposure_usd"}) + ")";
      case 4:
        return one_of({"breaker{state=\"open\"} == ", "breaker > "}) + one_of({"1", "0"});
      case 5:
        return number() + comparison() + vector(2);
      default:
        return compared;
    }
  }

 private:
  static std::string one_of(std::vector<std::string> texts) { return *rc::gen::elementOf(std::move(texts)); }
  static std::string comparison() { return one_of({" > ", " < ", " >= ", " <= ", " == ", " != "}); }
  static std::string number() { return one_of({"0", "1", "-1", "2.5", "-3", "10", "NaN", "0.1"}); }
  static std::string per_account(int depth) {
    if (depth <= 0) return one_of({"pnl_usd", "limit_usd", "limit_usd{account=\"hedge\"}"});
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        return one_of({"sum", "avg", "min", "max", "count", "group"}) + " by (account) (" +
               vector(depth - 1) + ")";
      case 1:
        return "(" + per_account(depth - 1) + one_of({" + ", " - ", " * ", " / ", " % ", " ^ "}) +
               "on (account) " + per_account(depth - 1) + ")";
      case 2:
        return "-(" + per_account(depth - 1) + ")";
      case 3:
        return "(" + number() + one_of({" * ", " + ", " - ", " / "}) + per_account(depth - 1) + ")";
      default:
        return per_account(0);
    }
  }
  static std::string vector(int depth) {
    if (depth <= 0) return one_of({"exposure_usd", "pnl_usd", "limit_usd", "exposure_usd{symbol!=\"ETH\"}"});
    switch (*rc::gen::inRange(0, 7)) {
      case 0:
        return one_of({"abs", "ceil", "floor", "round", "sgn", "exp", "ln", "sqrt", "cos", "deg"}) + "(" +
               vector(depth - 1) + ")";
      case 1:
        return one_of({"clamp_max(", "clamp_min("}) + vector(depth - 1) + ", " + number() + ")";
      case 2:
        return "(" + vector(depth - 1) + one_of({" + ", " * ", " / "}) + "on (account) group_left () " +
               per_account(depth - 1) + ")";
      case 3:
        return "(" + vector(depth - 1) + one_of({" > bool ", " == bool ", " - ", " / "}) + number() + ")";
      case 4:
        return per_account(depth);
      default:
        return vector(0);
    }
  }
};

double drawn_value() {
  const int kind = *rc::gen::inRange(0, 12);
  if (kind == 0) return kUnsetGauge;
  if (kind == 1) return *rc::gen::element(kInfinity, -kInfinity, std::nan(""), -0.0, 1e300, -1e300);
  if (kind < 6) return *rc::gen::element(0.0, 1.0, -1.0, 2.5, -3.0, 10.0, 0.1);
  return *rc::gen::inRange(-400, 400) / 16.0;
}

std::set<Labels> held_by(const WatchTable& table) {
  std::set<Labels> held;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.is_firing(i)) held.insert(table[i].labels);
  }
  return held;
}

}  // namespace

TEST_CASE("a rule that compares gauges of the engine at one instant can be watched") {
  for (const char* expression :
       {"pnl_usd < -100", "abs(exposure_usd) > on (account) group_left () limit_usd",
        "sum by (account) (exposure_usd) > 5 or pnl_usd < scalar(limit_usd{account=\"main\"})",
        "'breaker{state=\"open\"} == 1'", "5 < pnl_usd", "pnl_usd unless limit_usd"}) {
    INFO(expression);
    CHECK(obstacle_of(expression) == "");
  }
}

TEST_CASE("a rule that looks at more than one instant's gauges says what is in the way") {
  CHECK(obstacle_of("max_over_time(pnl_usd[5m]) > 1") == "uses max_over_time()");
  CHECK(obstacle_of("pnl_usd offset 5m > 1") == "looks back with offset");
  CHECK(obstacle_of("pnl_usd @ 5 > 1") == "fixes a time with @");
  CHECK(obstacle_of("pnl_usd > time()") == "uses time()");
  CHECK(obstacle_of("topk(1, pnl_usd) > 1") == "uses topk");
  CHECK(obstacle_of("orders_total > 1") == "reads orders_total, which is no gauge");
  CHECK(obstacle_of("job:pnl:sum > 1") == "reads job:pnl:sum, which is no gauge of the engine's own");
  CHECK(obstacle_of("pnl_usd") == "compares nothing");
  CHECK(obstacle_of("pnl_usd > bool 1") == "compares nothing");
  CHECK(obstacle_of("'{__name__=~\"pnl.*\"} > 1'") == "selects series without naming the metric");
  CHECK(obstacle_of("pnl_usd > 1\n        for: 1s") == "waits: its `for` is not 0");
  CHECK(obstacle_of("pnl_usd > 1\n        labels: {level: '{{ $value }}'}") ==
        "its label level is a template");

  const WatchedGauges gauges;
  CHECK(watch_obstacle(rule_of("        expr: pnl_usd > 1\n"), 3, gauges.kinds()) == "its group has a limit");
  CHECK(
      watch_obstacle(rule_of("        expr: pnl_usd > 1\n"), 0, kinds_without(gauges.kinds(), {"pnl_usd"})) ==
      "reads pnl_usd, which is no gauge of the engine's own");
}

TEST_CASE("a gauge that crosses a constant is told once, with its labels and value") {
  WatchedGauges gauges;
  gauges.gauges[0].set(0);
  const auto table = table_of(gauges, "pnl_usd < -100");
  NotedCrossings noted;
  table->install(nullptr, noted);
  gauges.gauges[0].set(-100);
  table->judge(gauges.registry.changed_gauges(), noted);
  CHECK(noted.noted.empty());

  gauges.gauges[0].set(-100.5);
  table->judge(gauges.registry.changed_gauges(), noted);
  REQUIRE(noted.noted.size() == 1);
  CHECK((*table)[noted.noted[0].first].labels == Labels{{"account", "main"}});
  CHECK(noted.noted[0].second == -100.5);

  gauges.gauges[0].set(-200);
  gauges.gauges[0].set(5);
  gauges.gauges[0].set(-300);
  table->judge(gauges.registry.changed_gauges(), noted);
  CHECK(noted.noted.size() == 1);
}

TEST_CASE("a gauge on the quiet side of a constant asks for no judgement, however much it moves") {
  WatchedGauges gauges;
  gauges.gauges[0].set(1);
  const auto table = table_of(gauges, "pnl_usd{account=\"main\"} < -100");
  NotedCrossings noted;
  table->install(nullptr, noted);
  gauges.gauges[0].set(2);
  table->judge(gauges.registry.changed_gauges(), noted);
  const std::uint64_t before = table->judgements();
  for (int i = 0; i < 1000; ++i) gauges.gauges[0].set(i * 1e6 - 100);
  CHECK_FALSE(gauges.registry.changed_gauges().any());
  table->judge(gauges.registry.changed_gauges(), noted);
  CHECK(table->judgements() == before);
}

TEST_CASE("a condition over several gauges asks for few judgements while it is far from changing") {
  WatchedGauges gauges;
  for (Gauge& gauge : gauges.gauges) gauge.set(10);
  gauges.gauges[2].set(1000);
  const auto table =
      table_of(gauges, "sum by (account) (exposure_usd{account=\"main\"}) > on (account) (0.9 * limit_usd)");
  NotedCrossings noted;
  table->install(nullptr, noted);
  const std::uint64_t before = table->judgements();
  constexpr int kChanges = 10'000;
  for (int i = 0; i < kChanges; ++i) {
    gauges.gauges[4].set(100 + 50 * std::sin(i));
    gauges.gauges[5].set(100 + 50 * std::cos(i));
    table->judge(gauges.registry.changed_gauges(), noted);
  }
  CHECK(noted.noted.empty());
  CHECK(table->judgements() - before < kChanges / 100);
  gauges.gauges[4].set(1000);
  table->judge(gauges.registry.changed_gauges(), noted);
  CHECK(noted.noted.size() == 1);
}

TEST_CASE("an alert that has ended is told again when its condition holds still, or again") {
  WatchedGauges gauges;
  gauges.gauges[0].set(-200);
  const auto table = table_of(gauges, "pnl_usd < -100");
  NotedCrossings noted;
  table->install(nullptr, noted);
  REQUIRE(noted.noted.size() == 1);
  table->look_again(noted);
  CHECK(noted.noted.size() == 1);
  table->set_firing(noted.noted[0].first, false);
  table->look_again(noted);
  CHECK(noted.noted.size() == 2);

  gauges.gauges[0].set(0);
  table->judge(gauges.registry.changed_gauges(), noted);
  table->set_firing(noted.noted[0].first, false);
  table->look_again(noted);
  CHECK(noted.noted.size() == 2);
}

TEST_CASE("what fires goes on to fire in the next table, and gauges that it does not read are let go") {
  WatchedGauges gauges;
  gauges.gauges[0].set(-200);
  gauges.gauges[2].set(0);
  const auto first = table_of(gauges, "pnl_usd < -100 or limit_usd > 1e9");
  NotedCrossings noted;
  first->install(nullptr, noted);
  REQUIRE(noted.noted.size() == 1);
  const auto second = table_of(gauges, "pnl_usd < -150");
  second->install(first.get(), noted);
  CHECK(noted.noted.size() == 1);
  gauges.gauges[2].set(2e9);
  CHECK_FALSE(gauges.registry.changed_gauges().any());

  WatchTable none({}, {});
  none.install(second.get(), noted);
  gauges.gauges[0].set(-500);
  CHECK_FALSE(gauges.registry.changed_gauges().any());
}

TEST_CASE("series that match several others are no business of watches") {
  WatchedGauges gauges;
  GaugeDirectory directory(gauges.registry);
  const auto obstacle = [&](const std::string& text) {
    return compile_watches(*promql::parse(text), {}, directory).obstacle;
  };
  CHECK(obstacle("pnl_usd > on (account) exposure_usd") == "several series match one");
  CHECK(obstacle("scalar(pnl_usd) + 1") == "gives a number, not series");
}

TEST_CASE("watches say what queries say, after every change") {
  CHECK(rc::check("judged by change or asked for at each instant, a condition holds for the same labels", [] {
    const std::string text = DrawnCondition::condition();
    const auto ranges = *rc::gen::element(promql::RangeEnds::LeftOpen, promql::RangeEnds::Closed);
    WatchedGauges gauges;
    for (Gauge& gauge : gauges.gauges) gauge.set(drawn_value());
    std::unique_ptr<WatchTable> table;
    try {
      table = table_of(gauges, text, ranges);
    } catch (const std::runtime_error&) {
      RC_DISCARD("series of the condition match several others");
    }
    NotedCrossings noted;
    table->install(nullptr, noted);
    const auto changes = *rc::gen::inRange(1, 40);
    for (int i = 0; i < changes; ++i) {
      const auto which = static_cast<std::size_t>(*rc::gen::inRange(0, 8));
      if (which == gauges.gauges.size()) {
        gauges.breaker.set(static_cast<std::size_t>(*rc::gen::inRange(0, 2)));
      } else {
        gauges.gauges[which].set(drawn_value());
      }
      // What fires is what holds: alerts end as soon as their condition does.
      table->judge(gauges.registry.changed_gauges(), noted);
      std::map<Labels, double> expected;
      try {
        expected = queried(gauges, text, ranges);
      } catch (const promql::EvaluationError&) {
        continue;  // two series of one name for the query
      }
      for (std::size_t watch = 0; watch < table->size(); ++watch) {
        if (!expected.contains((*table)[watch].labels)) table->set_firing(watch, false);
      }
      std::set<Labels> labels;
      for (const auto& [each, value] : expected) labels.insert(each);
      if (held_by(*table) != labels) RC_LOG() << text << " after change " << i;
      RC_ASSERT(held_by(*table) == labels);
    }
  }));
}
