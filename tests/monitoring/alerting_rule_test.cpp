#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/alerting/recording_rule.h"
#include "tests/monitoring/rules_support.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

/// Evaluates a rule second after second.
struct Course {
  explicit Course(const std::string& text) : rule(rule_of(text)) {}

  /// inactive where there is no alert.
  AlertPhase at(int second) {
    changes = rule.evaluate(world.context(), second * 1000, 0);
    const auto alerts = rule.alerts();
    return alerts.empty() ? AlertPhase::Inactive : alerts.front().state;
  }
  /// States of one evaluation a second, as letters: . p F
  std::string states(int from, int to) {
    std::string out;
    for (int second = from; second <= to; ++second) out += ".pF"[static_cast<int>(at(second))];
    return out;
  }

  RuleWorld world;
  AlertingRule rule;
  std::vector<AlertChange> changes;
};

}  // namespace

TEST_CASE("an alert without `for` fires at once and resolves with its condition") {
  Course course("alert: High\nexpr: x > 10");
  for (int second = 0; second < 10; ++second)
    course.world.set("x", second, second == 3 || second == 4 ? 11 : 1);
  CHECK(course.states(0, 6) == "...FF..");
  const auto alerts = course.rule.alerts();
  REQUIRE(alerts.size() == 1);
  CHECK(alerts.front().active_at == 3000);
  CHECK(alerts.front().fired_at == 3000);
  CHECK(alerts.front().resolved_at == 5000);
  CHECK(alerts.front().labels.value("alertname") == "High");
}

TEST_CASE("an alert with `for` is pending first, and a pending one whose condition ends is forgotten") {
  Course course("alert: High\nexpr: x > 10\nfor: 3s");
  const std::string values = "..xx..xxxxxx..";
  for (int second = 0; second < 14; ++second) {
    course.world.set("x", second, values[static_cast<std::size_t>(second)] == 'x' ? 20 : 0);
  }
  CHECK(course.states(0, 13) == "..pp..pppFFF..");
}

TEST_CASE("keep_firing_for bridges gaps of the condition") {
  Course course("alert: High\nexpr: x > 10\nkeep_firing_for: 3s");
  const std::string values = ".x..x......";
  for (int second = 0; second < 11; ++second) {
    course.world.set("x", second, values[static_cast<std::size_t>(second)] == 'x' ? 20 : 0);
  }
  CHECK(course.states(0, 10) == ".FFFFFFF...");
}

TEST_CASE("changes of state are told, with the state before") {
  Course course("alert: High\nexpr: x > 10\nfor: 1s\nannotations: {text: 'is {{ $value }}'}");
  course.world.set("x", 0, 11);
  course.world.set("x", 1, 12);
  course.world.set("x", 2, 1);
  CHECK(course.at(0) == AlertPhase::Pending);
  REQUIRE(course.changes.size() == 1);
  CHECK(course.changes[0].from == AlertPhase::Inactive);
  CHECK(course.changes[0].alert.state == AlertPhase::Pending);
  CHECK(course.at(1) == AlertPhase::Firing);
  REQUIRE(course.changes.size() == 1);
  CHECK(course.changes[0].from == AlertPhase::Pending);
  CHECK(course.changes[0].alert.annotations.value("text") == "is 12");
  CHECK(course.at(2) == AlertPhase::Inactive);
  REQUIRE(course.changes.size() == 1);
  CHECK(course.changes[0].from == AlertPhase::Firing);
}

TEST_CASE("each set of labels is an alert of its own") {
  Course course("alert: High\nexpr: x > 10\nlabels: {severity: page, venue: 'V-{{ $value }}'}");
  course.world.set("x{symbol=\"A\"}", 0, 11);
  course.world.set("x{symbol=\"B\"}", 0, 12);
  course.world.set("x{symbol=\"C\"}", 0, 1);
  CHECK(course.at(0) == AlertPhase::Firing);
  const auto alerts = course.rule.alerts();
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0].labels ==
        Labels{{"alertname", "High"}, {"severity", "page"}, {"symbol", "A"}, {"venue", "V-11"}});
  CHECK(alerts[1].labels.value("symbol") == "B");
}

TEST_CASE("labels of the rule that make two alerts one are an error, and nothing changes") {
  Course course("alert: High\nexpr: x > 10\nlabels: {symbol: all}");
  course.world.set("x{symbol=\"A\"}", 0, 11);
  course.world.set("x{symbol=\"A\"}", 1, 11);
  course.world.set("x{symbol=\"B\"}", 1, 11);
  CHECK(course.at(0) == AlertPhase::Firing);
  CHECK_THROWS_AS(course.at(1), promql::EvaluationError);
  CHECK(course.rule.alerts().size() == 1);
}

