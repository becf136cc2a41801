#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/promql/printer.h"
#include "monitoring/slo/slo_file.h"
#include "monitoring/yaml/config_error.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

std::vector<std::string> errors_of(const std::string& text) {
  try {
    static_cast<void>(read_slo_file(text, "s.yml"));
  } catch (const ConfigError& error) {
    return error.messages();
  }
  return {};
}

/// What is wrong with the only objective of a file; empty: nothing.
std::string error_of(const std::string& objective) {
  const auto errors = errors_of("objectives: [{" + objective + "}]");
  return errors.empty() ? "" : errors.front();
}

constexpr const char* kRatio = "name: a, target: 0.99, sli: {good: 'sum(rate(g[WINDOW]))', total: 't[WINDOW";

}  // namespace

TEST_SUITE("slo files") {
  TEST_CASE("an objective of each kind is read with all that it says") {
    const auto slos = read_slo_file(R"(
objectives:
- name: orders-accepted
  description: 99.9 % of orders are accepted
  target: 0.999
  measurement_window: 15m
  sli:
    good: sum(rate(orders_total{status="success"}[WINDOW]))
    total: sum(rate(orders_total[WINDOW]))
- name: core-up
  target: 0.9995
  compliance_period: 90d
  sli:
    value: avg_over_time(up[WINDOW])
- name: false-alarms
  at_most: 2
  sli: {count: 'increase(alarms_total[WINDOW])'}
)",
                                    "s.yml");
    REQUIRE(slos.size() == 3);
    CHECK(slos[0].name == "orders-accepted");
    CHECK(slos[0].description == "99.9 % of orders are accepted");
    CHECK(slos[0].kind == SloKind::Ratio);
    CHECK(slos[0].target == 0.999);
    CHECK(slos[0].compliance_period == 30 * 24h);
    CHECK(slos[0].measurement_window == 15min);
    CHECK(slos[0].file == "s.yml");
    CHECK(slos[0].line == 3);
    std::vector<milliseconds> windows;
    for (const SliExpressions& each : slos[0].windows) windows.push_back(each.window);
    CHECK(windows == std::vector<milliseconds>{5min, 15min, 30min, 1h, 6h, 72h, 720h});
    CHECK(promql::to_string(*slos[0].windows[1].value) ==
          R"(sum(rate(orders_total{status="success"}[15m])))");
    CHECK(promql::to_string(*slos[0].windows[6].total) == "sum(rate(orders_total[30d]))");
    CHECK(slos[1].kind == SloKind::Value);
    CHECK(slos[1].measurement_window == 90 * 24h);
    CHECK(slos[1].windows.size() == 6);
    CHECK(slos[1].windows.back().total == nullptr);
    CHECK(slos[2].kind == SloKind::Count);
    CHECK(slos[2].at_most == 2);
    CHECK(slos[2].compliance_period == 24h);
    REQUIRE(slos[2].windows.size() == 1);
    CHECK(promql::to_string(*slos[2].windows[0].value) == "increase(alarms_total[1d])");
  }

  TEST_CASE("everything wrong with a file is said at once, with its line") {
    const auto errors = errors_of(R"(objectives:
- name: a
  target: 1
  compliance_period: soon
  sli: {good: 'sum(rate(g[WINDOW])', total: 'sum(rate(t[5m]))'}
- name: a
  traget: 0.9
  sli:
    value: rate(x[WINDOW]
- name: no good name
  at_most: -1
  measurement_window: 2d
  sli:
    count: x[WINDOW]
)");
    REQUIRE(errors.size() == 12);
    CHECK(errors[0] ==
          "s.yml:3: objectives[0].target: must be a number above 0 and below 1, such as 0.999, was 1");
    CHECK(errors[1] ==
          "s.yml:4: objectives[0].compliance_period: must be a duration from 1m to 366d, such as 30d, was "
          "soon");
    CHECK(
        errors[2].starts_with("s.yml:5: objectives[0].sli.good: must be an expression of PromQL, was "
                              "refused: 1:"));
    CHECK(errors[3] ==
          "s.yml:5: objectives[0].sli.total: must be an expression of PromQL with WINDOW for the window, was "
          "sum(rate(t[5m]))");
    CHECK(errors[5].starts_with("s.yml:6: objectives[1].name: must be a name of its own"));
    CHECK(errors[4] ==
          "s.yml:6: objectives[1].target: must be a number above 0 and below 1, such as 0.999, was missing");
    CHECK(errors[6] ==
          "s.yml:7: objectives[1].traget: must be a known key, was traget (did you mean target?)");
    CHECK(
        errors[7].starts_with("s.yml:9: objectives[1].sli.value: must be an expression of PromQL, was "
                              "refused: 1:"));
    CHECK(errors[7].ends_with("(with 5m for WINDOW)"));
    CHECK(errors[8].starts_with("s.yml:10: objectives[2].name: must be a name of 1 to 64 letters"));
    CHECK(errors[9] == "s.yml:11: objectives[2].at_most: must be a number from 0 on, was -1");
    CHECK(errors[10] ==
          "s.yml:12: objectives[2].measurement_window: must be at most the compliance period (1d), was 2d");
    CHECK(errors[11].starts_with("s.yml:14: objectives[2].sli.count: must give an instant vector"));
  }

  TEST_CASE("what an objective may not have is refused") {
    CHECK(error_of("name: a, target: 0.99, sli: {value: 'x[WINDOW]'}") ==
          "s.yml:1: objectives[0].sli.value: must give an instant vector, was range vector (with 5m for "
          "WINDOW)");
    CHECK(error_of("name: a, target: 0.99, sli: {value: 'scalar(avg(rate(x[WINDOW])))'}")
              .find("instant vector, was scalar") != std::string::npos);
    CHECK(error_of("name: a, target: 0.99, sli: {value: 'rate(x[WINDOW])', count: y}")
              .find("was one with several") != std::string::npos);
    CHECK(error_of("name: a, target: 0.99, sli: {}").find("was one with none of them") != std::string::npos);
    CHECK(error_of("name: a, target: 0.99").find("was missing") != std::string::npos);
    CHECK(error_of("name: a, target: 0.99, sli: {good: 'rate(x[WINDOW])'}").find("sli.total") !=
          std::string::npos);
    CHECK(error_of("name: a, at_most: 1, sli: {value: 'rate(x[WINDOW])'}").find("with a count alone") !=
          std::string::npos);
    CHECK(error_of("name: a, target: 0.9, sli: {count: 'rate(x[WINDOW])'}").find("has at_most") !=
          std::string::npos);
    CHECK(error_of("name: a, at_most: NaN, sli: {count: 'rate(x[WINDOW])'}") != "");
    CHECK(error_of("name: a, target: 0, sli: {value: 'rate(x[WINDOW])'}") != "");
    CHECK(error_of("name: a, target: 0.9, compliance_period: 30s, sli: {value: 'rate(x[WINDOW])'}") != "");
    CHECK(error_of("name: a, target: 0.9, compliance_period: 367d, sli: {value: 'rate(x[WINDOW])'}") != "");
    CHECK(error_of("name: a, target: 0.9, sli: {value: 'rate(x{w=\"WINDOW\"}[5m])'}") != "");
    CHECK(error_of("name: a, target: 0.9, sli: {value: 'rate(x[WINDOWS])'}") != "");
    CHECK(error_of(std::string{kRatio} + "]'}").find("sli.total: must give an instant vector") !=
          std::string::npos);
    CHECK(errors_of("objectives: [5]").size() >= 1);
    CHECK(errors_of("objectivs: []").size() == 1);
    CHECK(errors_of("").empty());
    CHECK(read_slo_file("objectives: []", "s.yml").empty());
  }

  TEST_CASE("a file has a hundred objectives at most") {
    std::string text = "objectives:\n";
    for (std::size_t i = 0; i <= kMostObjectives; ++i)
      text += "- {name: a" + std::to_string(i) + ", at_most: 0, sli: {count: 'rate(x[WINDOW])'}}\n";
    const auto errors = errors_of(text);
    REQUIRE(errors.size() >= 1);
    CHECK(errors.front().find("must have at most 100 objectives, was more") != std::string::npos);
  }

  TEST_CASE("WINDOW is replaced where it stands alone, outside of quotes and comments") {
    CHECK(with_window("rate(x[WINDOW])", 5min) == "rate(x[5m])");
    CHECK(with_window("max_over_time(rate(x[5m])[WINDOW:1m]) offset WINDOW", 72h) ==
          "max_over_time(rate(x[5m])[3d:1m]) offset 3d");
    CHECK(with_window("WINDOWS + aWINDOW + WINDOW_", 5min) == "WINDOWS + aWINDOW + WINDOW_");
    CHECK(with_window(R"(x{a="WINDOW",b='\'WINDOW',c=`\`}[WINDOW])", 5min) ==
          R"(x{a="WINDOW",b='\'WINDOW',c=`\`}[5m])");
    CHECK(with_window("x # it's a WINDOW\n[WINDOW]", 1h) == "x # it's a WINDOW\n[1h]");
    CHECK(with_window("\"WINDOW", 5min) == "\"WINDOW");
    CHECK(with_window("", 5min).empty());
  }
}
