#include "monitoring/alerting/threshold_sweep.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/alerting/backtest_source.h"
#include "monitoring/promql/printer.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;

namespace {

using Texts = std::vector<std::string>;

std::vector<RuleGroupDefinition> rules(const std::string& text) {
  return read_rule_file(text, "rules.yml");
}

template <typename Function>
std::string refusal(Function&& function) {
  try {
    static_cast<void>(function());
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

std::string parse_refusal(const std::string& text) {
  return refusal([&] { return parse_sweep(text); });
}

constexpr auto kRules = R"rules(groups:
- name: first
  rules:
  - {record: "x:sum", expr: sum(x)}
  - {record: "y:sum", expr: sum(y)}
- name: second
  interval: 30s
  rules:
  - {alert: Sum, expr: "(x:sum) > (10)"
}
  - {alert: Turned, expr: "-2.5 <= x"}
  - {alert: Meta, expr: 'sum(ALERTS{alertname="Sum"}) > 0'}
  - {alert: Own, expr: 'x > 3 unless ALERTS{alertname="Own"}'}
  - {alert: Series, expr: x > y}
  - {alert: Bool, expr: x > bool 3}
  - {alert: Twice, expr: x > 3}
  - {alert: Twice, expr: x > 4}
)rules";

Texts names(const std::vector<RuleGroupDefinition>& groups) {
  Texts names;
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      names.push_back(group.name + "/" + rule.name + " " + promql::to_string(*rule.expression));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("a sweep names a rule and its thresholds") {
  const ThresholdSweep sweep = parse_sweep("HighLatency=10..100:10");
  CHECK(sweep.rule == "HighLatency");
  CHECK(sweep.count == 10);
  CHECK(sweep.threshold(0) == 10);
  CHECK(sweep.threshold(9) == 100);

  const ThresholdSweep tenths = parse_sweep("A = B=-0.1..0.5:0.1");
  CHECK(tenths.rule == "A = B");
  CHECK(tenths.count == 7);
  CHECK(tenths.threshold(4) == 0.3);
  CHECK(tenths.threshold(6) == 0.5);
  CHECK(parse_sweep("A=1..1:5").count == 1);
  CHECK(parse_sweep("A=1e-3..2e-3:2.5e-4").count == 5);
  CHECK(parse_sweep("A=0..1:0.4").count == 3);
  CHECK(parse_sweep("A=1..10000:1").count == 10'000);
}

TEST_CASE("what is no sweep is refused with what it should be") {
  for (const std::string text : {"", "A", "A=", "=1..2:1", "A=1..2", "A=1:2", "A=1-2:1", "A=1:1..2"}) {
    CAPTURE(text);
    CHECK(parse_refusal(text) ==
          "must be RULE=FIRST..LAST:STEP such as HighLatency=10..100:10, was \"" + text + "\"");
  }
  CHECK(parse_refusal("A=1..x:1") == "must have finite numbers as in RULE=10..100:10, was \"A=1..x:1\"");
  CHECK(parse_refusal("A=1..Inf:1").starts_with("must have finite numbers"));
  CHECK(parse_refusal("A=2..1:1") ==
        "must have a last threshold that is not below the first, was \"A=2..1:1\"");
  CHECK(parse_refusal("A=1..2:0") == "must have a positive step, was \"A=1..2:0\"");
  CHECK(parse_refusal("A=1..2:-1").starts_with("must have a positive step"));
  CHECK(parse_refusal("A=0..10000:1") == "must have at most 10000 steps, was \"A=0..10000:1\"");
  CHECK(parse_refusal("A=-1e308..1e308:1e-300").starts_with("must have at most 10000 steps"));
}

TEST_CASE("only a rule that is one comparison with a number can be swept") {
  const auto groups = rules(kRules);
  CHECK(swept_threshold(groups, "Sum") == 10);
  CHECK(swept_threshold(groups, "Turned") == -2.5);
  const auto said = [&](const std::string& rule) {
    return refusal([&] { return swept_threshold(groups, rule); });
  };
  CHECK(said("None") == "None: must be an alert of the rule files, is none");
  CHECK(said("x:sum") == "x:sum: must be an alert of the rule files, is none");
  CHECK(said("Twice") ==
        "Twice: must be one alert of the rule files, there are 2: rules.yml:16, rules.yml:17");
  CHECK(said("Series") ==
        "Series: the expression must be one comparison of series with a number, was \"x > y\"");
  CHECK(said("Own").starts_with("Own: the expression must be one comparison"));
  CHECK(said("Bool").starts_with("Bool: the expression must be one comparison"));
}

TEST_CASE("a swept rule takes along the rules it looks at, and leaves the others") {
  const auto groups = rules(kRules);
  CHECK(names(rules_with_threshold(groups, "Sum", 12.5)) ==
        Texts{"first/x:sum sum(x)", "second/Sum ((x:sum)) > 12.5"});
  CHECK(names(rules_with_threshold(groups, "Turned", 3)) == Texts{"second/Turned 3 <= (x)"});
  CHECK(names(rules_with_threshold(groups, "Meta", 1)) ==
        Texts{"first/x:sum sum(x)", "second/Sum (x:sum) > (10)",
              R"(second/Meta (sum(ALERTS{alertname="Sum"})) > 1)"});
  CHECK(rules_with_threshold(groups, "Sum", 1).back().interval == std::chrono::seconds{30});
}

TEST_CASE("a sweep's firings are those of a file with that threshold") {
  PlainSource source;
  for (int i = 0; i < 200; ++i) {
    const Labels labels{{kMetricNameLabel, "x"}, {"venue", i % 3 == 0 ? "A" : "B"}};
    source.append(labels,
                  {.time = 1'700'000'000'000 + i * 1000, .value = static_cast<double>(i * 7919 % 20)});
  }
  const auto times = sample_times(source, {.from = 1'700'000'000'000, .to = 1'700'000'200'000});
  const auto file = [](const std::string& threshold) {
    return rules("groups: [{name: g, interval: 1s, rules: [{record: all, expr: x}, {alert: A, expr: all > " +
                 threshold + ", for: 2s}, {alert: B, expr: x > 3}]}]");
  };
  for (const int threshold : {0, 5, 10, 19}) {
    const BacktestReport whole = backtest(source, times, file(std::to_string(threshold)), {});
    const BacktestReport swept = backtest(source, times, rules_with_threshold(file("7"), "A", threshold), {});
    const FiringSummary expected = summary_of(whole, "A");
    const FiringSummary got = summary_of(swept, "A");
    CHECK(got.firings == expected.firings);
    CHECK(got.total == expected.total);
    CHECK(got.longest == expected.longest);
    CHECK((threshold >= 10 || got.firings > 0));
    CHECK(summary_of(swept, "B").firings == 0);
  }
}
