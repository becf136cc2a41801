#include "engine/monitor/slos.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "engine/monitor/slo_metrics.h"
#include "engine/views/slo_endpoint.h"
#include "monitoring/promql/parser.h"
#include "monitoring/slo/slo_file.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::engine;
using namespace std::chrono_literals;
using vigil::monitoring::Labels;
using vigil::monitoring::LabelsBuilder;
using vigil::monitoring::MetricDefinition;
using vigil::monitoring::PlainSource;
using vigil::monitoring::Registry;
using vigil::monitoring::SampleTime;
using vigil::monitoring::SloDefinition;

namespace {

constexpr SampleTime kStart = 1'700'352'000'000;

std::vector<SloDefinition> objectives(const std::string& text) {
  return vigil::monitoring::read_slo_file(text, "s.yml");
}
constexpr const char* kUp = "- {name: up, target: 0.9, sli: {value: 'avg_over_time(up[WINDOW])'}}\n";
constexpr const char* kOrders =
    "- name: orders\n  target: 0.99\n  measurement_window: 5m\n  sli:\n"
    "    good: sum(rate(orders_total{status=\"success\"}[WINDOW]))\n    total: "
    "sum(rate(orders_total[WINDOW]))\n";
constexpr const char* kAlarms =
    "- {name: alarms, at_most: 0, sli: {count: 'increase(alarms_total[WINDOW])'}}\n";

/// A history that is written by hand; seconds count from kStart.
struct World {
  World() : World(std::string{"objectives:\n"} + kUp + kOrders + kAlarms) {}
  explicit World(const std::string& text)
      : slos(objectives(text),
             {.engine = engine, .history = source, .clock = [this] { return time += time_of_a_look; }},
             registry) {}

