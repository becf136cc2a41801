#include "monitoring/metrics/registry.h"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "monitoring/catalogue.h"
#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/export/export_metrics.h"
#include "monitoring/health/health_metrics.h"
#include "monitoring/http/http_metrics.h"
#include "monitoring/log/log_metrics.h"
#include "monitoring/metrics/registry_metrics.h"
#include "monitoring/process/process_metrics.h"
#include "monitoring/store/history_metrics.h"
#include "monitoring/time/clock_metrics.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

constexpr std::array<std::string_view, 2> kLabels{"exchange", "side"};
constexpr std::array<std::string_view, 2> kSymbolLabels{"symbol", "side"};
constexpr std::array kBounds{1.0, 2.0, 5.0};
constexpr MetricDefinition kFills{"fills_total", MetricType::Counter, "1", "Fills.", kLabels};
constexpr MetricDefinition kTraded{"traded_total", MetricType::Counter, "1", "Fills.", kSymbolLabels};
constexpr MetricDefinition kDepth{"depth", MetricType::Gauge, "1", "Depth.", {}};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", {}, kBounds};
constexpr MetricDefinition kSize{"size_usd", MetricType::Histogram, "USD", "Size.", {}};

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("the same labels give the same series, other labels another") {
  Registry registry;
  Counter first = registry.counter(kFills, {"x", "buy"});
  Counter again = registry.counter(kFills, {"x", "buy"});
  Counter other = registry.counter(kFills, {"x", "sell"});
  first.add();
  again.add(2);
  other.add(5);
  CHECK(counted(registry, "fills_total", {"x", "buy"}) == 3);
  CHECK(counted(registry, "fills_total", {"x", "sell"}) == 5);
}

TEST_CASE("label values that would read alike when joined stay apart") {
  Registry registry;
  registry.counter(kFills, {"ab", "c"}).add();
  registry.counter(kFills, {"a", "bc"}).add(2);
  CHECK(counted(registry, "fills_total", {"ab", "c"}) == 1);
  CHECK(counted(registry, "fills_total", {"a", "bc"}) == 2);
}

TEST_CASE("label values that are not UTF-8 are repaired") {
  Registry registry;
  registry.counter(kFills, {"a\xFF", "\xC3\xA9"}).add();
  CHECK(counted(registry, "fills_total", {"a\xEF\xBF\xBD", "\xC3\xA9"}) == 1);
}

TEST_CASE("families come sorted by name, series in the order they were taken") {
  Registry registry;
  registry.counter(kFills, {"z", "buy"}).add();
  registry.counter(kFills, {"a", "buy"}).add();
  (void)registry.gauge(kDepth, {}, 1);
  const auto families = registry.Collect();
  REQUIRE(families.size() == 3);
  CHECK(families[0].name == "depth");
  CHECK(families[1].name == "fills_total");
  CHECK(families[2].name == "monitoring_series_active");
  REQUIRE(families[1].metric.size() == 2);
  CHECK(families[1].metric[0].label[0].value == "z");
  CHECK(families[1].help == "Fills.");
  CHECK(families[1].type == prometheus::MetricType::Counter);
}

TEST_CASE("a gauge is absent until it is set and again when it is cleared") {
  Registry registry;
  Gauge depth = registry.gauge(kDepth, {});
  CHECK_FALSE(family(registry, "depth").has_value());
  depth.set(0);
  CHECK(gauged(registry, "depth") == 0);
  depth.clear();
  CHECK_FALSE(family(registry, "depth").has_value());
}

TEST_CASE("a NaN that somebody set is published") {
  Registry registry;
  registry.gauge(kDepth, {}).set(std::numeric_limits<double>::quiet_NaN());
  const auto value = gauged(registry, "depth");
  REQUIRE(value.has_value());
  CHECK(std::isnan(*value));
}

TEST_CASE("adding to an unset gauge starts at zero") {
  Registry registry;
  Gauge depth = registry.gauge(kDepth, {});
  depth.add(2);
  depth.add(-0.5);
  CHECK(gauged(registry, "depth") == 1.5);
}

TEST_CASE("taking a gauge again with an initial value keeps what it holds") {
  Registry registry;
  (void)registry.gauge(kDepth, {}, 7);
  (void)registry.gauge(kDepth, {}, 0);
  CHECK(gauged(registry, "depth") == 7);
}

TEST_CASE("an amount counter sums fractions") {
  Registry registry;
  AmountCounter amount = registry.amount_counter(kFills, {"x", "buy"});
  amount.add(0.25);
  amount.add(1.5);
  CHECK(counted(registry, "fills_total", {"x", "buy"}) == 1.75);
}

