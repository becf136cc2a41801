#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/alerting/history_sink.h"
#include "monitoring/alerting/plain_sink.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/alerting/rule_metrics.h"
#include "monitoring/store/history.h"
#include "tests/monitoring/rules_support.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

constexpr SampleTime kStart = 1'700'352'000'000;

struct Fixture {
  Fixture()
      : manager(
            {.evaluation_interval = 10'000, .external_url = "http://here"}, world.context(),
            [this] { return std::make_unique<PlainSink>(world.source); },
            [] { return std::chrono::nanoseconds{0}; },
            {.evaluated = [this](const RuleGroup& group,
                                 const GroupOutcome& outcome) { took(group, outcome); },
             .send = [this](const std::vector<Alert>& alerts) { sent.push_back(alerts); }},
            registry) {}

  void took(const RuleGroup& group, const GroupOutcome& outcome) {
    evaluated.push_back(group.definition().name);
    for (const auto& [rule, change] : outcome.changes) {
      changes.push_back(rule->name + " " + std::string{to_string(change.alert.state)});
    }
    for (const auto& [rule, error] : outcome.errors) errors.push_back(rule->name + ": " + error);
  }
  void load(const std::string& text, SampleTime now = kStart) {
    manager.load(read_rule_file(text, "rules.yml"), now);
  }
  void set(const std::string& series, int second, double value) {
    world.set(series, static_cast<int>(kStart / 1000) + second, value);
  }
  void evaluate(int second) { manager.evaluate(kStart + second * 1000); }
  double metric(const MetricDefinition& definition, std::initializer_list<std::string_view> labels) {
    return static_cast<double>(registry.counter(definition, labels).value());
  }

  RuleWorld world;
  Registry registry;
  std::vector<std::string> evaluated, changes, errors;
  std::vector<std::vector<Alert>> sent;
  RuleManager manager;
};

}  // namespace

TEST_CASE("groups are evaluated at whole multiples of their intervals, once each") {
  Fixture fixture;
  fixture.load("groups: [{name: fast, interval: 2s}, {name: slow}]");
  for (int second = 0; second < 12; ++second) fixture.evaluate(second);
  const auto times = [&](const std::string& name) { return std::ranges::count(fixture.evaluated, name); };
  CHECK(times("fast") == 6);
  CHECK(times("slow") == 2);
}

TEST_CASE("a rule sees what the rules before it recorded in the same cycle") {
  Fixture fixture;
  fixture.load(R"(groups:
- name: g
  rules:
  - {record: twice, expr: x * 2}
  - {alert: Big, expr: twice > 10}
)");
  fixture.set("x", 0, 6);
  fixture.evaluate(0);
  CHECK(fixture.changes == std::vector<std::string>{"Big pending", "Big firing"});
}

TEST_CASE("alerts are told of with where their rule is shown") {
  Fixture fixture;
  fixture.load("groups: [{name: g, rules: [{alert: Big, expr: 'x > 1', labels: {severity: high}}]}]");
  fixture.set("x", 0, 6);
  fixture.evaluate(0);
  REQUIRE(fixture.sent.size() == 1);
  REQUIRE(fixture.sent[0].size() == 1);
  CHECK(fixture.sent[0][0].generator_url == "http://here/graph?g0.expr=x+%3E+1&g0.tab=1");
  CHECK(fixture.sent[0][0].labels == Labels{{"alertname", "Big"}, {"severity", "high"}});
  CHECK(fixture.sent[0][0].starts_at == kStart);
}

