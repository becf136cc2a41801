#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/monitor/alert_thresholds.h"
#include "engine/monitor/threshold_keeper.h"

using namespace vigil::engine;

namespace {

EngineConfig read(const std::string& thresholds,
                  const std::string& accounts = "[{name: A, initial_capital: 1000}]") {
  return read_engine_config("accounts: " + accounts + "\nthresholds: " + thresholds + "\n", "f.yaml");
}

double value(const EngineConfig& config, std::string_view name) {
  const auto values = threshold_values(config.monitor.thresholds, threshold_sources(config));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (kAlertThresholds[i].name == name) return values[i];
  }
  FAIL("no such threshold");
  return 0;
}

std::string message_of(const std::string& thresholds) {
  try {
    static_cast<void>(read(thresholds));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_SUITE("alert thresholds") {
  TEST_CASE("without a word in the configuration each has a default") {
    const EngineConfig config = read("{}");
    CHECK(value(config, "lp_latency_p95_seconds") == 0.25);
    CHECK(value(config, "threads") == 200);
    CHECK(value(config, "margin_usage_critical_ratio") == 0.95);
    CHECK(value(config, "data_drift_score") == 0.2);
    CHECK(value(config, "heap_bytes") > 1e6);  // of the machine this runs on
  }

  TEST_CASE("the least balance is half of the least initial capital, in the reporting currency") {
    CHECK(value(read("{}"), "account_balance_min_usd") == 500);
    const std::string two = "[{name: A, initial_capital: 1000}, {name: B, initial_capital: 100}]";
    CHECK(value(read("{}", two), "account_balance_min_usd") == 50);
    const std::string foreign =
        "[{name: A, initial_capital: 1000}, {name: B, base_currency: EUR, initial_capital: 100}]\n"
        "conversions: [{from: EUR, to: USD, rate: 2}]";
    CHECK(value(read("{}", foreign), "account_balance_min_usd") == 100);
  }

  TEST_CASE("a capital that no rate converts is left out, and with no other there is no threshold") {
    const std::string unknown = "[{name: B, base_currency: EUR, initial_capital: 100}]";
    CHECK(std::isnan(value(read("{}", unknown), "account_balance_min_usd")));
  }

  TEST_CASE("a number replaces the default, none switches off, auto is the default") {
    const EngineConfig config =
        read("{threads: 17, heap_bytes: 5e8, anomaly_score: none, data_drift_score: auto}");
    CHECK(value(config, "threads") == 17);
    CHECK(value(config, "heap_bytes") == 5e8);
    CHECK(std::isnan(value(config, "anomaly_score")));
    CHECK(value(config, "data_drift_score") == 0.2);
  }

  TEST_CASE("what cannot be is refused by name, place and bounds") {
    CHECK(message_of("{threads: many}").find("f.yaml:2: thresholds.threads") != std::string::npos);
    CHECK(message_of("{pool_utilization_ratio: 1.5}").find("thresholds.pool_utilization_ratio") !=
          std::string::npos);
    CHECK(message_of("{thread: 5}").find("thresholds.thread") != std::string::npos);
  }

  TEST_CASE("what is written reads back the same") {
    const EngineConfig config = read("{threads: 17, anomaly_score: none, account_balance_min_usd: 1.5}");
    const EngineConfig again = read_engine_config(show_config(config), "again.yaml");
    CHECK(value(again, "threads") == 17);
    CHECK(std::isnan(value(again, "anomaly_score")));
    CHECK(value(again, "account_balance_min_usd") == 1.5);
    CHECK(value(again, "lp_latency_p95_seconds") == 0.25);
    CHECK(show_config(again) == show_config(config));
  }

  TEST_CASE("a threshold that is off has no series") {
    vigil::monitoring::Registry registry;
    AlertThresholdGauges gauges(registry);
    const auto shown = [&] {
      const auto families = registry.Collect();
      std::size_t count = 0;
      for (const auto& family : families) {
        if (family.name == "monitoring_alert_threshold") count = family.metric.size();
      }
      return count;
    };
    gauges.publish(threshold_values({}, {.memory_limit_bytes = 1e9, .least_initial_capital_usd = 1}));
    CHECK(shown() == kAlertThresholds.size());
    gauges.publish(threshold_values({}, {}));
    CHECK(shown() == kAlertThresholds.size() - 2);
  }
}