TEST_CASE("a histogram counts at or below its bound and ends with +Inf") {
  Registry registry;
  Histogram delay = registry.histogram(kDelay, {});
  for (const double value : {0.5, 1.0, 1.5, 5.0, 7.0}) delay.observe(value);
  const auto collected = sample(registry, "delay_seconds");
  REQUIRE(collected.has_value());
  const auto& histogram = collected->histogram;
  REQUIRE(histogram.bucket.size() == 4);
  CHECK(histogram.bucket[0].cumulative_count == 2);
  CHECK(histogram.bucket[1].cumulative_count == 3);
  CHECK(histogram.bucket[2].cumulative_count == 4);
  CHECK(histogram.bucket[3].cumulative_count == 5);
  CHECK(std::isinf(histogram.bucket[3].upper_bound));
  CHECK(histogram.sample_count == 5);
  CHECK(histogram.sample_sum == 15);
}

TEST_CASE("bounds from the configuration hold for the whole family") {
  Registry registry;
  constexpr std::array kConfigured{10.0, 100.0};
  constexpr std::array kOthers{10.0, 1000.0};
  registry.declare(kSize);
  registry.histogram(kSize, {}, kConfigured).observe(50);
  CHECK(sample(registry, "size_usd")->histogram.bucket.size() == 3);
  CHECK_NOTHROW((void)registry.histogram(kSize, {}, kConfigured));
  CHECK(error_of([&] { (void)registry.histogram(kSize, {}, kOthers); }) ==
        "metric 'size_usd': all series must have the same bucket bounds");
}

TEST_CASE("configured bounds replace those of a definition that was declared before") {
  Registry registry;
  constexpr std::array kConfigured{10.0, 100.0};
  registry.declare(kDelay);
  (void)registry.histogram(kDelay, {}, kConfigured);
  (void)registry.histogram(kDelay, {}, kConfigured);
  CHECK(sample(registry, "delay_seconds")->histogram.bucket.size() == 3);
}

TEST_CASE("mistakes in wiring throw and name the metric") {
  Registry registry;
  (void)registry.counter(kFills, {"x", "buy"});
  CHECK(error_of([&] { (void)registry.counter(kFills, {"x"}); }) ==
        "metric 'fills_total': takes 2 label values (exchange, side), was given 1");
  CHECK(error_of([&] {
          (void)registry.gauge(kFills, {"x", "buy"});
        }) == "metric 'fills_total': is a counter, a handle for a gauge was asked for");
  CHECK(error_of([&] {
          (void)registry.amount_counter(kFills, {"y", "buy"});
        }) ==
        "metric 'fills_total': all its series must be of one kind: counts or amounts, with one writing "
        "thread or "
        "several");
  CHECK(error_of([&] { (void)registry.histogram(kSize, {}); }) ==
        "metric 'size_usd': a histogram needs bucket bounds");
}

TEST_CASE("a second definition of a name must be the same") {
  Registry registry;
  registry.declare(kFills);
  MetricDefinition other = kFills;
  CHECK(error_of([&] { registry.declare(other); }) == "no error");
  other.type = MetricType::Gauge;
  CHECK(error_of([&] { registry.declare(other); }) ==
        "metric 'fills_total': is a counter, a second definition says gauge");
  other = kFills;
  other.labels = kSymbolLabels;
  CHECK(error_of([&] { registry.declare(other); }) ==
        "metric 'fills_total': has the labels (exchange, side), a second definition says (symbol, side)");
  other = kFills;
  other.help = "Something else.";
  CHECK(error_of([&] { registry.declare(other); }) ==
        "metric 'fills_total': a second definition has another unit or help text");
  other = kFills;
  other.signed_values = true;
  CHECK(error_of([&] { registry.declare(other); }) ==
        "metric 'fills_total': a second definition has other states, distribution, exemplars, expiry or "
        "signed values");
}

