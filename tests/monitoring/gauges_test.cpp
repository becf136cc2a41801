#include "monitoring/metrics/gauges.h"

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "monitoring/exposition/exposition.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

constexpr std::array<std::string_view, 1> kStateLabel{"state"};
constexpr std::array<std::string_view, 2> kExchangeState{"exchange", "state"};
constexpr std::array<std::string_view, 1> kVersion{"version"};
constexpr std::array<std::string_view, 3> kStates{"closed", "open", "half \"open\""};
constexpr MetricDefinition kBreaker{.name = "breaker_state",
                                    .type = MetricType::Gauge,
                                    .unit = "1",
                                    .help = "State.",
                                    .labels = kExchangeState,
                                    .states = kStates};
constexpr MetricDefinition kTrading{.name = "trading_state",
                                    .type = MetricType::Gauge,
                                    .unit = "1",
                                    .help = "State.",
                                    .labels = kStateLabel,
                                    .states = kStates};
constexpr MetricDefinition kBuild{"build_info", MetricType::Info, "1", "Build.", kVersion};
constexpr MetricDefinition kLevel{"level", MetricType::Gauge, "1", "Level.", {}};

std::string text(const Registry& registry, ExpositionFormat format, const std::string& name) {
  std::string out;
  (void)Exposition(registry).write(format, std::array{name}, out);
  return out;
}

}  // namespace

TEST_CASE("a state set shows one of its states as 1 and the others as 0") {
  Registry registry;
  StateSet breaker = registry.state_set(kBreaker, {"X"}, 0);
  StateSet trading = registry.state_set(kTrading, {}, 1);
  breaker.set(2);
  CHECK(breaker.state() == 2);
  CHECK(text(registry, ExpositionFormat::Text, "breaker_state") ==
        "# HELP breaker_state State.\n"
        "# TYPE breaker_state gauge\n"
        "breaker_state{exchange=\"X\",state=\"closed\"} 0\n"
        "breaker_state{exchange=\"X\",state=\"open\"} 0\n"
        "breaker_state{exchange=\"X\",state=\"half \\\"open\\\"\"} 1\n");
  CHECK(gauged(registry, "trading_state", {"open"}) == 1);
  CHECK(gauged(registry, "trading_state", {"closed"}) == 0);
  CHECK(trading.state() == 1);
}

TEST_CASE("taking a state set again keeps its state") {
  Registry registry;
  registry.state_set(kBreaker, {"X"}, 0).set(1);
  CHECK(registry.state_set(kBreaker, {"X"}, 0).state() == 1);
}

TEST_CASE("no scrape sees two states at once, or none") {
  Registry registry;
  StateSet trading = registry.state_set(kTrading, {}, 0);
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (std::size_t i = 0; i < 30'000; ++i) trading.set(i % kStates.size());
    is_done = true;
  });
  bool is_right = true;
  while (!is_done) {
    const auto shown = family(registry, "trading_state");
    double sum = 0;
    for (const auto& metric : shown->metric) sum += metric.gauge.value;
    is_right = is_right && sum == 1;
  }
  writer.join();
  CHECK(is_right);
}

TEST_CASE("state sets have no plain gauges, and plain gauges no states") {
  Registry registry;
  CHECK_THROWS_WITH_AS((void)registry.gauge(kBreaker, {"X", "open"}),
                       "metric 'breaker_state': is a state set and has no other handles", std::logic_error);
  CHECK_THROWS_WITH_AS((void)registry.state_set(kLevel, {}, 0), "metric 'level': is no state set",
                       std::logic_error);
}

TEST_CASE("an info is always 1, and of a type of its own in OpenMetrics only") {
  Registry registry;
  registry.info(kBuild, {"1.2"});
  registry.info(kBuild, {"1.2"});
  CHECK(text(registry, ExpositionFormat::Text, "build_info") ==
        "# HELP build_info Build.\n# TYPE build_info gauge\nbuild_info{version=\"1.2\"} 1\n");
  CHECK(text(registry, ExpositionFormat::OpenMetrics, "build_info") ==
        "# HELP build Build.\n# TYPE build info\nbuild_info{version=\"1.2\"} 1\n# EOF\n");
}

TEST_CASE("a shared gauge loses no change of any thread") {
  Registry registry;
  SharedGauge level = registry.shared_gauge(kLevel, {});
  const auto change = [level]() mutable {
    for (int i = 0; i < 10'000; ++i) level.add(i % 2 == 0 ? 2 : -1);
  };
  std::thread first(change);
  std::thread second(change);
  first.join();
  second.join();
  CHECK(gauged(registry, "level") == 10'000);
  level.set_max(9'999);
  CHECK(level.value() == 10'000);
  level.set_max(10'001);
  CHECK(level.value() == 10'001);
  level.clear();
  CHECK_FALSE(family(registry, "level").has_value());
  level.set_max(-5);
  CHECK(level.value() == -5);
}

TEST_CASE("gauges of no registry take everything and hold nothing") {
  SharedGauge().set(1);
  SharedGauge().add(1);
  SharedGauge().set_max(1);
  StateSet().set(1);
  CHECK(SharedGauge().value() == 0);
  CHECK(StateSet().state() == 0);
}
