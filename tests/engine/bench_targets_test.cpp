#include "engine/bench/targets.h"

#include <doctest/doctest.h>

#include "engine/bench/baseline.h"
#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"

using namespace vigil::engine;
using namespace vigil::engine::bench;

namespace {

Results measured() {
  Results results;
  results.cases["add/vigil"] = {"instruments", "ns", summarize({1, 2, 3})};
  results.ratios["add"] = {"add/prometheus_cpp", "add/vigil", summarize({5})};
  return results;
}

Outcome outcome(const std::string& measure_and_bar) {
  const auto targets =
      read_targets("targets: [{name: a, source: s, unit: ns, " + measure_and_bar + "}]", "targets.yaml");
  return judge(targets, measured()).front().outcome;
}

std::string refusal(std::string_view text) {
  try {
    (void)read_targets(text, "targets.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

std::string baseline_refusal(std::string_view text) {
  try {
    (void)read_baseline(text, "base.json");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a target is met at its bar and missed beyond it") {
  CHECK(outcome("measure: {case: add/vigil}, at_most: 2") == Outcome::Met);
  CHECK(outcome("measure: {case: add/vigil}, at_most: 1.9") == Outcome::Missed);
  CHECK(outcome("measure: {case: add/vigil, statistic: p99}, at_most: 2") == Outcome::Missed);
  CHECK(outcome("measure: {ratio: add}, at_least: 5") == Outcome::Met);
  CHECK(outcome("measure: {ratio: add}, at_least: 5.1") == Outcome::Missed);
  CHECK(outcome("measure: {ratio: add}, at_least: 1, at_most: 4") == Outcome::Missed);
}

TEST_CASE("what nothing measures is never met") {
  CHECK(outcome("measure: none, reason: not built, at_most: 1") == Outcome::NotMeasured);
  CHECK(outcome("measure: {case: other}, at_most: 1") == Outcome::NotMeasured);
}

TEST_CASE("a target that names a measure of no run is found") {
  const auto targets = read_targets(
      "targets: [{name: good, source: s, unit: x, measure: {ratio: add}, at_least: 1},"
      " {name: none, source: s, unit: x, measure: none, reason: r, at_least: 1},"
      " {name: mistyped, source: s, unit: x, measure: {ratio: adds}, at_least: 1}]",
      "targets.yaml");
  CHECK(unknown_measure(targets, measured()) == "mistyped");
  CHECK_FALSE(unknown_measure({targets[0], targets[1]}, measured()));
}

TEST_CASE("targets that cannot be used are refused with file, line and key") {
  CHECK(
      contains(refusal("targets:\n  - {name: a, source: s, unit: x, measure: {case: c}}"), "targets.yaml:2"));
  CHECK(contains(refusal("targets: [{name: a, source: s, unit: x, measure: none, at_most: 1}]"), "reason"));
  CHECK(contains(
      refusal("targets: [{name: a, source: s, unit: x, measure: {case: c, statistic: p98}, at_most: 1}]"),
      "p98"));
  CHECK(contains(refusal("targets: [{name: a, source: s, unit: x, measure: {case: c}, at_most: fast}]"),
                 "fast"));
  CHECK(contains(refusal("targets: [{name: a, source: s, unit: x, measure: {case: c}, at_most: 1, bar: 1}]"),
                 "bar"));
  CHECK(
      contains(refusal("targets: [{name: a, source: s, unit: x, measure: {case: c, ratio: r}, at_most: 1}]"),
               "either"));
  CHECK(!refusal("other: 1").empty());
  CHECK(!refusal("targets: [").empty());
}

TEST_CASE("two targets have two names") {
  CHECK(contains(refusal("targets: [{name: a, source: s, unit: x, measure: {case: c}, at_most: 1},"
                         "{name: a, source: s, unit: x, measure: {case: c}, at_most: 1}]"),
                 "a name of its own"));
}

TEST_CASE("the built-in targets can be used") {
  CHECK(read_targets(benchmark_targets_text(), std::string{kBenchmarkTargetsName}).size() > 40);
}

TEST_CASE("a ratio that fell below the tolerance is a regression") {
  CHECK(regressions({{"add", 5}}, measured()).empty());
  CHECK(regressions({{"add", 5 / kTolerance}}, measured()).empty());
  CHECK(regressions({{"add", 7}}, measured()).size() == 1);
  CHECK(contains(regressions({{"add", 10}}, measured()).front(), "add: 5.00x, was 10.00x"));
}

TEST_CASE("what one run did not measure is not compared") {
  CHECK(regressions({{"other", 100}}, measured()).empty());
}

TEST_CASE("a baseline is read from a report's ratios") {
  const auto baseline = read_baseline(R"({"ratios": {"add": {"median": 4.5}}})", "base.json");
  CHECK(baseline == std::map<std::string, double>{{"add", 4.5}});
}

TEST_CASE("a baseline that is none is refused with what was expected") {
  CHECK(contains(baseline_refusal("{"), "base.json: must be the JSON"));
  CHECK(contains(baseline_refusal("[]"), "ratios"));
  CHECK(contains(baseline_refusal("{}"), "ratios"));
  CHECK(contains(baseline_refusal(R"({"ratios": {"add": 1}})"), "ratios.add.median"));
  CHECK(contains(baseline_refusal(R"({"ratios": {"add": {"median": 0}}})"), "was 0"));
}