  void set(const std::string& series, int second, double value) {
    LabelsBuilder labels;
    for (const auto& matcher : vigil::monitoring::promql::parse_selector(series))
      labels.set(matcher.name(), matcher.value());
    REQUIRE(source.append(labels.build(), {.time = kStart + SampleTime{second} * 1000, .value = value}));
  }
  void turn(int second) { slos.turn(kStart + SampleTime{second} * 1000); }
  /// nullopt: absent.
  [[nodiscard]] std::optional<double> value(const MetricDefinition& definition, std::string_view first,
                                            std::string_view second = "") const {
    for (const auto& family : registry.Collect()) {
      if (family.name != definition.name) continue;
      for (const auto& metric : family.metric) {
        if (metric.label.front().value == first && (second.empty() || metric.label.back().value == second))
          return metric.gauge.value + metric.counter.value;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::uint64_t turns() const {
    for (const auto& family : registry.Collect()) {
      if (family.name == metric::kSloEvaluationDuration.name)
        return family.metric.front().histogram.sample_count;
    }
    return 0;
  }

  Registry registry;
  PlainSource source;
  vigil::monitoring::promql::Engine engine;
  std::chrono::nanoseconds time{0};
  std::chrono::nanoseconds time_of_a_look{0};  ///< what a look at the clock takes
  Slos slos;
};

void run_up(World& world, int until) {
  for (int second = 0; second <= until; second += 10) {
    world.set("up", second, second >= until - 100 ? 0 : 1);
    world.set("orders_total{status=\"success\"}", second, 1e6 + second * 9.9);
    world.set("orders_total{status=\"failure\"}", second, 1e6 + second * 0.1);
    world.set("alarms_total", second, 0);
    world.set("component_up{component=\"core\"}", second, 1);
    world.set("component_up{component=\"feed\"}", second, second % 20 == 0 ? 1 : 0);
  }
}

}  // namespace

TEST_SUITE("slos") {
  TEST_CASE("the first round publishes all there is, by window") {
    World world;
    run_up(world, 3590);
    world.turn(3590);
    CHECK(*world.value(metric::kSloTarget, "up") == 0.9);
    CHECK(*world.value(metric::kSloCompliance, "up", "1h") == doctest::Approx(1 - 11.0 / 360));
    CHECK(*world.value(metric::kSloCompliance, "up", "5m") == doctest::Approx(1 - 11.0 / 30));
    CHECK(*world.value(metric::kSloBurnRate, "up", "5m") == doctest::Approx(110.0 / 30));
    CHECK(*world.value(metric::kSloErrorBudget, "up") == doctest::Approx(1 - 110.0 / 360));
    CHECK(*world.value(metric::kSloCompliance, "orders", "30d") == doctest::Approx(0.99));
    CHECK(*world.value(metric::kSloErrorBudget, "orders") == doctest::Approx(0).epsilon(1e-6));
    CHECK(*world.value(metric::kSloCompliance, "alarms", "1d") == 1);
    for (const MetricDefinition* none :
         {&metric::kSloTarget, &metric::kSloErrorBudget, &metric::kSloBurnRate})
      CHECK_FALSE(world.value(*none, "alarms"));
    // The compliance period is no burn window.
    CHECK_FALSE(world.value(metric::kSloBurnRate, "up", "30d"));
    CHECK(*world.value(metric::kComponentAvailability, "core", "30d") == 1);
    CHECK(*world.value(metric::kComponentAvailability, "feed", "1h") == doctest::Approx(0.5));
    for (const char* name : {"up", "orders", "alarms", "component_availability"})
      CHECK(*world.value(metric::kSloEvaluationFailures, name) == 0);
  }

  TEST_CASE("values go where there is nothing to tell any more") {
    World world;
    run_up(world, 600);
    world.turn(600);
    REQUIRE(world.value(metric::kSloCompliance, "orders", "5m"));
    world.turn(600 + 3 * 3600);
    CHECK_FALSE(world.value(metric::kSloCompliance, "orders", "5m"));
    CHECK_FALSE(world.value(metric::kSloBurnRate, "orders", "1h"));
    CHECK(world.value(metric::kSloCompliance, "orders", "30d"));
    CHECK_FALSE(world.value(metric::kComponentAvailability, "core", "1h"));
    CHECK(world.value(metric::kComponentAvailability, "core", "1d"));
    world.turn(600 + 31 * 86'400);
    CHECK_FALSE(world.value(metric::kSloErrorBudget, "orders"));
    CHECK_FALSE(world.value(metric::kSloCompliance, "alarms", "1d"));
    CHECK(world.slos.report().availability.empty());
  }

  TEST_CASE("what costs little is looked at every 30 s, over long windows too") {
    World world(std::string{"objectives:\n"} + kUp);
    for (int second = 0; second < 300; ++second) {
      world.set("up", second, 1);
      world.turn(second);
    }
    const SloReport report = world.slos.report();
    for (const SloReport::Window& window : report.objectives.front().windows)
      CHECK((window.at - kStart) / 1000 == 270);
    // A turn without an evaluation is none.
    CHECK(world.turns() == 10);
  }

  TEST_CASE("what takes long is looked at every 120th part of its window, or every 10 minutes") {
    World world(std::string{"objectives:\n"} + kUp);
    world.time_of_a_look = 40ms;
    std::map<std::chrono::milliseconds, std::vector<SampleTime>> times;
    for (int second = 0; second < 3600; ++second) {
      world.set("up", second, 1);
      world.turn(second);
      const SloReport report = world.slos.report();
      for (const SloReport::Window& window : report.objectives.front().windows) {
        auto& seen = times[window.window];
        if (window.at != 0 && (seen.empty() || seen.back() != window.at)) seen.push_back(window.at);
      }
    }
    // One evaluation a turn: some wait a few turns for others.
    CHECK(times[5min].size() >= 100);
    CHECK(times[1h].size() >= 100);
    CHECK(times[6h].size() >= 18);
    CHECK(times[6h].size() <= 20);
    CHECK(times[72h].size() == 6);
    CHECK(times[720h].size() == 6);
  }

  TEST_CASE("a turn ends with what used up its time, and all have their turn, the short windows first") {
    World world;
    world.time_of_a_look = 5ms;
    run_up(world, 600);
    world.turn(600);
    CHECK(world.value(metric::kSloCompliance, "up", "5m"));
    CHECK_FALSE(world.value(metric::kSloCompliance, "up", "1h"));
    CHECK_FALSE(world.value(metric::kSloErrorBudget, "up"));
    for (int second = 601; second < 625; ++second) world.turn(second);
    CHECK(world.value(metric::kSloErrorBudget, "up"));
    CHECK(world.value(metric::kComponentAvailability, "core", "30d"));
  }

  TEST_CASE("a clock that went back begins a round") {
    World world;
    run_up(world, 600);
    world.turn(600);
    world.turn(601);
    CHECK(world.turns() == 1);
    world.turn(300);
    CHECK(world.turns() == 2);
  }

  TEST_CASE("one that takes too long is given up and counted, the others are not") {
    World world;
    world.time_of_a_look = 100ms;
    run_up(world, 600);
    for (int number = 0; number < 300; ++number) {
      const std::string series = "orders_total{number=\"" + std::to_string(number) + "\"}";
      world.set(series, 0, 1);
      world.set(series, 600, 2);
    }
    for (int second = 600; second < 630; ++second) world.turn(second);
    CHECK(*world.value(metric::kSloEvaluationFailures, "orders") >= 1);
    CHECK_FALSE(world.value(metric::kSloCompliance, "orders", "1h"));
    CHECK(*world.value(metric::kSloEvaluationFailures, "up") == 0);
    CHECK(world.value(metric::kSloCompliance, "up", "1h"));
  }

  TEST_CASE("after a reload objectives that are as they were go on, and those that went are absent") {
    World world;
    run_up(world, 600);
    world.turn(600);
    const std::string changed =
        "- {name: orders, target: 0.5, sli: {value: 'avg_over_time(nothing[WINDOW])'}}\n";
    world.slos.replace(objectives(std::string{"objectives:\n"} + changed + kUp));
    CHECK(*world.value(metric::kSloCompliance, "up", "30d") > 0);
    CHECK(*world.value(metric::kSloTarget, "orders") == 0.5);
    CHECK_FALSE(world.value(metric::kSloCompliance, "orders", "5m"));
    CHECK_FALSE(world.value(metric::kSloErrorBudget, "orders"));
    CHECK_FALSE(world.value(metric::kSloCompliance, "alarms", "1d"));
    CHECK(world.slos.report().objectives.size() == 2);
    world.turn(601);
    CHECK_FALSE(world.value(metric::kSloCompliance, "orders", "30d"));
    CHECK(world.slos.report().objectives[0].windows.front().at == kStart + 601'000);
    CHECK(world.slos.report().objectives[1].windows.front().at == kStart + 600'000);
  }

  TEST_CASE("another thread may ask for the report at any time") {
    World world;
    run_up(world, 600);
    std::atomic<bool> has_begun{false};
    std::jthread reader([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const SloReport report = world.slos.report();
        for (const SloReport::Objective& each : report.objectives) {
          if (each.windows.size() != each.definition->windows.size()) std::abort();
        }
        has_begun = true;
      }
    });
    while (!has_begun) std::this_thread::yield();
    for (int second = 600; second < 700; ++second) {
      world.turn(second);
      if (second % 10 != 0) continue;
      world.slos.replace(objectives(std::string{"objectives:\n"} + (second % 20 == 0 ? kUp : kOrders)));
    }
    reader.request_stop();
    reader.join();
    CHECK(world.slos.report().objectives.size() == 1);
  }

  TEST_CASE("the report is told as JSON, null where there is nothing to tell") {
    World world(std::string{"objectives:\n"} + kOrders + kAlarms +
                "- {name: by-zone, description: 'each zone', target: 0.5, sli: {value: "
                "'avg by (zone) (avg_over_time(zone_up[WINDOW]))'}}\n");
    const auto before = nlohmann::json::parse(slos_json(world.slos.report()));
    CHECK(before["objectives"][0]["compliant"].is_null());
    CHECK(before["objectives"][0]["windows"][0]["at"].is_null());
    CHECK(before["objectives"][0]["windows"][0]["compliance"].is_null());
    CHECK(before["components"].empty());

    run_up(world, 600);
    world.set("zone_up{zone=\"north\"}", 600, 0);
    world.set("zone_up{zone=\"south\"}", 600, 1);
    world.turn(600);
    const auto shown = nlohmann::json::parse(slos_json(world.slos.report()));
    const auto& orders = shown["objectives"][0];
    CHECK(orders["name"] == "orders");
    CHECK(orders["kind"] == "ratio");
    CHECK(orders["target"] == 0.99);
    CHECK(orders["compliance_period"] == "30d");
    CHECK(orders["measurement_window"] == "5m");
    CHECK(orders["error_budget_remaining"].is_number());
    const auto& first = orders["windows"][0];
    CHECK(first["window"] == "5m");
    CHECK(first["at"] == "2023-11-19T00:10:00.000Z");
    CHECK(first["compliance"].get<double>() == doctest::Approx(0.99));
    CHECK(first["burn_rate"].get<double>() == doctest::Approx(1));
    CHECK(first["good"].get<double>() == doctest::Approx(9.9));
    CHECK(first["total"].get<double>() == doctest::Approx(10));
    CHECK_FALSE(orders["windows"].back().contains("burn_rate"));
    const auto& alarms = shown["objectives"][1];
    CHECK(alarms["at_most"] == 0);
    CHECK(alarms["compliant"] == true);
    CHECK(alarms["windows"][0]["count"] == 0);
    CHECK_FALSE(alarms.contains("error_budget_remaining"));
    const auto& zones = shown["objectives"][2];
    CHECK(zones["description"] == "each zone");
    CHECK(zones["compliant"] == false);
    CHECK(zones["error_budget_remaining"] == -1);
    CHECK(zones["windows"][0]["series"] == nlohmann::json{{"zone", "north"}});
    CHECK(shown["components"][0]["component"] == "core");
    CHECK(shown["components"][0]["availability"] == nlohmann::json{{"1h", 1.0}, {"1d", 1.0}, {"30d", 1.0}});
  }
}
