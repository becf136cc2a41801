#include "monitoring/metrics/histograms.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include <doctest/doctest.h>

#include "allocations.h"
#include "monitoring/exposition/exposition.h"
#include "monitoring/metrics/distribution.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

constexpr std::array kBounds{0.001, 0.1};
constexpr MetricDefinition kDelay{.name = "delay_seconds",
                                  .type = MetricType::Histogram,
                                  .unit = "seconds",
                                  .help = "Delay.",
                                  .labels = {},
                                  .buckets = kBounds,
                                  .distribution = &kTimeLayout,
                                  .exemplars = true};
constexpr MetricDefinition kShared{.name = "shared_seconds",
                                   .type = MetricType::Histogram,
                                   .unit = "seconds",
                                   .help = "Delay.",
                                   .labels = {},
                                   .buckets = kBounds,
                                   .distribution = &kTimeLayout};
constexpr MetricDefinition kVolume{"volume_usd_total", MetricType::Counter, "USD", "Volume.", {}};

std::string open_metrics(const Registry& registry, const std::string& name) {
  std::string out;
  (void)Exposition(registry).write(ExpositionFormat::OpenMetrics, std::array{name}, out);
  return out;
}

}  // namespace

TEST_CASE("every record of a histogram with a distribution counts in a slot of it too") {
  Registry registry;
  Histogram own = registry.histogram(kDelay, {});
  SharedHistogram shared = registry.shared_histogram(kShared, {});
  const auto slots_of = [](const auto& histogram) {
    std::vector<std::uint64_t> slots(kTimeLayout.slots());
    for (std::size_t slot = 0; slot < slots.size(); ++slot) slots[slot] = histogram.slot_count(slot);
    return slots;
  };
  for (int i = 1; i <= 100; ++i) {
    own.observe(i * 1ms);
    shared.observe(i * 0.001);
  }
  own.observe(std::numeric_limits<double>::quiet_NaN());
  own.observe(-1.0);
  std::vector<std::uint64_t> slots = slots_of(own);
  CHECK(slots[kTimeLayout.overflow_slot()] == 1);
  CHECK(slots[0] == 1);
  CHECK(own.count() == 102);
  slots[0] = slots[kTimeLayout.overflow_slot()] = 0;
  CHECK(slots == slots_of(shared));
  CHECK(quantile(kTimeLayout, slots, 0.5).value() == doctest::Approx(0.050).epsilon(kQuantileError));
  CHECK(quantile(kTimeLayout, slots, 0.99).value() == doctest::Approx(0.099).epsilon(kQuantileError));
}

TEST_CASE("a bucket keeps the latest observation with its trace, for OpenMetrics") {
  Registry registry;
  TracedHistogram delay = registry.traced_histogram(kDelay, {});
  delay.observe(500us, {.high = 0xAB, .low = 1}, 1'700'000'000'250'000'000ns);
  delay.observe(20ms, {.high = 0, .low = 0xFF}, 1'700'000'001s);
  delay.observe(0.03, {.high = 0, .low = 0xFE}, 1'700'000'002s);
  delay.observe(1s);
  const std::string text = open_metrics(registry, "delay_seconds");
  CHECK(text.find(
            "delay_seconds_bucket{le=\"0.001\"} 1 # {trace_id=\"00000000000000ab0000000000000001\"} 0.0005 "
            "1700000000.250000000\n") != std::string::npos);
  CHECK(text.find("delay_seconds_bucket{le=\"0.1\"} 3 # {trace_id=\"000000000000000000000000000000fe\"} 0.03 "
                  "1700000002.000000000\n") != std::string::npos);
  CHECK(text.find("delay_seconds_bucket{le=\"+Inf\"} 4\n") != std::string::npos);
  std::string plain;
  (void)Exposition(registry).write(ExpositionFormat::Text, {}, plain);
  CHECK(plain.find("trace_id") == std::string::npos);
}

TEST_CASE("an exemplar is read whole or not at all") {
  ExemplarSlot slot;
  CHECK_FALSE(slot.read().has_value());
  std::atomic<bool> is_done = false;
  std::thread writer([&] {
    for (std::uint64_t i = 1; i < 40'000; ++i) {
      slot.store({.value = static_cast<double>(i),
                  .trace = {.high = i, .low = ~i},
                  .time = std::chrono::nanoseconds{static_cast<std::int64_t>(i)}});
    }
    is_done = true;
  });
  bool is_whole = true;
  while (!is_done) {
    const auto read = slot.read();
    if (!read) continue;
    const std::uint64_t i = read->trace.high;
    is_whole = is_whole && read->trace.low == ~i && read->value == static_cast<double>(i) &&
               read->time.count() == static_cast<std::int64_t>(i);
  }
  writer.join();
  CHECK(is_whole);
}

TEST_CASE("recording allocates nothing, with distribution and exemplars too") {
  Registry registry;
  TracedHistogram delay = registry.traced_histogram(kDelay, {});
  SharedHistogram shared = registry.shared_histogram(kShared, {});
  SharedAmountCounter volume = registry.shared_amount_counter(kVolume, {});
  const auto record = [&] {
    for (int i = 0; i < 1'000; ++i) {
      delay.observe(i * 1us, {.high = 1, .low = 2}, 3ns);
      shared.observe(i * 1e-6);
      volume.add(0.25);
    }
  };
  record();
  const std::size_t before = allocations();
  record();
  CHECK(allocations() == before);
}

TEST_CASE("amounts that several threads add sum up exactly") {
  Registry registry;
  SharedAmountCounter volume = registry.shared_amount_counter(kVolume, {});
  const auto add = [volume]() mutable {
    for (int i = 0; i < 10'000; ++i) volume.add(0.1);
  };
  std::thread first(add);
  std::thread second(add);
  first.join();
  second.join();
  CHECK(volume.value() == 2'000);
  CHECK(vigil::monitoring::test::counted(registry, "volume_usd_total") == 2'000);
}
