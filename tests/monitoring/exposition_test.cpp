#include "monitoring/exposition/exposition.h"

#include <array>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/exposition/bound_text.h"

using namespace vigil::monitoring;

namespace {

constexpr std::array<std::string_view, 1> kLabels{"symbol"};
constexpr std::array kBounds{1e-05, 0.5, 1.0, 2'500'000.0};
constexpr std::array kSignedBounds{-1.0, 0.0, 1.0};
constexpr MetricDefinition kFills{"fills_total", MetricType::Counter, "1", "Fills \"done\".", kLabels};
constexpr MetricDefinition kBytes{"sent_bytes_total", MetricType::Counter, "bytes", "Sent.", {}};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", kLabels,
                                  kBounds};
constexpr MetricDefinition kSlippage{.name = "slippage_basis_points",
                                     .type = MetricType::Histogram,
                                     .unit = "1",
                                     .help = "",
                                     .labels = {},
                                     .buckets = kSignedBounds,
                                     .signed_values = true};
constexpr MetricDefinition kCost{.name = "cost_basis_points",
                                 .type = MetricType::Histogram,
                                 .unit = "1",
                                 .help = "",
                                 .labels = {},
                                 .buckets = kBounds,
                                 .signed_values = true};
constexpr MetricDefinition kPrice{"price", MetricType::Gauge, "USD", "Price.", kLabels};

struct Foreign : prometheus::Collectable {
  std::vector<prometheus::MetricFamily> families;
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override { return families; }
};

std::string shown(const Registry& registry, ExpositionFormat format, const std::vector<std::string>& names,
                  const std::vector<const prometheus::Collectable*>& others = {}) {
  std::string out;
  (void)Exposition(registry, others).write(format, names, out);
  return out;
}

std::string created_text(const Registry& registry, std::string_view family) {
  for (const auto& [definition, set] : registry.families()) {
    if (definition->name == family) return std::to_string(set->table().entry(0).created);
  }
  return "";
}

}  // namespace

TEST_CASE("a registry reads as OpenMetrics text") {
  Registry registry;
  registry.counter(kFills, {"BTC"}).add(12);
  registry.counter(kBytes, {}).add(7);
  Histogram delay = registry.histogram(kDelay, {"BTC"});
  delay.observe(std::chrono::nanoseconds{500'000'001});
  registry.gauge(kPrice, {"BTC"}).set(0.5);
  CHECK(shown(registry, ExpositionFormat::OpenMetrics,
              {"fills_total", "sent_bytes_total", "delay_seconds", "price"}) ==
        "# HELP delay_seconds Delay.\n"
        "# TYPE delay_seconds histogram\n"
        "# UNIT delay_seconds seconds\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"1e-05\"} 0\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"0.5\"} 0\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"1.0\"} 1\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"2.5e+06\"} 1\n"
        "delay_seconds_bucket{symbol=\"BTC\",le=\"+Inf\"} 1\n"
        "delay_seconds_sum{symbol=\"BTC\"} 0.500000001\n"
        "delay_seconds_count{symbol=\"BTC\"} 1\n"
        "delay_seconds_created{symbol=\"BTC\"} " +
            created_text(registry, "delay_seconds") +
            "\n"
            "# HELP fills Fills \\\"done\\\".\n"
            "# TYPE fills counter\n"
            "fills_total{symbol=\"BTC\"} 12\n"
            "fills_created{symbol=\"BTC\"} " +
            created_text(registry, "fills_total") +
            "\n"
            "# HELP price Price.\n"
            "# TYPE price gauge\n"
            "price{symbol=\"BTC\"} 0.5\n"
            "# HELP sent_bytes Sent.\n"
            "# TYPE sent_bytes counter\n"
            "# UNIT sent_bytes bytes\n"
            "sent_bytes_total 7\n"
            "sent_bytes_created " +
            created_text(registry, "sent_bytes_total") + "\n# EOF\n");
}