TEST_CASE("more alerts than the limit are an error and leave none") {
  RuleWorld world;
  AlertingRule rule(rule_of("alert: High\nexpr: x > 10"));
  for (int i = 0; i < 3; ++i) world.set("x{n=\"" + std::to_string(i) + "\"}", 0, 11);
  CHECK_THROWS_WITH(rule.evaluate(world.context(), 0, 2), "exceeded limit of 2 with 3 alerts");
  CHECK(rule.alerts().empty());
  CHECK(rule.evaluate(world.context(), 1, 3).size() == 6);
}

TEST_CASE("alerts are series: ALERTS by state and since when") {
  Course course("alert: High\nexpr: x > 10\nfor: 2s");
  for (int second = 0; second < 9; ++second) course.world.set("x{a=\"b\"}", second, second < 5 ? 11 : 0);
  course.at(1);
  using Series = std::vector<std::pair<Labels, double>>;
  const auto sorted = [&] {
    Series series = course.rule.series();
    std::ranges::sort(series);
    return series;
  };
  const Labels for_state{{"__name__", "ALERTS_FOR_STATE"}, {"alertname", "High"}, {"a", "b"}};
  const auto state = [](const std::string& word) {
    return Labels{{"__name__", "ALERTS"}, {"alertname", "High"}, {"alertstate", word}, {"a", "b"}};
  };
  CHECK(sorted() == Series{{state("pending"), 1}, {for_state, 1}});
  course.states(2, 3);
  CHECK(sorted() == Series{{state("firing"), 1}, {for_state, 1}});
  course.at(5);
  CHECK(course.rule.series().empty());
}

TEST_CASE("a firing alert is told again and again, a resolved one until it is forgotten") {
  Course course("alert: High\nexpr: x > 10");
  for (int second = 0; second < 1200; ++second) course.world.set("x", 1000 + second, second < 100 ? 11 : 0);
  const auto told = [&](int second) {
    course.at(1000 + second);
    return course.rule.take_to_send((1000 + second) * 1000, 60'000, 10'000, "http://here");
  };
  auto first = told(0);
  REQUIRE(first.size() == 1);
  CHECK(first[0].starts_at == 1'000'000);
  CHECK(first[0].ends_at == 1'240'000);
  CHECK(first[0].generator_url == "http://here");
  CHECK(told(10).empty());
  CHECK(told(60).empty());
  CHECK(told(61).size() == 1);
  CHECK(told(90).empty());
  const auto resolved = told(100);
  REQUIRE(resolved.size() == 1);
  CHECK(resolved[0].ends_at == 1'100'000);
  CHECK(resolved[0].is_resolved(1'100'000));
  CHECK(told(110).empty());
  CHECK(told(161).size() == 1);
  CHECK(told(1000).size() == 1);
  CHECK(told(1002).empty());
  CHECK(course.rule.alerts().empty());
}

TEST_CASE("a condition without data is not one that does not hold: the alert stays") {
  Course course("alert: Low\nexpr: x < 10\nannotations: {vigil_no_data_after: 5s}");
  course.world.set("x", 0, 1);
  course.world.set("x", 1, kStaleMarker);
  course.world.set("x", 20, 1);
  course.world.set("x", 21, 100);
  CHECK(course.states(0, 21) == "FFFFFFFFFFFFFFFFFFFFF.");
}

TEST_CASE("a pending alert whose data goes missing fires after a while") {
  Course course("alert: Low\nexpr: x < 10\nfor: 1h\nannotations: {vigil_no_data_after: 5s}");
  course.world.set("x", 0, 1);
  course.world.set("x", 3, kStaleMarker);
  CHECK(course.states(0, 10) == "ppppppppFFF");
  CHECK(course.rule.alerts().front().no_data_since == 3000);
}

TEST_CASE("NaN is no data") {
  Course course("alert: Low\nexpr: x < 10");
  course.world.set("x", 0, 1);
  course.world.set("x", 1, std::numeric_limits<double>::quiet_NaN());
  course.world.set("x", 2, 50);
  CHECK(course.states(0, 2) == "FF.");
}

TEST_CASE("missing data counts as resolved, or as a reason to fire, where the rule says so") {
  Course clear("alert: Low\nexpr: x < 10\nannotations: {vigil_no_data: clear}");
  clear.world.set("x", 0, 1);
  clear.world.set("x", 1, kStaleMarker);
  CHECK(clear.states(0, 1) == "F.");

  Course fire("alert: Low\nexpr: x < 10\nannotations: {vigil_no_data: fire}");
  fire.world.set("x", 2, 50);
  CHECK(fire.states(0, 3) == "FF..");
}

