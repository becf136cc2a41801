#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/exposition/exposition.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"

using namespace vigil::monitoring;

namespace {

constexpr std::array<std::string_view, 2> kLabels{"symbol", "side"};
constexpr std::array<std::string_view, 2> kStateLabels{"account", "state"};
constexpr std::array<std::string_view, 3> kStates{"active", "reducing", "halted"};
constexpr std::array kBounds{0.001, 0.01, 2.5};
constexpr MetricDefinition kOrders{"test_orders_total", MetricType::Counter, "1", "Orders.", kLabels};
constexpr MetricDefinition kRequests{"test_requests_total", MetricType::Counter, "1", "Requests.", {}};
constexpr MetricDefinition kVolume{"test_volume_usd_total", MetricType::Counter, "USD", "Volume.", {}};
constexpr MetricDefinition kExposure{"test_exposure_usd", MetricType::Gauge, "USD", "Exposure.", kLabels};
constexpr MetricDefinition kState{"test_state", MetricType::Gauge, "1", "State.", kStateLabels, {}, kStates};
constexpr MetricDefinition kDelay{
    "test_delay_seconds", MetricType::Histogram, "seconds", "Delay.", kLabels, kBounds};
constexpr std::array<std::string_view, 1> kVenueLabels{"venue"};
constexpr MetricDefinition kIdle{.name = "test_idle_total",
                                 .type = MetricType::Counter,
                                 .unit = "1",
                                 .help = "Comes and goes.",
                                 .labels = kVenueLabels,
                                 .idle_expiry = std::chrono::seconds{60}};

/// Lines of a scrape as the history writes series, with their values.
std::map<std::string, std::string> scraped(const Registry& registry) {
  std::string text;
  static_cast<void>(Exposition(registry).write(ExpositionFormat::Text, {}, text));
  std::map<std::string, std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#') || line.starts_with("monitoring_")) continue;
    const std::size_t blank = line.rfind(' ');
    lines[line.substr(0, blank)] = line.substr(blank + 1);
  }
  return lines;
}

/// `a{x="1",le="0.5"}` with the labels in the order of their names.
std::string sorted_line(const Labels& labels) {
  std::string out{labels.value(kMetricNameLabel)};
  std::string inner;
  for (const Label label : labels) {
    if (label.name == kMetricNameLabel) continue;
    inner += (inner.empty() ? "" : ",") + std::string{label.name} + "=" + quoted_label_value(label.value);
  }
  return inner.empty() ? out : out + "{" + inner + "}";
}

std::string sorted_line(const std::string& line) {
  const std::size_t brace = line.find('{');
  LabelsBuilder builder;
  builder.set(kMetricNameLabel, line.substr(0, brace));
  if (brace == std::string::npos) return sorted_line(builder.build());
  std::istringstream in(line.substr(brace + 1, line.size() - brace - 2));
  for (std::string label; std::getline(in, label, ',');) {
    const std::size_t equals = label.find('=');
    builder.set(label.substr(0, equals), label.substr(equals + 2, label.size() - equals - 3));
  }
  return sorted_line(builder.build());
}

std::map<std::string, double> recorded(const History& history, SampleTime at) {
  std::map<std::string, double> lines;
  for (const auto& series : history.select({}, {.from = at, .to = at})) {
    const auto last = series->last({.from = at, .to = at});
    const bool is_own = series->labels().value(kMetricNameLabel).starts_with("monitoring_");
    if (last && !is_own && !is_stale(last->value)) lines[sorted_line(series->labels())] = last->value;
  }
  return lines;
}

}  // namespace