TEST_CASE("a histogram of signed values has no sum and no count in OpenMetrics, as its rules say") {
  for (const MetricDefinition* definition : {&kSlippage, &kCost}) {
    Registry registry;
    const std::string name(definition->name);
    CAPTURE(name);
    registry.histogram(*definition, {}).observe(-0.5);
    const std::string open = shown(registry, ExpositionFormat::OpenMetrics, {name});
    CHECK(open.find(name + "_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
    CHECK(open.find("_sum") == std::string::npos);
    CHECK(open.find("_count") == std::string::npos);
    CHECK(shown(registry, ExpositionFormat::Text, {name}).find(name + "_sum -0.5\n") != std::string::npos);
  }
}

TEST_CASE("a foreign histogram whose sum is negative has no sum and no count in OpenMetrics") {
  const Registry registry;
  Foreign foreign;
  prometheus::ClientMetric metric;
  metric.histogram.sample_count = 2;
  metric.histogram.sample_sum = -3;
  metric.histogram.bucket = {{.cumulative_count = 2, .upper_bound = 1}};
  foreign.families = {{"gain", "", prometheus::MetricType::Histogram, {metric}}};
  CHECK(shown(registry, ExpositionFormat::OpenMetrics, {"gain"}, {&foreign}) ==
        "# TYPE gain histogram\ngain_bucket{le=\"1.0\"} 2\ngain_bucket{le=\"+Inf\"} 2\n# EOF\n");
  CHECK(shown(registry, ExpositionFormat::Text, {"gain"}, {&foreign}) ==
        "# TYPE gain histogram\ngain_bucket{le=\"1\"} 2\ngain_bucket{le=\"+Inf\"} 2\n"
        "gain_sum -3\ngain_count 2\n");
}

TEST_CASE("families are chosen by their name or by a sample's") {
  Registry registry;
  registry.counter(kFills, {"BTC"}).add();
  (void)registry.histogram(kDelay, {"BTC"});
  const auto families = [&](const std::string& name) {
    const std::string text = shown(registry, ExpositionFormat::Text, {name});
    return std::pair(text.find("# TYPE fills_total") != std::string::npos,
                     text.find("# TYPE delay_seconds") != std::string::npos);
  };
  CHECK(families("fills_total") == std::pair(true, false));
  CHECK(families("fills") == std::pair(true, false));
  CHECK(families("fills_created") == std::pair(true, false));
  CHECK(families("delay_seconds") == std::pair(false, true));
  CHECK(families("delay_seconds_bucket") == std::pair(false, true));
  CHECK(families("delay") == std::pair(false, false));
  CHECK(shown(registry, ExpositionFormat::OpenMetrics, {"nothing"}) == "# EOF\n");
}

TEST_CASE("a foreign collectable joins, and families of one name become one") {
  Registry registry;
  registry.counter(kFills, {"BTC"}).add(1);
  Foreign foreign;
  prometheus::ClientMetric metric;
  metric.counter.value = 2;
  metric.label = {{.name = "symbol", .value = "A\"B"}};
  foreign.families = {{"zeta", "Last.", prometheus::MetricType::Counter, {metric}},
                      {"fills_total", "Other help.", prometheus::MetricType::Counter, {metric}},
                      {"alpha", "", prometheus::MetricType::Untyped, {metric}}};
  const std::vector<std::string> names{"zeta", "fills_total", "alpha"};
  CHECK(shown(registry, ExpositionFormat::Text, names, {&foreign}) ==
        "# TYPE alpha untyped\nalpha{symbol=\"A\\\"B\"} 0\n"
        "# HELP fills_total Fills \"done\".\n# TYPE fills_total counter\nfills_total{symbol=\"BTC\"} 1\n"
        "fills_total{symbol=\"A\\\"B\"} 2\n"
        "# HELP zeta Last.\n# TYPE zeta counter\nzeta{symbol=\"A\\\"B\"} 2\n");
  const std::string open = shown(registry, ExpositionFormat::OpenMetrics, names, {&foreign});
  CHECK(open.find("# TYPE alpha unknown\n") != std::string::npos);
  CHECK(open.find("# TYPE zeta counter\nzeta_total{symbol=\"A\\\"B\"} 2\n# EOF\n") != std::string::npos);
}

TEST_CASE("a foreign family of another type is left out and counted") {
  Registry registry;
  registry.counter(kFills, {"BTC"}).add(1);
  Foreign foreign;
  foreign.families = {{"fills_total", "", prometheus::MetricType::Gauge, {prometheus::ClientMetric{}}}};
  std::string text;
  CHECK(Exposition(registry, {&foreign}).write(ExpositionFormat::Text, {}, text) == 1);
  CHECK(text.find("fills_total{symbol=\"BTC\"} 1\n") != std::string::npos);
  CHECK(text.find("fills_total 0") == std::string::npos);
}

TEST_CASE("Accept chooses what has the highest weight, and text where nothing fits") {
  using enum ExpositionFormat;
  CHECK(negotiated_format("") == Text);
  CHECK(negotiated_format("*/*") == Text);
  CHECK(negotiated_format("text/html") == Text);
  CHECK(negotiated_format("application/openmetrics-text") == OpenMetrics);
  CHECK(negotiated_format("Application/OpenMetrics-Text; Version=1.0.0; charset=utf-8") == OpenMetrics);
  CHECK(negotiated_format("application/openmetrics-text;version=0.0.1") == Text);
  CHECK(negotiated_format("application/openmetrics-text;version=1.0.0;q=0") == Text);
  CHECK(negotiated_format("text/plain;version=0.0.4, application/openmetrics-text") == Text);
  CHECK(negotiated_format("text/plain;q=0.3,application/openmetrics-text;q=0.4") == OpenMetrics);
  CHECK(negotiated_format("application/vnd.google.protobuf") == Text);
  // What Prometheus 2.42 sends, without and with native histograms.
  CHECK(negotiated_format("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version="
                          "0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1") == OpenMetrics);
  CHECK(negotiated_format(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
            "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;"
            "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1") == Protobuf);
}

TEST_CASE("no Accept header upsets the negotiation") {
  const bool holds = rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('a', '/', '*', ';', ',', '=', 'q', '"', ' ', '.', '1', '0', '\t', '\xFF'));
    (void)negotiated_format(text);
  });
  CHECK(holds);
}

