#include "engine/monitor/predictions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/commands/catalogue.h"
#include "engine/monitor/prediction_metrics.h"
#include "monitoring/promql/parser.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::engine;
using namespace std::chrono_literals;
using vigil::monitoring::HistoryConfig;
using vigil::monitoring::Labels;
using vigil::monitoring::LabelsBuilder;
using vigil::monitoring::MetricDefinition;
using vigil::monitoring::PlainSource;
using vigil::monitoring::Registry;
using vigil::monitoring::SampleTime;

namespace {

constexpr SampleTime kStart = 1'700'352'000'000;
constexpr SampleTime kDay = 86'400'000;
constexpr const char* kLoss =
    R"(execution_position_utilization_ratio{account="MAIN",limit_type="max_daily_loss"})";

/// A history that is written by hand; seconds count from kStart.
struct World {
  void set(const std::string& series, int second, double value) {
    set_at(series, kStart + SampleTime{second} * 1000, value);
  }
  void set_at(const std::string& series, SampleTime at, double value) {
    LabelsBuilder labels;
    for (const auto& matcher : vigil::monitoring::promql::parse_selector(series))
      labels.set(matcher.name(), matcher.value());
    REQUIRE(source.append(labels.build(), {.time = at, .value = value}));
  }
  void turn(int second) { predictions.turn(kStart + SampleTime{second} * 1000); }
  /// A turn, which is the whole round while the clock stands still, and what it watched recorded as the
  /// monitor would.
  void round(int second) {
    turn(second);
    for (const auto& family : registry.Collect()) {
      if (family.name != metric::kWatchedValue.name) continue;
      for (const auto& metric : family.metric) {
        source.append(Labels{{"__name__", family.name}, {"signal", metric.label.front().value}},
                      {.time = kStart + SampleTime{second} * 1000 + 1, .value = metric.gauge.value});
      }
    }
  }
  /// nullopt: absent. `second_label`: of pairs.
  [[nodiscard]] std::optional<double> value(const MetricDefinition& definition, std::string_view label,
                                            std::string_view second_label = "") const {
    for (const auto& family : registry.Collect()) {
      if (family.name != definition.name) continue;
      for (const auto& metric : family.metric) {
        if (metric.label.front().value == label &&
            (second_label.empty() || metric.label.back().value == second_label))
          return metric.gauge.value + metric.counter.value;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<double> breach(std::string_view signal) const {
    return value(metric::kTimeToBreach, signal);
  }
  [[nodiscard]] std::optional<double> score(std::string_view signal) const {
    return value(metric::kAnomalyScore, signal);
  }

  Registry registry;
  PlainSource source;
  vigil::monitoring::promql::Engine engine;
  std::chrono::nanoseconds time{0};
  std::chrono::nanoseconds time_of_a_look{0};  ///< what a look at the clock takes
  Predictions predictions{
      HistoryConfig{},
      {.engine = engine, .history = source, .clock = [this] { return time += time_of_a_look; }},
      registry};
};

/// A counter of orders that grows by `rate` a second, with some noise.
struct OrderCounter {
  void go_on(World& world, int second, double rate) {
    total += std::max(std::round(rate + noise(random)), 0.0);
    world.set("orders_sent_total{exchange=\"SIM\"}", second, total);
  }
  std::mt19937_64 random{11};
  std::normal_distribution<double> noise{0, 1.5};
  double total = 0;
};

/// The metrics that an expression selects, histograms without what their series end in.
std::vector<std::string> metrics_in(std::string_view text) {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::vector<std::string> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{' || text[at] == '[') at = text.find(text[at] == '{' ? '}' : ']', at);
    if (!is_letter(text[at])) continue;
    const std::size_t end = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_letter) -
        text.begin());
    std::string word{text.substr(at, end - at)};
    const std::string_view rest = text.substr(end);
    at = end - 1;
    const bool is_grouping = word == "by" || word == "on";
    if (is_grouping) at = text.find(')', end);
    if (is_grouping || rest.starts_with('(') || rest.starts_with(" by (") ||
        std::isdigit(static_cast<unsigned char>(word.front())) != 0)
      continue;
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
      if (word.ends_with(suffix)) word.resize(word.size() - suffix.size());
    }
    found.push_back(std::move(word));
  }
  return found;
}

}  // namespace