TEST_CASE("an alert that resolves by one series goes on by another") {
  Course course("alert: Low\nexpr: x < 10 or y < 10");
  course.world.set("x{a=\"1\"}", 0, 1);
  course.world.set("y{a=\"1\"}", 0, 50);
  course.world.set("x{a=\"1\"}", 1, kStaleMarker);
  // x has no data, but y says that all is well.
  CHECK(course.states(0, 1) == "F.");
}

TEST_CASE("an exit threshold keeps an alert firing until it is past") {
  for (const std::string expression : {"x > 10", "10 < x", "(x > 10)"}) {
    Course course("alert: High\nexpr: " + expression + "\nannotations: {vigil_exit_threshold: '5'}");
    const std::vector<double> values{7, 11, 7, 6, 4, 7, 11};
    for (std::size_t i = 0; i < values.size(); ++i) course.world.set("x", static_cast<int>(i), values[i]);
    CHECK(course.states(0, 6) == ".FFF..F");
  }
}

TEST_CASE("too few samples are no data") {
  Course course("alert: High\nexpr: avg_over_time(x[3s]) > 10\nannotations: {vigil_minimum_samples: '3'}");
  for (int second = 5; second < 9; ++second) course.world.set("x", second, 20);
  CHECK(course.states(4, 8) == "...FF");
}

TEST_CASE("too few observations of a histogram are no data") {
  Course course(
      "alert: Slow\nexpr: histogram_quantile(0.5, sum by (le) (rate(d_bucket{v=\"A\"}[4s]))) > 0.1\n"
      "annotations: {vigil_minimum_samples: '5'}");
  for (int second = 0; second < 9; ++second) {
    const double count = second < 5 ? second : 4 + (second - 4) * 10;
    course.world.set("d_bucket{v=\"A\",le=\"0.1\"}", second, 0);
    course.world.set("d_bucket{v=\"A\",le=\"1\"}", second, count);
    course.world.set("d_bucket{v=\"A\",le=\"+Inf\"}", second, count);
  }
  CHECK(course.states(3, 8) == "..FFFF");
}

TEST_CASE(
    "the count of a histogram whose buckets are asked for counts observations, another series' does not") {
  Course ratio(
      "alert: Slow\nexpr: sum(rate(d_bucket{le=\"0.1\"}[4s])) / sum(rate({__name__=\"d_count\"}[4s])) < 0.5\n"
      "annotations: {vigil_minimum_samples: '5'}");
  Course gauge(
      "alert: Open\nexpr: avg_over_time(open_count[3s]) > 10\nannotations: {vigil_minimum_samples: '3'}");
  for (int second = 0; second < 9; ++second) {
    const double count = second < 5 ? second : 4 + (second - 4) * 10;
    ratio.world.set("d_bucket{le=\"0.1\"}", second, 0);
    ratio.world.set("d_bucket{le=\"+Inf\"}", second, count);
    ratio.world.set("d_count", second, count);
    if (second >= 5) gauge.world.set("open_count", second, 20);
  }
  CHECK(ratio.states(3, 8) == "..FFFF");
  CHECK(gauge.states(4, 8) == "...FF");
}

TEST_CASE("a recording rule names and labels what its expression gives") {
  RuleWorld world;
  world.set("x{a=\"1\",b=\"2\"}", 0, 3);
  world.set("x{a=\"1\",b=\"3\"}", 0, 4);
  const auto recorded =
      record(rule_of("record: a:x:sum\nexpr: sum by (a) (x)\nlabels: {kind: total}"), world.context(), 0, 0);
  REQUIRE(recorded.size() == 1);
  CHECK(recorded[0].first == Labels{{"__name__", "a:x:sum"}, {"a", "1"}, {"kind", "total"}});
  CHECK(recorded[0].second == 7);
  CHECK_THROWS_AS(
      static_cast<void>(record(rule_of("record: y\nexpr: x\nlabels: {b: same}"), world.context(), 0, 0)),
      promql::EvaluationError);
  CHECK_THROWS_WITH(static_cast<void>(record(rule_of("record: y\nexpr: x"), world.context(), 0, 1)),
                    "exceeded limit of 1 with 2 series");
  CHECK(record(rule_of("record: y\nexpr: 1 + 1"), world.context(), 0, 0).front().second == 2);
}
