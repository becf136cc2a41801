#include "engine/output/backtest_output.h"

#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace vigil::engine;
using namespace vigil::monitoring;

namespace {

constexpr SampleTime kStart = 1'769'848'200'000;  // 2026-01-31T08:30:00Z
constexpr SampleTime kEver = std::numeric_limits<SampleTime>::min();

BacktestOutput output() {
  BacktestOutput output;
  output.report.rules = {
      {.place = {.name = "High", .group = "g", .file = "rules.yml", .line = 3}, .evaluations = 1200},
      {.place = {.name = "Gone", .group = "g", .file = "rules.yml", .line = 9},
       .evaluations = 1200,
       .failures = 1200,
       .last_error = "many-to-many",
       .without_data = {"gone_total"}}};
  output.report.evaluations = 2400;
  output.report.first = kStart;
  output.report.last = kStart + 3'600'000;
  output.report.firings = {{.rule = 0,
                            .labels = Labels{{"alertname", "High"}, {"venue", "A"}},
                            .pending_since = kStart + 60'000,
                            .fired_at = kStart + 120'000,
                            .resolved_at = kStart + 300'000,
                            .value = 0.25,
                            .peak = std::numeric_limits<double>::infinity()},
                           {.rule = 0,
                            .labels = Labels{{"alertname", "High"}},
                            .pending_since = kStart + 600'000,
                            .fired_at = kStart + 600'000,
                            .value = 1,
                            .peak = 2.5}};
  output.wall = std::chrono::milliseconds{500};
  output.from = kStart;
  output.to = kStart + 3'600'000;
  return output;
}

std::string text(const BacktestOutput& output) {
  std::ostringstream out;
  print_backtest(out, output);
  return out.str();
}

}  // namespace

TEST_CASE("people read what fired, what had no data, and how long it took") {
  CHECK(text(output()) == R"(High{venue="A"}
  fired at 2026-01-31T08:32:00.000Z, resolved at 2026-01-31T08:35:00.000Z, after 3m
  pending since 2026-01-31T08:31:00.000Z, value 0.25, peak +Inf
High
  fired at 2026-01-31T08:40:00.000Z, still firing, for 50m
  pending since 2026-01-31T08:40:00.000Z, value 1, peak 2.5

Rules that never had data, which is not the same as "all is well":
  Gone (rules.yml:9)
    gone_total

Rules that could not be evaluated:
  Gone (rules.yml:9): 1,200 of 1,200 times, at last: many-to-many

2 rules, 2,400 evaluations, 2 firings, from 2026-01-31T08:30:00.000Z to 2026-01-31T09:30:00.000Z
3,600 s in 0.50 s: 7,200 times real time
)");
}

TEST_CASE("programs read the same as JSON") {
  BacktestOutput given = output();
  given.sweeps = {{.rule = "High",
                   .threshold = 0.5,
                   .steps = {{.threshold = 1, .fired = {.firings = 2, .total = 5000, .longest = 3000}}}}};
  const auto json = nlohmann::json::parse(backtest_json(given));
  CHECK(json["from"] == "2026-01-31T08:30:00.000Z");
  CHECK(json["covered_seconds"] == 3600);
  CHECK(json["speed"] == 7200);
  CHECK(json["minutes_before"].is_null());
  const auto& first = json["firings"][0];
  CHECK(first["rule"] == "High");
  CHECK(first["line"] == 3);
  CHECK(first["labels"]["venue"] == "A");
  CHECK(first["resolved_at"] == "2026-01-31T08:35:00.000Z");
  CHECK(first["duration_seconds"] == 180);
  CHECK(first["value"] == 0.25);
  CHECK(first["peak"] == "+Inf");
  CHECK(json["firings"][1]["resolved_at"].is_null());
  CHECK(json["without_data"][0]["selectors"][0] == "gone_total");
  CHECK(json["without_data"][0]["has_other_data"] == false);
  CHECK(json["errors"][0]["failures"] == 1200);
  CHECK(json["sweeps"][0]["steps"][0]["firing_seconds"] == 5);
}

TEST_CASE("a sweep is a table") {
  BacktestOutput given = output();
  given.report = {};
  given.sweeps = {
      {.rule = "High",
       .threshold = 0.5,
       .steps = {{.threshold = 0.25, .fired = {.firings = 12, .total = 90'000, .longest = 60'000}},
                 {.threshold = 0.5, .fired = {}}}}};
  CHECK(text(given).starts_with(R"(No alert fired.

High, compared with 0.5 in the file:
     threshold   alerts       firing      longest
          0.25       12        1m30s           1m
           0.5        0           0s           0s
)"));
}

TEST_CASE("time in which nothing was recorded does not count, and is told of") {
  BacktestOutput given;
  given.wall = std::chrono::seconds{1};
  const std::vector<SampleTime> times{kStart, kStart + 300'000, kStart + 300'001, kStart + 900'001};
  given.set_coverage(times, kEver, kEver);
  REQUIRE(given.gaps.size() == 1);
  CHECK(given.gaps[0].from == kStart + 300'001);
  CHECK(given.covered() == 300'001);
  CHECK_FALSE(given.minutes_before);
  CHECK(
      text(given).find("Nothing was recorded from 2026-01-31T08:35:00.001Z to 2026-01-31T08:45:00.001Z, 10m: "
                       "no evaluations.") != std::string::npos);
}

TEST_CASE("where the history has minutes or hours it says so, and hours are no gaps") {
  BacktestOutput given;
  const std::vector<SampleTime> times{kStart, kStart + 3'600'000, kStart + 10'800'000};
  given.set_coverage(times, kStart + 10'000'000, kStart + 9'000'000);
  CHECK(given.gaps.empty());
  CHECK(given.minutes_before == kStart + 10'000'000);
  CHECK(given.hours_before == kStart + 9'000'000);
  CHECK(text(given).find("one evaluation an hour") != std::string::npos);
}
