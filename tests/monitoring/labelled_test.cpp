#include "monitoring/metrics/labelled.h"

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "allocations.h"
#include "monitoring/exposition/exposition.h"
#include "monitoring/metrics/registry.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 2> kLabels{"client", "allowed"};
constexpr std::array kBounds{0.001, 0.1};
constexpr MetricDefinition kCalls{"calls_total", MetricType::Counter, "1", "Calls.", kLabels};
constexpr MetricDefinition kVolume{"volume_usd_total", MetricType::Counter, "USD", "Volume.", kLabels};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", kLabels,
                                  kBounds};

MetricDefinition expiring(MetricDefinition definition) {
  definition.idle_expiry = 60s;
  return definition;
}

}  // namespace

TEST_CASE("a labelled family finds its series by their values on each call") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  LabelledAmountCounter volume = registry.labelled_amount_counter(kVolume);
  LabelledHistogram delay = registry.labelled_histogram(kDelay);
  for (int i = 0; i < 3; ++i) {
    calls.add({"a", "true"});
    calls.add({"b", "true"}, 2);
    volume.add({"a", "true"}, 0.1);
    delay.observe({"a", "true"}, 2ms);
    delay.observe({"a", "true"}, 0.5);
  }
  CHECK(counted(registry, "calls_total", {"a", "true"}) == 3);
  CHECK(counted(registry, "calls_total", {"b", "true"}) == 6);
  CHECK(counted(registry, "volume_usd_total", {"a", "true"}) == 0.3);
  const auto observed = sample(registry, "delay_seconds", {"a", "true"});
  REQUIRE(observed.has_value());
  CHECK(observed->histogram.sample_count == 6);
  CHECK(observed->histogram.bucket[1].cumulative_count == 3);
}

TEST_CASE("the folded series of a labelled family is shown once something was folded") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  CHECK_FALSE(family(registry, "calls_total").has_value());
  calls.add({"a", "true"});
  CHECK(family(registry, "calls_total")->metric.size() == 1);
  calls.add({"other", "other"});
  CHECK(family(registry, "calls_total")->metric.size() == 2);
}

TEST_CASE("a flood of a hundred thousand values leaves a labelled family at its cap and loses nothing") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  constexpr int kValues = 100'000;
  for (int i = 0; i < kValues; ++i) {
    const std::string client = std::to_string(i);
    calls.add({client, "true"});
  }
  const auto shown = family(registry, "calls_total");
  REQUIRE(shown.has_value());
  CHECK(shown->metric.size() == Family::kCap);
  CHECK(counted(registry, "calls_total", {"other", "other"}) == kValues - static_cast<int>(Family::kCap) + 1);
  CHECK(counted(registry, "monitoring_series_overflow_total", {"calls_total"}) ==
        kValues - static_cast<int>(Family::kCap) + 1);
}

TEST_CASE("looking up a series that exists allocates nothing, and neither does a full family") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  LabelledCounter expiring_calls = registry.labelled_counter([] {
    MetricDefinition definition = expiring(kCalls);
    definition.name = "expiring_calls_total";
    return definition;
  }());
  std::vector<std::string> clients;
  for (int i = 0; i < 2'000; ++i) clients.push_back(std::to_string(i));
  const auto record = [&] {
    for (const std::string& client : clients) {
      calls.add({client, "true"});
      expiring_calls.add({client, "true"});
    }
  };
  record();
  const std::size_t before = allocations();
  record();
  CHECK(allocations() == before);
}

TEST_CASE("values that are not UTF-8 find the series that their repaired form has") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  calls.add({"a\xFF", "true"});
  calls.add({"a\xFF", "true"});
  CHECK(counted(registry, "calls_total", {"a\xEF\xBF\xBD", "true"}) == 2);
}

TEST_CASE("a labelled family of a disabled registry records nothing") {
  Registry registry(false);
  LabelledCounter calls = registry.labelled_counter(kCalls);
  calls.add({"a", "true"});
  CHECK(registry.Collect().empty());
}