TEST_CASE("definitions that Prometheus would not take throw") {
  Registry registry;
  const auto declare = [&](MetricDefinition definition) {
    return error_of([&] { registry.declare(definition); });
  };
  constexpr std::array<std::string_view, 1> kDashed{"order-type"};
  constexpr std::array<std::string_view, 1> kReserved{"__name__"};
  constexpr std::array<std::string_view, 1> kLe{"le"};
  constexpr std::array<std::string_view, 2> kTwice{"side", "side"};
  constexpr std::array kUnsorted{1.0, 1.0};
  constexpr std::array kInfinite{1.0, HUGE_VAL};
  constexpr std::array kNegative{-1.0, 1.0};
  CHECK(declare({"fills-total", MetricType::Counter, "1", "", {}})
            .starts_with("metric 'fills-total': the name must"));
  CHECK(declare({"", MetricType::Counter, "1", "", {}}).starts_with("metric '': the name must"));
  CHECK(declare({"1st", MetricType::Counter, "1", "", {}}).starts_with("metric '1st': the name must"));
  CHECK(declare({"a", MetricType::Counter, "1", "", kDashed})
            .starts_with("metric 'a': the label 'order-type' must"));
  CHECK(declare({"a", MetricType::Counter, "1", "", kReserved})
            .starts_with("metric 'a': the label '__name__' must"));
  CHECK(declare({"a", MetricType::Histogram, "1", "", kLe}) == "metric 'a': the label 'le' is the bucket's");
  CHECK(declare({"a", MetricType::Counter, "1", "", kTwice}) ==
        "metric 'a': the label 'side' is there twice");
  CHECK(declare({"a", MetricType::Counter, "1", "", {}, kBounds}) == "metric 'a': a counter has no buckets");
  CHECK(declare({"a", MetricType::Histogram, "1", "", {}, kUnsorted}) ==
        "metric 'a': bucket bounds must be finite and ascending, found 1 behind 1");
  CHECK(declare({"a", MetricType::Histogram, "1", "", {}, kInfinite}) ==
        "metric 'a': bucket bounds must be finite and ascending, found inf behind 1");
  CHECK(declare({"a", MetricType::Histogram, "1", "", {}, kNegative}) ==
        "metric 'a': a histogram with negative bounds has signed values");
  CHECK(declare({.name = "a",
                 .type = MetricType::Gauge,
                 .unit = "1",
                 .help = "",
                 .labels = {},
                 .signed_values = true}) == "metric 'a': only a histogram says that it has signed values");
}

TEST_CASE("a hundred thousand label sets fold at the cap and lose no sample") {
  Registry registry;
  constexpr int kSets = 100'000;
  for (int i = 0; i < kSets; ++i) {
    const std::string exchange = std::to_string(i);
    registry.counter(kFills, {exchange, "buy"}).add();
  }
  const auto fills = family(registry, "fills_total");
  REQUIRE(fills.has_value());
  CHECK(fills->metric.size() == 1001);
  CHECK(counted(registry, "fills_total", {"999", "buy"}) == 1);
  CHECK(counted(registry, "fills_total", {"other", "other"}) == kSets - 1000);
  CHECK(counted(registry, "monitoring_series_overflow_total", {"fills_total"}) == kSets - 1000);
  registry.counter(kFills, {"7", "buy"}).add();
  CHECK(counted(registry, "fills_total", {"7", "buy"}) == 2);
}

TEST_CASE("a family with a symbol label holds three thousand label sets") {
  Registry registry;
  for (int i = 0; i < 3001; ++i) {
    const std::string symbol = std::to_string(i);
    registry.counter(kTraded, {symbol, "buy"}).add();
  }
  CHECK(counted(registry, "traded_total", {"2999", "buy"}) == 1);
  CHECK(counted(registry, "traded_total", {"other", "other"}) == 1);
}

TEST_CASE("the registry counts its series, its own included") {
  Registry registry;
  CHECK(gauged(registry, "monitoring_series_active") == 1);
  (void)registry.counter(kFills, {"x", "buy"});
  (void)registry.counter(kFills, {"x", "buy"});
  (void)registry.histogram(kDelay, {});
  CHECK(registry.series_count() == 3);
  CHECK(gauged(registry, "monitoring_series_active") == 3);
}

TEST_CASE("a disabled registry records and shows nothing but knows its definitions") {
  Registry registry(false);
  registry.counter(kFills, {"x", "buy"}).add();
  registry.shared_counter(kFills, {"x", "buy"}).add();
  registry.amount_counter(kTraded, {"x", "buy"}).add(1);
  (void)registry.gauge(kDepth, {}, 5).set(3);
  registry.histogram(kDelay, {}).observe(1);
  CHECK_FALSE(registry.enabled());
  CHECK(registry.Collect().empty());
  CHECK(registry.series_count() == 0);
  CHECK(registry.counter(kFills, {"x", "buy"}).value() == 0);
  CHECK(registry.definitions().size() == 6);
  CHECK_THROWS_AS((void)registry.counter(kFills, {"x"}), std::logic_error);
}

TEST_CASE("every definition of the module can be declared and is listed by name") {
  Registry registry;
  declare_all(registry);
  const auto definitions = registry.definitions();
  REQUIRE(definitions.size() == kRegistryMetrics.size() + kHttpMetrics.size() + kExportMetrics.size() +
                                    kLogMetrics.size() + kClockMetrics.size() + kHealthMetrics.size() +
                                    kProcessMetrics.size() + kHistoryMetrics.size() +
                                    kDeliveryMetrics.size());
  for (std::size_t i = 1; i < definitions.size(); ++i) CHECK(definitions[i - 1].name < definitions[i].name);
  for (const auto& definition : definitions) {
    CHECK_FALSE(definition.help.empty());
    CHECK_FALSE(definition.unit.empty());
    CHECK((definition.type == MetricType::Counter) == definition.name.ends_with("_total"));
  }
}

TEST_CASE("declared families without a present series are not shown") {
  Registry registry;
  declare_all(registry);
  const auto families = registry.Collect();
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == "monitoring_series_active");
}
