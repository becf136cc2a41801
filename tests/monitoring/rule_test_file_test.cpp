#include "monitoring/alerting/rule_test_file.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/yaml/config_error.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

TEST_CASE("a file of unit tests for rules is read with promtool's defaults") {
  const RuleTestFile file = read_rule_test_file(R"(rule_files: [rules.yml]
tests:
  - interval: 15s
    input_series:
      - {series: 'up{job="a"}', values: '1 _ 0x2'}
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - {exp_labels: {job: b}}
          - {exp_labels: {job: a}}
    promql_expr_test:
      - {expr: up, exp_samples: [{labels: 'up{job="a"}', value: 1e3}]}
  - {}
)",
                                                "tests.yml");
  CHECK(file.rule_files == std::vector<std::string>{"rules.yml"});
  CHECK(file.evaluation_interval == 1min);
  REQUIRE(file.tests.size() == 2);
  CHECK(file.tests[1].interval == 1min);

  const RuleTestFile::Group& test = file.tests[0];
  CHECK(test.interval == 15s);
  REQUIRE(test.series.size() == 1);
  CHECK(test.series[0].values.size() == 5);
  REQUIRE(test.alerts.size() == 1);
  CHECK(test.alerts[0].at == 5min);
  REQUIRE(test.alerts[0].expected.size() == 2);
  CHECK(test.alerts[0].expected[0].labels == Labels{{"alertname", "Down"}, {"job", "a"}});
  REQUIRE(test.expressions.size() == 1);
  CHECK(test.expressions[0].expected[0].value == 1000);
}

TEST_CASE("everything that is wrong with a file of unit tests is said at once, with its line") {
  try {
    static_cast<void>(read_rule_test_file(R"(evaluation_interval: soon
tests:
  - input_series:
      - {series: 'up{', values: '1'}
    alert_rule_test:
      - {eval_time: 1m}
    other: 1
)",
                                          "tests.yml"));
    FAIL("it must be refused");
  } catch (const ConfigError& error) {
    REQUIRE(error.messages().size() == 4);
    CHECK(error.messages()[0].starts_with("tests.yml:1: evaluation_interval: must be a duration"));
    CHECK(error.messages()[1].starts_with("tests.yml:4: tests[0].input_series[0]: must be a series"));
    CHECK(error.messages()[2].find("alertname: must be an alert's name") != std::string::npos);
    CHECK(error.messages()[3].find("other") != std::string::npos);
  }
}