TEST_CASE("series that nothing was recorded in are forgotten after their time, others stay") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(expiring(kCalls));
  calls.add({"busy", "true"});
  calls.add({"idle", "true"});
  const std::size_t series = registry.series_count();
  registry.expire_idle(0s);
  calls.add({"busy", "true"});
  registry.expire_idle(59s);
  CHECK(counted(registry, "calls_total", {"idle", "true"}) == 1);
  registry.expire_idle(60s);
  CHECK_FALSE(counted(registry, "calls_total", {"idle", "true"}).has_value());
  registry.expire_idle(61s);
  CHECK(counted(registry, "monitoring_series_expired_total") == 1);
  CHECK(registry.series_count() == series - 1 + 1);  // the counter of expired series itself came
  CHECK(counted(registry, "calls_total", {"busy", "true"}) == 2);

  calls.add({"idle", "true"});
  CHECK(counted(registry, "calls_total", {"idle", "true"}) == 1);
  calls.add({"busy", "true"});
  CHECK(counted(registry, "calls_total", {"busy", "true"}) == 3);
}

TEST_CASE("expiry makes room in a full family") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(expiring(kCalls));
  for (int i = 0; i < 2'000; ++i) {
    const std::string client = std::to_string(i);
    calls.add({client, "true"});
  }
  CHECK_FALSE(counted(registry, "calls_total", {"1500", "true"}).has_value());
  registry.expire_idle(0s);
  registry.expire_idle(60s);
  registry.expire_idle(61s);
  calls.add({"1500", "true"});
  CHECK(counted(registry, "calls_total", {"1500", "true"}) == 1);
  CHECK(family(registry, "calls_total")->metric.size() == 2);
  CHECK(counted(registry, "monitoring_series_expired_total") == Family::kCap - 1);
}

TEST_CASE("a scrape that is under way keeps the series it shows") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(expiring(kCalls));
  calls.add({"idle", "true"});
  registry.expire_idle(0s);
  const auto scrape = registry.families();
  registry.expire_idle(60s);
  registry.expire_idle(61s);
  CHECK_FALSE(counted(registry, "monitoring_series_expired_total").has_value());
  for (const auto& [definition, set] : scrape) {
    if (definition->name == "calls_total") CHECK(set->count(1) == 1);
  }
}

TEST_CASE("a registry that ends while series are leaving gives every cell back once") {
  {
    Registry registry;
    LabelledCounter calls = registry.labelled_counter(expiring(kCalls));
    calls.add({"idle", "true"});
    registry.expire_idle(0s);
    calls.add({"busy", "true"});
    registry.expire_idle(60s);
  }
  // Cells given back twice would belong to two series.
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(kCalls);
  constexpr int kSeries = 10;
  for (int i = 0; i < kSeries; ++i) calls.add({std::to_string(i), "true"});
  for (int i = 0; i < kSeries; ++i) CHECK(counted(registry, "calls_total", {std::to_string(i), "true"}) == 1);
}

TEST_CASE("no record is lost while series come and go under the hands of several threads") {
  Registry registry;
  LabelledCounter calls = registry.labelled_counter(expiring(kCalls));
  LabelledHistogram delay = registry.labelled_histogram(expiring(kDelay));
  constexpr std::uint64_t kRounds = 20'000;
  constexpr std::size_t kThreads = 3;
  std::atomic<std::size_t> running = kThreads;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t i = 0; i < kRounds; ++i) {
        const std::string client = std::to_string((i / 500 + thread) % 7);
        calls.add({client, "true"});
        delay.observe({client, "true"}, 1us);
      }
      --running;
    });
  }
  // Everything counts as idle at each turn, so sets are replaced all the time.
  std::chrono::nanoseconds now{};
  std::uint64_t last = 0;
  bool never_falls = true;
  while (running != 0) {
    registry.expire_idle(now += 60s);
    registry.update_own_metrics();
    const auto records =
        static_cast<std::uint64_t>(counted(registry, "monitoring_records_total").value_or(0));
    never_falls = never_falls && records >= last;
    last = records;
    std::string text;
    (void)Exposition(registry).write(ExpositionFormat::Text, {}, text);
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 4; ++i) registry.expire_idle(now += 60s);
  registry.update_own_metrics();
  CHECK(never_falls);
  const double expired = *counted(registry, "monitoring_series_expired_total");
  CHECK(counted(registry, "monitoring_records_total").value_or(0) == 2.0 * kThreads * kRounds + expired);
  CHECK_FALSE(family(registry, "calls_total").has_value());
}
