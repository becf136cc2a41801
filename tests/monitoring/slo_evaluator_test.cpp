#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/promql/engine.h"
#include "monitoring/promql/parser.h"
#include "monitoring/slo/slo_evaluator.h"
#include "monitoring/slo/slo_file.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

constexpr SampleTime kStart = 1'700'352'000'000;
constexpr SampleTime kSecond = 1000;

SloDefinition objective(const std::string& goal, const std::string& sli) {
  return read_slo_file("objectives: [{name: a, " + goal + ", compliance_period: 1h, sli: {" + sli + "}}]",
                       "s.yml")
      .front();
}
SloDefinition availability() {
  return objective("target: 0.99", "value: 'avg_over_time(up[WINDOW])'");
}
SloDefinition by_exchange() {
  return objective("target: 0.99", "value: 'avg by (exchange) (avg_over_time(connected[WINDOW]))'");
}
SloDefinition success() {
  return objective("target: 0.99",
                   "good: 'sum(rate(orders_total{status=\"success\"}[WINDOW]))', total: "
                   "'sum(rate(orders_total[WINDOW]))'");
}
SloDefinition count() {
  return objective("at_most: 1", "count: 'increase(alarms_total[WINDOW])'");
}

struct World {
  void set(const std::string& series, SampleTime second, double value) {
    LabelsBuilder labels;
    for (const LabelMatcher& matcher : promql::parse_selector(series))
      labels.set(matcher.name(), matcher.value());
    REQUIRE(source.append(labels.build(), {.time = kStart + second * kSecond, .value = value}));
  }
  [[nodiscard]] std::optional<SliReading> read(const SloDefinition& slo, std::chrono::milliseconds window,
                                               SampleTime second) const {
    const auto found = std::ranges::find(slo.windows, window, &SliExpressions::window);
    REQUIRE(found != slo.windows.end());
    return read_sli(slo, *found, engine, source, kStart + second * kSecond);
  }

  PlainSource source;
  promql::Engine engine;
};

}  // namespace