TEST_CASE("the history has every line of a scrape, with its value") {
  Registry registry;
  History history({}, registry);
  RegistrySampler sampler(registry, history);
  Counter orders = registry.counter(kOrders, {"BTC", "buy"});
  SharedCounter others = registry.shared_counter(kRequests, {});
  orders.add(3);
  others.add(4);
  registry.amount_counter(kVolume, {}).add(12.25);
  Gauge exposure = registry.gauge(kExposure, {"BTC", "buy"}, -7.5);
  Gauge unset = registry.gauge(kExposure, {"BTC", "sell"});
  StateSet state = registry.state_set(kState, {"MAIN"}, 1);
  Histogram delay = registry.histogram(kDelay, {"BTC", "buy"});
  delay.observe(std::chrono::microseconds{1500});
  delay.observe(std::chrono::seconds{3});

  const auto compare = [&](SampleTime now) {
    REQUIRE(sampler.sample(now));
    std::map<std::string, double> expected;
    for (const auto& [line, value] : scraped(registry)) expected[sorted_line(line)] = std::stod(value);
    CHECK(recorded(history, now) == expected);
    return expected.size();
  };
  const std::size_t lines = compare(1000);
  unset.set(5);
  CHECK(compare(2000) == lines + 1);
  exposure.clear();
  orders.add();
  state.set(2);
  registry.counter(kOrders, {"SOL", "sell"}).add();
  delay.observe(std::chrono::milliseconds{2});
  CHECK(compare(3000) == lines + 1);
  CHECK_FALSE(sampler.sample(3000));
}

TEST_CASE("a series that leaves the registry ends in the history, and its neighbours go on") {
  Registry registry;
  History history({}, registry);
  RegistrySampler sampler(registry, history);
  LabelledCounter idle = registry.labelled_counter(kIdle);
  idle.add({"A"});
  registry.expire_idle(std::chrono::seconds{1});
  REQUIRE(sampler.sample(1000));
  for (int second = 2; second < 200; ++second) {
    idle.add({"B"});
    registry.expire_idle(std::chrono::seconds{second});
    REQUIRE(sampler.sample(second * 1000));
  }
  const auto samples = [&](const std::string& venue) {
    std::vector<Sample> out;
    const std::vector<LabelMatcher> matchers{{MatchKind::Equal, "__name__", "test_idle_total"},
                                             {MatchKind::Equal, "venue", venue}};
    for (const auto& series : history.select(matchers, {})) series->read({}, RollUpColumn::Last, out);
    return out;
  };
  const auto a = samples("A");
  const auto b = samples("B");
  CHECK(is_stale(a.back().value));
  CHECK(a.back().time > 60'000);
  CHECK(a.back().time < 199'000);
  CHECK(b.size() == 198);
  CHECK(b.back().value == 198);
  CHECK(std::ranges::none_of(b, [](const Sample& sample) { return is_stale(sample.value); }));
}

TEST_CASE("what a gauge was between two samples is recorded for those that are asked for") {
  Registry registry;
  History history({}, registry);
  RegistrySampler sampler(registry, history, {}, {"test_exposure_usd"});
  Gauge exposure = registry.gauge(kExposure, {"BTC", "buy"});
  const auto at = [&](const std::string& name, SampleTime time) -> std::optional<double> {
    const std::array matchers{LabelMatcher(MatchKind::Equal, std::string{kMetricNameLabel}, name)};
    const auto found = history.select(matchers, {.from = time, .to = time});
    if (found.empty()) return std::nullopt;
    REQUIRE(found.size() == 1);
    CHECK(found[0]->labels().value("symbol") == "BTC");
    const auto sample = found[0]->last({.from = time, .to = time});
    return sample && !is_stale(sample->value) ? std::optional(sample->value) : std::nullopt;
  };
  REQUIRE(sampler.sample(1000));
  CHECK_FALSE(at("test_exposure_usd:max", 1000));

  exposure.set(5);
  REQUIRE(sampler.sample(2000));
  CHECK(at("test_exposure_usd:min", 2000) == 5);
  exposure.set(70);
  exposure.set(-4);
  exposure.set(6);
  REQUIRE(sampler.sample(3000));
  CHECK(at("test_exposure_usd", 3000) == 6);
  CHECK(at("test_exposure_usd:min", 3000) == -4);
  CHECK(at("test_exposure_usd:max", 3000) == 70);

  // The value that stands is a peak too.
  REQUIRE(sampler.sample(4000));
  CHECK(at("test_exposure_usd:min", 4000) == 6);
  CHECK(at("test_exposure_usd:max", 4000) == 6);
  exposure.set(9);
  exposure.clear();
  REQUIRE(sampler.sample(5000));
  CHECK_FALSE(at("test_exposure_usd", 5000));
  CHECK(at("test_exposure_usd:min", 5000) == 6);
  CHECK(at("test_exposure_usd:max", 5000) == 9);
  REQUIRE(sampler.sample(6000));
  CHECK_FALSE(at("test_exposure_usd:max", 6000));
}