TEST_SUITE("predictions") {
  TEST_CASE("a ramp is predicted before the breach, and the breach is 0") {
    World world;
    for (int second = 0; second <= 3700; second += 5) {
      world.set(kLoss, second, second < 1000 ? 0.2 : 0.2 + 0.8 * (second - 1000) / 2600.0);
      if (second % 10 == 0) world.turn(second);
      if (second == 1000) CHECK_FALSE(world.breach("max_daily_loss"));
      if (second == 1400 || second == 2500 || second == 3500) {
        REQUIRE(world.breach("max_daily_loss"));
        CHECK(*world.breach("max_daily_loss") == doctest::Approx(3600 - second).epsilon(0.02));
      }
    }
    CHECK(world.breach("max_daily_loss") == 0.0);
    CHECK_FALSE(world.breach("max_drawdown"));
  }

  TEST_CASE("the most urgent account counts, and one that moves away from its limit does not") {
    World world;
    for (int second = 0; second <= 900; second += 5) {
      world.set(R"(execution_position_utilization_ratio{account="A",limit_type="max_drawdown"})", second,
                0.1 + second / 3000.0);
      world.set(R"(execution_position_utilization_ratio{account="B",limit_type="max_drawdown"})", second,
                second / 2000.0);
      world.set(R"(execution_position_utilization_ratio{account="C",limit_type="max_drawdown"})", second,
                0.95 - second / 1000.0);
    }
    world.turn(900);
    CHECK(*world.breach("max_drawdown") == doctest::Approx(1100));
  }

  TEST_CASE("a line that would take hours to get there is not followed") {
    World world;
    for (int second = 0; second <= 900; second += 5) world.set(kLoss, second, second / 100'000.0);
    world.turn(900);
    CHECK_FALSE(world.breach("max_daily_loss"));
  }

  TEST_CASE("a limit used to its last unit is no breach, a queue that is full is") {
    World world;
    for (int second = 0; second <= 900; second += 5) {
      world.set(kLoss, second, 1);
      world.set(R"(system_queue_depth{component="core",queue="market"})", second, second < 800 ? 3 : 64);
      world.set(R"(system_queue_capacity{component="core",queue="market"})", second, 64);
    }
    world.turn(900);
    CHECK_FALSE(world.breach("max_daily_loss"));
    CHECK(world.breach("market_queue") == 0.0);
  }

  TEST_CASE("a series that ended, or whose threshold is off, is on its way nowhere") {
    World world;
    for (int second = 0; second <= 900; second += 5) {
      world.set(R"(account_balance_usd{account="MAIN"})", second, 900 - second / 10.0);
      if (second <= 500) world.set(kLoss, second, second / 600.0);
    }
    world.turn(900);
    CHECK_FALSE(world.breach("max_daily_loss"));
    CHECK_FALSE(world.breach("account_balance"));
  }

  TEST_CASE("a balance that falls to its minimum is a limit from below") {
    World world;
    for (int second = 0; second <= 900; second += 5) {
      world.set(R"(monitoring_alert_threshold{threshold="account_balance_min_usd"})", second, 500);
      world.set(R"(account_balance_usd{account="MAIN"})", second, 900 - second / 10.0);
    }
    world.turn(900);
    CHECK(*world.breach("account_balance") == doctest::Approx(3100));
  }

  TEST_CASE("load is where the line is in 15 minutes, and stays as it is where there is none") {
    World world;
    for (int second = 0; second <= 900; second += 5) {
      world.set(R"(execution_cpu_usage_percent{component="process"})", second, 20 + second / 30.0);
      world.set("orders_live", second, second % 10 == 0 ? 40 : 60);
      world.set("orders_capacity", second, 200);
    }
    world.turn(900);
    CHECK(*world.value(metric::kPredictedLoad, "cpu") == doctest::Approx(0.8));
    CHECK(*world.value(metric::kPredictedLoad, "order_slots") == doctest::Approx(0.25).epsilon(0.25));
    CHECK(*world.value(metric::kCapacityUtilization, "order_slots") == doctest::Approx(0.2));
    CHECK_FALSE(world.value(metric::kCapacityUtilization, "cpu"));
    CHECK_FALSE(world.value(metric::kCapacityUtilization, "memory"));
    CHECK_FALSE(world.value(metric::kPredictedLoad, "max_daily_loss"));
    CHECK_FALSE(world.value(metric::kPredictedLoad, "memory"));
  }

  TEST_CASE("an anomaly raises the score, and ten minutes must pass before there is one") {
    World world;
    OrderCounter orders;
    for (int second = 0; second <= 2000; ++second) {
      orders.go_on(world, second, second < 1800 ? 10 : 40);
      if (second % 10 != 0) continue;
      world.round(second);
      if (second == 500) CHECK_FALSE(world.score("order_rate"));
      if (second >= 700 && second <= 1800) {
        REQUIRE(world.score("order_rate"));
        CHECK(*world.score("order_rate") < 4);
      }
    }
    CHECK(*world.value(metric::kWatchedValue, "order_rate") == doctest::Approx(40).epsilon(0.1));
    CHECK(*world.score("order_rate") > 10);
    CHECK_FALSE(world.score("spread"));
  }

  TEST_CASE("after a restart the last hour comes from the history") {
    World world;
    for (int second = 0; second <= 1800; second += 10) {
      world.set("monitoring_watched_value{signal=\"order_rate\"}", second, second % 20 == 0 ? 9 : 11);
      world.set("monitoring_watched_value{signal=\"no_longer_watched\"}", second, 1);
    }
    OrderCounter orders;
    for (int second = 1800; second <= 1870; ++second) orders.go_on(world, second, 40);
    world.turn(1870);
    REQUIRE(world.score("order_rate"));
    CHECK(*world.score("order_rate") > 10);
    CHECK_FALSE(world.score("no_longer_watched"));
  }

  TEST_CASE("what is usual at this time of day is no anomaly") {
    World world;
    for (SampleTime day = 2; day >= 1; --day) {
      for (SampleTime minute = 20; minute < 50; ++minute) {
        world.set_at("monitoring_watched_value{signal=\"order_rate\"}", kStart - day * kDay + minute * 60'000,
                     minute % 2 == 0 ? 38 : 43);
      }
    }
    OrderCounter orders;
    for (int second = 0; second <= 2000; ++second) {
      orders.go_on(world, second, second < 1800 ? 10 : 40);
      if (second % 10 == 0) world.round(second);
    }
    CHECK(*world.score("order_rate") < 2);
  }

  TEST_CASE(
      "values that change together are reported, independent ones are not, and the report ends with it") {
    World world;
    std::mt19937_64 random(3);
    std::normal_distribution<double> step;
    double exposure = 1000;
    double depth = 5000;
    double spread = 50;
    const auto pair = [&] { return world.value(metric::kCorrelation, "book_depth", "gross_exposure"); };
    for (int second = 0; second <= 9000; second += 30) {
      const double change = step(random);
      exposure += 10 * change;
      depth -= second < 4500 ? 30 * change + step(random) : 30 * step(random);
      spread += step(random);
      world.set(R"(execution_risk_exposure_notional{kind="gross"})", second, exposure);
      world.set(R"(market_book_depth_notional{side="bid"})", second, depth);
      world.set(R"(market_spread_basis_points{symbol="ACME"})", second, spread);
      world.round(second);
      if (second == 900) CHECK_FALSE(pair());
      if (second == 4500) {
        REQUIRE(pair());
        CHECK(*pair() < -0.9);
      }
      CHECK_FALSE(world.value(metric::kCorrelation, "spread", "gross_exposure"));
      CHECK_FALSE(world.value(metric::kCorrelation, "spread", "book_depth"));
    }
    CHECK_FALSE(pair());
  }

  TEST_CASE("a round begins every 10 seconds, or when the clock went back") {
    World world;
    const auto turns = [&] {
      for (const auto& family : world.registry.Collect()) {
        if (family.name == metric::kPredictionDuration.name)
          return family.metric.front().histogram.sample_count;
      }
      return std::uint64_t{0};
    };
    for (int second = 100; second < 130; ++second) world.turn(second);
    CHECK(turns() == 3);
    world.turn(50);
    CHECK(turns() == 4);
  }

  TEST_CASE("a turn ends with the signal that used up its time, and the next goes on there") {
    World world;
    world.time_of_a_look = 5ms;
    for (int second = 0; second <= 300; second += 5) {
      world.set(R"(execution_position_utilization_ratio{account="A",limit_type="max_position"})", second, 2);
      world.set(R"(execution_cpu_usage_percent{component="process"})", second, 100);
    }
    world.turn(300);
    CHECK(world.breach("max_position") == 0.0);
    CHECK_FALSE(world.breach("cpu"));
    for (int second = 300; second < 340; ++second) world.turn(second);
    CHECK(world.breach("cpu") == 0.0);
  }

  TEST_CASE("a signal with too many series is given up, and counted") {
    World world;
    world.set(kLoss, 0, 2);
    world.turn(0);
    CHECK(world.breach("max_daily_loss") == 0.0);
    for (int account = 0; account < 3000; ++account) {
      const std::string series = "execution_position_utilization_ratio{account=\"" + std::to_string(account) +
                                 "\",limit_type=\"max_daily_loss\"}";
      for (int second = 1; second <= 901; second += 180) world.set(series, second, 2);
    }
    world.turn(901);
    CHECK_FALSE(world.breach("max_daily_loss"));
    CHECK(world.value(metric::kPredictionFailures, "max_daily_loss") == 1.0);
    CHECK(world.value(metric::kPredictionFailures, "max_drawdown") == 0.0);
  }

  TEST_CASE("signals have names of their own, and are about metrics that the engine has") {
    Registry registry;
    declare_catalogue(registry);
    std::set<std::string, std::less<>> known;
    for (const MetricDefinition& definition : registry.definitions()) known.emplace(definition.name);

    HistoryConfig config;
    config.folder = "data";
    std::vector<std::pair<std::string, std::string>> signals;
    for (const LimitedSignal& each : limited_signals(config))
      signals.emplace_back(each.name, each.expression);
    CHECK(signals.size() == 23);
    CHECK(limited_signals({}).size() == 22);
    CHECK(metrics_in(limited_signals({}).back().expression) ==
          std::vector<std::string>{"monitoring_history_series"});
    for (const WatchedSignal& each : watched_signals()) {
      signals.emplace_back("watched " + each.name, each.expression);
      CHECK(each.floor.absolute > 0);
    }

    std::set<std::string> names;
    for (const auto& signal : signals) {
      CHECK_MESSAGE(names.insert(signal.first).second, signal.first);
      for (const std::string& metric : metrics_in(signal.second))
        CHECK_MESSAGE(known.contains(metric), signal.first << ": " << metric);
    }
  }
}