TEST_SUITE("slo evaluator") {
  TEST_CASE("of an hour up but for 36 s the objective of 99 % has its whole budget spent") {
    World world;
    for (int second = 1; second <= 3600; ++second) world.set("up", second, second > 3564 ? 0 : 1);
    const SloDefinition slo = availability();
    const auto reading = world.read(slo, 1h, 3600);
    REQUIRE(reading);
    CHECK(reading->value == doctest::Approx(0.99).epsilon(1e-12));
    CHECK(is_met(slo, reading->value));
    CHECK(error_budget_left(slo.target, reading->value) == doctest::Approx(0).epsilon(1e-9));
    CHECK(burn_rate(slo.target, reading->value) == doctest::Approx(1));
    // The last 5 minutes have all of the 36 s.
    const auto recent = world.read(slo, 5min, 3600);
    REQUIRE(recent);
    CHECK(burn_rate(slo.target, recent->value) == doctest::Approx(12));
  }

  TEST_CASE("an overspent budget is negative") {
    World world;
    for (int second = 1; second <= 3600; ++second) world.set("up", second, second % 10 == 0 ? 0 : 1);
    const SloDefinition slo = availability();
    const auto reading = world.read(slo, 1h, 3600);
    REQUIRE(reading);
    CHECK_FALSE(is_met(slo, reading->value));
    CHECK(error_budget_left(slo.target, reading->value) == doctest::Approx(-9));
  }

  TEST_CASE("without data, and without events, there is nothing to tell") {
    World world;
    CHECK_FALSE(world.read(availability(), 1h, 0));
    CHECK_FALSE(world.read(success(), 1h, 0));
    CHECK_FALSE(world.read(count(), 1h, 0));
    for (int second = 0; second <= 600; second += 10)
      world.set("orders_total{status=\"success\"}", second, 7);
    CHECK_FALSE(world.read(success(), 5min, 600));
    world.set("up", 0, std::numeric_limits<double>::quiet_NaN());
    CHECK_FALSE(world.read(availability(), 1h, 10));
    world.set("up", 20, std::numeric_limits<double>::infinity());
    CHECK_FALSE(world.read(availability(), 1h, 30));
  }

  TEST_CASE("of orders 3 in 100 fail, and both sides are told") {
    World world;
    for (int second = 0; second <= 600; second += 10) {
      world.set("orders_total{status=\"success\",exchange=\"A\"}", second, 1e6 + second * 9.7);
      world.set("orders_total{status=\"failure\",exchange=\"A\"}", second, 1e6 + second * 0.3);
    }
    const auto reading = world.read(success(), 5min, 600);
    REQUIRE(reading);
    CHECK(reading->value == doctest::Approx(0.97));
    CHECK(*reading->good == doctest::Approx(9.7));
    CHECK(*reading->total == doctest::Approx(10));
    CHECK(reading->labels.empty());
  }

  TEST_CASE("of several series the worst counts, one without data does not") {
    World world;
    for (int second = 1; second <= 300; ++second) {
      world.set("connected{exchange=\"A\"}", second, 1);
      world.set("connected{exchange=\"B\"}", second, second > 270 ? 0 : 1);
      world.set("connected{exchange=\"C\"}", second, std::numeric_limits<double>::quiet_NaN());
    }
    const auto reading = world.read(by_exchange(), 5min, 300);
    REQUIRE(reading);
    CHECK(reading->value == doctest::Approx(0.9));
    CHECK(reading->labels == Labels{{"exchange", "B"}});
  }

  TEST_CASE("the two sides of a ratio are matched by their labels, names left out") {
    World world;
    for (int second = 0; second <= 600; second += 10) {
      world.set("good_now{zone=\"A\"}", second, 8);
      world.set("all_now{zone=\"A\"}", second, 10);
      world.set("good_now{zone=\"B\"}", second, 1);
      world.set("all_now{zone=\"B\"}", second, 0);  // more than all
      world.set("good_now{zone=\"C\"}", second, 1);
    }
    const SloDefinition slo = objective(
        "target: 0.9", "good: 'last_over_time(good_now[WINDOW])', total: 'last_over_time(all_now[WINDOW])'");
    const auto reading = world.read(slo, 5min, 600);
    REQUIRE(reading);
    CHECK(reading->value == doctest::Approx(0.8));
    CHECK(reading->labels == Labels{{"zone", "A"}});

    const SloDefinition two_names = objective("target: 0.9", "value: 'last_over_time({zone=\"A\"}[WINDOW])'");
    CHECK_THROWS_AS(static_cast<void>(world.read(two_names, 5min, 600)), promql::EvaluationError);
  }

  TEST_CASE("what is more than all is all, what is less than nothing is nothing") {
    World world;
    world.set("up", 0, 1.25);
    CHECK(world.read(availability(), 5min, 10)->value == 1);
    world.set("up", 300, -3);
    CHECK(world.read(availability(), 5min, 310)->value == 0);
  }

  TEST_CASE("a count is within its bound, or not, and the greatest counts") {
    World world;
    for (int second = 0; second <= 3600; second += 10) {
      world.set("alarms_total{breaker=\"A\"}", second, second >= 1000 ? 3 : 0);
      world.set("alarms_total{breaker=\"B\"}", second, 0);
    }
    const SloDefinition slo = count();
    const auto early = world.read(slo, 1h, 900);
    REQUIRE(early);
    CHECK(early->value == 0);
    CHECK(is_met(slo, early->value));
    const auto late = world.read(slo, 1h, 3600);
    REQUIRE(late);
    CHECK(late->value == doctest::Approx(3).epsilon(0.01));
    CHECK_FALSE(is_met(slo, late->value));
    CHECK(late->labels == Labels{{"breaker", "A"}});
  }

  TEST_CASE("a query that is out of its budget throws") {
    World world;
    for (int second = 1; second <= 3600; ++second) world.set("up", second, 1);
    const SloDefinition slo = availability();
    CHECK_THROWS_AS(static_cast<void>(read_sli(slo, slo.windows.back(), world.engine, world.source,
                                               kStart + 3600 * kSecond, {.max_samples = 100})),
                    promql::EvaluationError);
  }

  TEST_CASE("for any samples the reading is what a plain loop finds, and what the burn-rate rules compare") {
    const bool holds = rc::check([] {
      std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
      const auto below = [&](std::uint64_t bound) { return random() % bound; };
      World world;
      // Three venues up and down, orders counted from far above 0 so that nothing is extrapolated to 0.
      std::map<std::string, std::vector<std::pair<SampleTime, double>>> up;
      std::map<std::string, std::vector<std::pair<SampleTime, double>>> orders;
      for (SampleTime second = 0; second <= 3600; second += 10) {
        for (const std::string name : {"A", "B", "C"}) {
          if (below(10) == 0) continue;  // a missed sample
          up[name].emplace_back(second, below(4) == 0 ? 0 : 1);
          world.set("connected{exchange=\"" + name + "\"}", second, up[name].back().second);
        }
        for (const std::string status : {"success", "failure"}) {
          auto& samples = orders[status];
          const double before = samples.empty() ? 1e6 : samples.back().second;
          samples.emplace_back(second, before + static_cast<double>(below(status == "success" ? 50 : 3)));
          world.set("orders_total{status=\"" + status + "\"}", second, samples.back().second);
        }
      }
      const SampleTime now = 3600;
      for (const std::chrono::milliseconds window :
           {std::chrono::milliseconds{5min}, std::chrono::milliseconds{30min},
            std::chrono::milliseconds{1h}}) {
        const SampleTime seconds = window.count() / kSecond;
        double worst = 1;
        for (const auto& [name, samples] : up) {
          double sum = 0;
          double samples_inside = 0;
          for (const auto& [second, value] : samples) {
            if (second <= now - seconds) continue;
            sum += value;
            ++samples_inside;
          }
          worst = std::min(worst, sum / samples_inside);
        }
        const SloDefinition connected = by_exchange();
        const auto availability_reading = world.read(connected, window, now);
        RC_ASSERT(availability_reading.has_value());
        RC_ASSERT(std::abs(availability_reading->value - worst) < 1e-12);
        RC_ASSERT(std::abs(error_budget_left(connected.target, worst) - (1 - (1 - worst) / 0.01)) < 1e-9);

        double good = 0;
        double all = 0;
        for (const auto& [status, samples] : orders) {
          const auto first =
              std::ranges::find_if(samples, [&](const auto& sample) { return sample.first > now - seconds; });
          const double grown = samples.back().second - first->second;
          all += grown;
          if (status == "success") good += grown;
        }
        const SloDefinition accepted = success();
        const auto ratio = world.read(accepted, window, now);
        RC_ASSERT(ratio.has_value() == (all > 0));
        if (all == 0) continue;
        RC_ASSERT(std::abs(ratio->value - good / all) < 1e-9);
        const auto rule = world.engine.parse("1 - " + with_window(accepted.value_text, window) + " / " +
                                             with_window(accepted.total_text, window));
        const auto result = world.engine.instant(*rule, world.source, kStart + now * kSecond);
        const double error = std::get<promql::VectorValue>(result.value).front().sample.value;
        RC_ASSERT(std::abs((1 - ratio->value) - error) < 1e-12);
      }
    });
    CHECK(holds);
  }
}