TEST_CASE("bounds are written as each text format has them") {
  const auto both = [](double bound) {
    return std::pair(bound_text(bound, TextDialect::Prometheus), bound_text(bound, TextDialect::OpenMetrics));
  };
  using Texts = std::pair<std::string, std::string>;
  CHECK(both(0.0025) == Texts{"0.0025", "0.0025"});
  CHECK(both(1e-05) == Texts{"1e-05", "1e-05"});
  CHECK(both(0) == Texts{"0", "0.0"});
  CHECK(both(-5) == Texts{"-5", "-5.0"});
  CHECK(both(100'000) == Texts{"100000", "100000.0"});
  CHECK(both(1'000'000) == Texts{"1000000", "1e+06"});
  CHECK(both(-1'234'567.5) == Texts{"-1234567.5", "-1.2345675e+06"});
  CHECK(both(1e20) == Texts{"1e+20", "1e+20"});
  CHECK(both(HUGE_VAL) == Texts{"+Inf", "+Inf"});
}

TEST_CASE("counts and sums of any size are exact") {
  const bool holds = rc::check([](std::uint64_t bits, std::uint8_t shift, std::int64_t steps) {
    const std::uint64_t count = bits >> (shift % 64U);
    Registry registry;
    registry.counter(kBytes, {}).add(count);
    RC_ASSERT(shown(registry, ExpositionFormat::Text, {"sent_bytes_total"})
                  .ends_with("\nsent_bytes_total " + std::to_string(count) + "\n"));

    Histogram delay = registry.histogram(kDelay, {"BTC"});
    const std::int64_t nanoseconds = steps / (std::int64_t{1} << (shift % 63U));
    delay.observe(std::chrono::nanoseconds{nanoseconds});
    std::string digits = std::to_string(nanoseconds < 0 ? -nanoseconds : nanoseconds);
    if (digits.size() < 10) digits.insert(0, 10 - digits.size(), '0');
    digits.insert(digits.size() - 9, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    RC_ASSERT(shown(registry, ExpositionFormat::Text, {"delay_seconds"})
                  .find("delay_seconds_sum{symbol=\"BTC\"} " + std::string(nanoseconds < 0 ? "-" : "") +
                        digits + "\n") != std::string::npos);
  });
  CHECK(holds);
}

TEST_CASE("labels longer than the writer's pieces are written whole") {
  Registry registry;
  const std::string symbol(100'000, 'x');
  registry.counter(kFills, {symbol}).add(3);
  CHECK(shown(registry, ExpositionFormat::Text, {"fills_total"})
            .ends_with("fills_total{symbol=\"" + symbol + "\"} 3\n"));
}
