#include "monitoring/exposition/exposition.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <prometheus/text_serializer.h>
#include <rapidcheck.h>

#include "monitoring/exposition/text.h"
#include "monitoring/metrics/registry.h"

using namespace vigil::monitoring;

namespace {

constexpr std::array<std::string_view, 1> kLabels{"symbol"};
constexpr std::array kBounds{1e-05, 0.0001, 0.9975, 5.0};
constexpr MetricDefinition kFills{"fills_total", MetricType::Counter, "1", "Fills.", kLabels};
constexpr MetricDefinition kPrice{"price", MetricType::Gauge, "USD", "A \\ and\na line.", {}};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", kLabels,
                                  kBounds};

struct Foreign : prometheus::Collectable {
  std::vector<prometheus::MetricFamily> families;
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return families; }
};

prometheus::MetricFamily gauge_family(std::string name, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {std::move(name), "", prometheus::MetricType::Gauge, {metric}};
}

std::string text_of(const Registry& registry) {
  std::string text;
  CHECK(Exposition(registry).write(ExpositionFormat::Text, {}, text) == 0);
  return text;
}

}  // namespace

TEST_CASE("a registry reads as Prometheus text") {
  Registry registry;
  registry.counter(kFills, {"BTC"}).add(12);
  (void)registry.gauge(kPrice, {}, 0.1 + 0.2);
  Histogram delay = registry.histogram(kDelay, {"BTC"});
  delay.observe(0.0001);
  delay.observe(9);
  CHECK(text_of(registry) ==
        "# HELP delay_seconds Delay.\n"
        "# TYPE delay_seconds histogram\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"1e-05\"} 0\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"0.0001\"} 1\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"0.9975\"} 1\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"5\"} 1\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"+Inf\"} 2\n"
        "delay_seconds_sum{symbol=\"BTC\"} 9.0001\n"
        "delay_seconds_count{symbol=\"BTC\"} 2\n"
        "# HELP fills_total Fills.\n"
        "# TYPE fills_total counter\n"
        "fills_total{symbol=\"BTC\"} 12\n"
        "# HELP monitoring_series_active Series the registry holds.\n"
        "# TYPE monitoring_series_active gauge\n"
        "monitoring_series_active 4\n"
        "# HELP price A \\\\ and\\na line.\n"
        "# TYPE price gauge\n"
        "price 0.30000000000000004\n");
}

TEST_CASE("label values are escaped") {
  Registry registry;
  registry.counter(kFills, {"a\"b\\c\nd"}).add();
  CHECK(text_of(registry).find("fills_total{symbol=\"a\\\"b\\\\c\\nd\"} 1\n") != std::string::npos);
}

TEST_CASE("values that are no numbers have their names") {
  const auto text = [](double value) { return to_text(std::array{gauge_family("x", value)}); };
  CHECK(text(std::numeric_limits<double>::infinity()) == "# TYPE x gauge\nx +Inf\n");
  CHECK(text(-std::numeric_limits<double>::infinity()) == "# TYPE x gauge\nx -Inf\n");
  CHECK(text(std::numeric_limits<double>::quiet_NaN()) == "# TYPE x gauge\nx NaN\n");
}

TEST_CASE("every number reads back as itself") {
  const bool holds = rc::check([](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    if (!std::isfinite(value)) return;
    const std::string text = to_text(std::array{gauge_family("x", value)});
    const std::string_view number =
        std::string_view(text).substr(std::string_view("# TYPE x gauge\nx ").size());
    double read = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), read);
    RC_ASSERT(error == std::errc{});
    RC_ASSERT(*end == '\n');
    RC_ASSERT(std::bit_cast<std::uint64_t>(read) == bits);
  });
  CHECK(holds);
}

TEST_CASE("prometheus-cpp's serialiser says the same of numbers it prints exactly") {
  const bool holds = rc::check([](const std::vector<std::uint32_t>& counts) {
    Registry registry;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::string symbol = std::to_string(i);
      registry.counter(kFills, {symbol}).add(counts[i]);
    }
    const auto families = registry.Collect();
    RC_ASSERT(to_text(families) == prometheus::TextSerializer().Serialize(families));
  });
  CHECK(holds);
}

TEST_CASE("a foreign histogram without +Inf and a summary are complete") {
  prometheus::ClientMetric metric;
  metric.histogram.bucket = {{.cumulative_count = 1, .upper_bound = 2}};
  metric.histogram.sample_count = 3;
  metric.histogram.sample_sum = 10;
  metric.timestamp_ms = 1234;
  CHECK(to_text(std::array{prometheus::MetricFamily{"h", "", prometheus::MetricType::Histogram, {metric}}}) ==
        "# TYPE h histogram\nh_bucket{le=\"2\"} 1 1234\nh_bucket{le=\"+Inf\"} 3 1234\nh_sum 10 1234\n"
        "h_count 3 1234\n");
  metric = {};
  metric.summary = {.sample_count = 2, .sample_sum = 5, .quantile = {{.quantile = 0.5, .value = 2.5}}};
  CHECK(to_text(std::array{prometheus::MetricFamily{"s", "", prometheus::MetricType::Summary, {metric}}}) ==
        "# TYPE s summary\ns{quantile=\"0.5\"} 2.5\ns_sum 5\ns_count 2\n");
}

TEST_CASE("families of several sources are sorted, joined by name, and told when their types differ") {
  Foreign first, second;
  first.families = {gauge_family("b", 1), gauge_family("a", 2)};
  second.families = {gauge_family("b", 3), gauge_family("a", 4)};
  second.families[1].type = prometheus::MetricType::Counter;
  const CollectedFamilies all = collect(std::array<const prometheus::Collectable*, 2>{&first, &second});
  CHECK(all.type_conflicts == 1);
  REQUIRE(all.families.size() == 2);
  CHECK(all.families[0].name == "a");
  CHECK(all.families[0].metric.size() == 1);
  CHECK(all.families[1].metric.size() == 2);
}
