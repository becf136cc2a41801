#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/yaml/config_error.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> errors_of(const std::string& text) {
  try {
    static_cast<void>(read_rule_file(text, "r.yml"));
  } catch (const ConfigError& error) {
    return error.messages();
  }
  return {};
}

std::string rule_error(const std::string& rule) {
  const auto errors = errors_of("groups: [{name: g, rules: [{" + rule + "}]}]");
  return errors.empty() ? "" : errors.front();
}

}  // namespace

TEST_CASE("a rule file is read with all that it says") {
  const auto groups = read_rule_file(R"(
groups:
- name: first
  interval: 30s
  limit: 7
  rules:
  - alert: High
    expr: sum(x) > 10
    for: 1m30s
    keep_firing_for: 5m
    labels: {team: trading, severity: critical}
    annotations:
      summary: 'is {{ $value }}'
      vigil_exit_threshold: '8'
      vigil_no_data: fire
      vigil_no_data_after: 20s
      vigil_minimum_samples: '0'
      vigil_inhibited_by: Higher, Highest
  - record: job:x:sum
    expr: sum by (job) (x)
    labels: {kind: total}
- name: second
)",
                                     "r.yml");
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].interval == 30s);
  CHECK(groups[0].limit == 7);
  CHECK_FALSE(groups[1].interval.has_value());
  CHECK(groups[1].rules.empty());
  REQUIRE(groups[0].rules.size() == 2);
  const RuleDefinition& alert = groups[0].rules[0];
  CHECK(alert.kind == RuleKind::Alerting);
  CHECK(alert.line == 7);
  CHECK(alert.hold == 90s);
  CHECK(alert.keep_firing_for == 5min);
  CHECK(alert.labels ==
        std::vector<std::pair<std::string, std::string>>{{"severity", "critical"}, {"team", "trading"}});
  CHECK(alert.annotations.front() == std::pair<std::string, std::string>{"summary", "is {{ $value }}"});
  CHECK(alert.options.exit_threshold == 8);
  CHECK(alert.options.no_data == NoDataPolicy::Fire);
  CHECK(alert.options.no_data_after == 20s);
  CHECK(alert.options.inhibited_by == std::vector<std::string>{"Higher", "Highest"});
  CHECK(groups[0].rules[1].kind == RuleKind::Recording);
  CHECK(groups[0].rules[1].name == "job:x:sum");
}

TEST_CASE("everything wrong with a rule file is said at once, with its line") {
  const auto errors = errors_of(R"(groups:
- name: g
  interval: soon
  rules:
  - alert: A
    expr: sum(
    for: 5
    sumary: x
  - record: A-B
    expr: 1
    for: 5m
- name: g
  rules:
  - expr: 1
)");
  REQUIRE(errors.size() == 8);
  CHECK(errors[0] == "r.yml:3: groups[0].interval: must be a duration such as 5m, was soon");
  CHECK(errors[1].starts_with(
      "r.yml:6: groups[0].rules[0].expr: must be an expression of PromQL, was refused: 1:5: "
      "parse error: "));
  CHECK(errors[2].starts_with("r.yml:7: groups[0].rules[0].for: must be a duration"));
  CHECK(errors[3].starts_with("r.yml:8: groups[0].rules[0].sumary"));
  CHECK(errors[4].starts_with("r.yml:9: groups[0].rules[1].record: must be a metric's name"));
  CHECK(errors[5].starts_with("r.yml:11: groups[0].rules[1].for: must not stand in a recording rule"));
  CHECK(errors[6].starts_with("r.yml:12: groups[1].name: must be a name of its own"));
  CHECK(errors[7].starts_with("r.yml:14: groups[1].rules[0]: must have the name of an alert or a record"));
}

TEST_CASE("what a rule may not have is refused") {
  CHECK(rule_error("alert: A, expr: x > 1").empty());
  CHECK(rule_error("alert: A, record: b, expr: x") != "");
  CHECK(rule_error("alert: A") != "");
  CHECK(rule_error("alert: A, expr: ''") != "");
  CHECK(rule_error("record: a, expr: x, annotations: {a: b}") != "");
  CHECK(rule_error("record: a, expr: x, keep_firing_for: 1m") != "");
  CHECK(rule_error("alert: A, expr: x, labels: {__name__: b}") != "");
  CHECK(rule_error("alert: A, expr: x, labels: {a-b: c}") != "");
  CHECK(rule_error("alert: A, expr: x, annotations: {1a: c}") != "");
  CHECK(rule_error("alert: A, expr: x, annotations: {vigil_other: c}").find("vigil_exit_threshold") !=
        std::string::npos);
  CHECK(rule_error("alert: A, expr: x, annotations: {vigil_no_data: maybe}") != "");
  CHECK(rule_error("alert: A, expr: x, annotations: {vigil_exit_threshold: '5'}").find("one comparison") !=
        std::string::npos);
  CHECK(rule_error("alert: A, expr: x > 1, annotations: {vigil_minimum_samples: '5'}").find("range") !=
        std::string::npos);
  CHECK(errors_of("groups: [{rules: []}]").size() == 1);
  CHECK(errors_of("groups: [{name: g, limit: many}]").size() == 1);
  CHECK(errors_of("groups: [{name: g, every: 5m}]").size() == 1);
  CHECK(errors_of("grups: []").size() == 1);
  CHECK(errors_of("").empty());
}