TEST_CASE("an alert that another one inhibits is not told of until that one is over") {
  Fixture fixture;
  fixture.load(R"(groups:
- name: first
  rules:
  - {alert: Small, expr: x > 1, annotations: {vigil_inhibited_by: Big}}
- name: second
  rules:
  - {alert: Big, expr: x > 10}
)");
  fixture.set("x", 0, 20);
  fixture.set("x", 10, 5);
  fixture.evaluate(0);
  REQUIRE(fixture.sent.size() == 1);
  CHECK(fixture.sent[0][0].name() == "Big");
  fixture.sent.clear();
  fixture.evaluate(10);
  // Small is judged before Big resolves, and told of after.
  REQUIRE(fixture.sent.size() == 2);
  CHECK(fixture.sent[0][0].name() == "Small");
  CHECK(fixture.sent[1][0].is_resolved(kStart + 10'000));
}

TEST_CASE("an expression that fails is told of, and its alerts stay") {
  Fixture fixture;
  fixture.load(
      "groups: [{name: g, rules: [{alert: A, expr: 'x + on (a) y > 0'}, {alert: B, expr: 'x > 0'}]}]");
  fixture.set("x{a=\"1\",b=\"1\"}", 0, 1);
  fixture.set("y{a=\"1\"}", 0, 1);
  fixture.evaluate(0);
  CHECK(fixture.errors.empty());
  fixture.set("x{a=\"1\",b=\"1\"}", 10, 1);
  fixture.set("x{a=\"1\",b=\"2\"}", 10, 1);
  fixture.evaluate(10);
  REQUIRE(fixture.errors.size() == 1);
  CHECK(fixture.errors[0].starts_with("A: "));
  const auto view = fixture.manager.view();
  CHECK(view[0].rules[0].status.health == RuleHealth::Bad);
  CHECK(view[0].rules[0].alerts.size() == 1);
  CHECK(view[0].rules[1].status.health == RuleHealth::Good);
}

TEST_CASE("rules that are read again keep their alerts, and those that are gone end their series") {
  Fixture fixture;
  const std::string kept = "{alert: Kept, expr: 'x > 0', for: 15s}";
  fixture.load("groups: [{name: g, rules: [" + kept + ", {alert: Gone, expr: 'x > 0'}]}]");
  fixture.set("x", 0, 1);
  fixture.evaluate(0);
  fixture.load("groups: [{name: g, rules: [{record: y, expr: x}, {alert: Kept, expr: 'x > 0.5', for: 15s}]}]",
               kStart + 5000);
  fixture.evaluate(10);
  fixture.evaluate(20);
  CHECK(fixture.changes ==
        std::vector<std::string>{"Kept pending", "Gone pending", "Gone firing", "Kept firing"});
  const auto view = fixture.manager.view();
  CHECK(view[0].rules[1].alerts.at(0).active_at == kStart);
  const std::vector<LabelMatcher> gone{{MatchKind::Equal, "alertname", "Gone"}};
  for (const auto& series : fixture.world.source.select(gone, {})) CHECK(is_stale(series->last({})->value));
}

TEST_CASE("what fired before a restart fires after it, since when it did before") {
  Registry registry;
  History history({}, registry);
  promql::Engine engine;
  RuleWorld world;
  const auto manager_over = [&](RuleWorld& with) {
    return std::make_unique<RuleManager>(
        RuleManagerOptions{.evaluation_interval = 1000}, with.context(),
        [&] { return std::make_unique<HistorySink>(history); }, [] { return std::chrono::nanoseconds{0}; },
        RuleManager::Listeners{}, registry);
  };
  const std::string file =
      "groups: [{name: g, rules: [{alert: Now, expr: 'x > 0', labels: {severity: high}},"
      " {alert: Later, expr: 'x > 0', for: 1h}, {alert: Soon, expr: 'x > 0', for: 1m}]}]";
  for (int second = 0; second < 100; ++second)
    world.set("x{a=\"1\"}", static_cast<int>(kStart / 1000) + second, 1);
  auto before = manager_over(world);
  before->load(read_rule_file(file, "r.yml"), kStart);
  for (int second = 0; second < 100; ++second) before->evaluate(kStart + second * 1000);
  before.reset();

  RuleWorld without_data;
  auto after = manager_over(without_data);
  const SampleTime now = kStart + 200'000;
  after->load(read_rule_file(file, "r.yml"), now);
  after->restore(history, now);
  const auto rules = after->view()[0].rules;
  REQUIRE(rules[0].alerts.size() == 1);
  CHECK(rules[0].alerts[0].state == AlertPhase::Firing);
  CHECK(rules[0].alerts[0].active_at == kStart);
  CHECK(rules[0].alerts[0].labels == Labels{{"alertname", "Now"}, {"a", "1"}, {"severity", "high"}});
  REQUIRE(rules[1].alerts.size() == 1);
  CHECK(rules[1].alerts[0].state == AlertPhase::Pending);
  // The 101 seconds nobody looked do not count.
  CHECK(rules[1].alerts[0].active_at == kStart + 101'000);
  REQUIRE(rules[2].alerts.size() == 1);
  CHECK(rules[2].alerts[0].fired_at == kStart + 60'000);
  // Without data it goes on firing.
  after->evaluate(now);
  CHECK(after->view()[0].rules[0].alerts.size() == 1);
}

TEST_CASE(
    "what a watch found fires and is told between two evaluations, and the next one says how it goes on") {
  Fixture fixture;
  fixture.load(R"(groups:
- name: g
  rules:
  - {alert: Other, expr: y > 1}
  - {alert: Big, expr: x > 10, labels: {severity: high}, annotations: {text: "is {{ $value }}"}}
)");
  fixture.set("x{a=\"1\"}", 0, 5);
  fixture.evaluate(0);
  CHECK(fixture.changes.empty());

  const promql::VectorElement crossed{.labels = Labels{{"a", "1"}},
                                      .sample = {.time = kStart + 3500, .value = 12}};
  fixture.manager.fire({.group = 0, .rule = 1}, crossed, kStart + 3500);
  CHECK(fixture.changes == std::vector<std::string>{"Big pending", "Big firing"});
  REQUIRE(fixture.sent.size() == 1);
  CHECK(fixture.sent[0][0].labels == Labels{{"a", "1"}, {"alertname", "Big"}, {"severity", "high"}});
  CHECK(fixture.sent[0][0].annotations == Labels{{"text", "is 12"}});
  CHECK(fixture.sent[0][0].starts_at == kStart + 3500);
  CHECK(fixture.metric(kAlertsFired, {"Big", "high"}) == 1);

  // Once more while it fires: nothing new.
  fixture.manager.fire({.group = 0, .rule = 1}, crossed, kStart + 4000);
  CHECK(fixture.changes.size() == 2);
  CHECK(fixture.sent.size() == 1);

  fixture.set("x{a=\"1\"}", 10, 5);
  fixture.evaluate(10);
  REQUIRE(fixture.changes.size() == 3);
  CHECK(fixture.changes[2] == "Big inactive");

  // An alert that was resolved fires anew.
  fixture.manager.fire({.group = 0, .rule = 1}, crossed, kStart + 11'000);
  CHECK(fixture.changes.size() == 5);
  CHECK(fixture.manager.view()[0].rules[1].alerts[0].active_at == kStart + 11'000);
}

TEST_CASE("a rule is found where it went when the files were read again") {
  Fixture fixture;
  fixture.load("groups: [{name: g, rules: [{alert: A, expr: x > 1}, {alert: B, expr: x > 2}]}]");
  const RuleDefinition b = fixture.manager.view()[0].rules[1].definition;
  const RuleManager::RulePlace before{.group = 0, .rule = 1};
  REQUIRE(fixture.manager.find(before, b));
  fixture.load("groups: [{name: f}, {name: g, rules: [{alert: C, expr: x > 3}, {alert: B, expr: x > 2}]}]");
  const auto now = fixture.manager.find(before, b);
  REQUIRE(now);
  CHECK(now->group == 1);
  CHECK(now->rule == 1);
  fixture.load("groups: [{name: g, rules: [{alert: B, expr: x > 20}]}]");
  CHECK_FALSE(fixture.manager.find(before, b));
}
