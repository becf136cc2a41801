#include "monitoring/metrics/instruments.h"

#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

constexpr std::array kBounds{0.001, 0.01, 0.1, 1.0};
constexpr std::array<std::string_view, 1> kLabels{"thread"};
constexpr MetricDefinition kEvents{"events_total", MetricType::Counter, "1", "Events.", kLabels};
constexpr MetricDefinition kShared{"shared_total", MetricType::Counter, "1", "Events.", {}};
constexpr MetricDefinition kAmount{"amount_total", MetricType::Counter, "USD", "Amount.", {}};
constexpr MetricDefinition kLevel{"level", MetricType::Gauge, "1", "Level.", {}};
constexpr MetricDefinition kDelay{"delay_seconds", MetricType::Histogram, "seconds", "Delay.", {}, kBounds};
constexpr MetricDefinition kSpread{.name = "spread",
                                   .type = MetricType::Histogram,
                                   .unit = "1",
                                   .help = "Spread.",
                                   .labels = {},
                                   .signed_values = true};

}  // namespace

TEST_CASE("handles that belong to no registry record nothing") {
  Counter counter;
  counter.add();
  SharedCounter shared;
  shared.add();
  AmountCounter amount;
  amount.add(1);
  Gauge gauge;
  gauge.set(1);
  gauge.add(1);
  gauge.clear();
  Histogram histogram;
  histogram.observe(1);
  CHECK(counter.value() == 0);
  CHECK(shared.value() == 0);
  CHECK(amount.value() == 0);
  CHECK(gauge.value() == 0);
  CHECK(histogram.count() == 0);
  CHECK(histogram.sum() == 0);
}

TEST_CASE("a histogram counts as a naive one does, for any bounds and values") {
  const bool holds = rc::check([] {
    const auto drawn = *rc::gen::nonEmpty(rc::gen::container<std::set<int>>(rc::gen::inRange(-50, 50)));
    const std::vector<double> bounds(drawn.begin(), drawn.end());
    const auto values = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-120, 120));
    Registry registry;
    Histogram histogram = registry.histogram(kSpread, {}, bounds);
    double sum = 0;
    for (const int value : values) {
      histogram.observe(value / 2.0);
      sum += value / 2.0;
    }
    const auto collected = sample(registry, "spread");
    RC_ASSERT(collected.has_value());
    RC_ASSERT(collected->histogram.bucket.size() == bounds.size() + 1);
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const auto below = std::ranges::count_if(values, [&](int value) { return value / 2.0 <= bounds[i]; });
      RC_ASSERT(collected->histogram.bucket[i].cumulative_count == static_cast<std::uint64_t>(below));
    }
    RC_ASSERT(collected->histogram.sample_count == values.size());
    RC_ASSERT(histogram.count() == values.size());
    RC_ASSERT(collected->histogram.sample_sum == sum);
  });
  CHECK(holds);
}

TEST_CASE("a NaN observation counts beyond all bounds and leaves the sum") {
  Registry registry;
  Histogram delay = registry.histogram(kDelay, {});
  delay.observe(0.25);
  delay.observe(std::numeric_limits<double>::quiet_NaN());
  const auto collected = sample(registry, "delay_seconds");
  CHECK(collected->histogram.bucket[kBounds.size() - 1].cumulative_count == 1);
  CHECK(collected->histogram.sample_count == 2);
  CHECK(collected->histogram.sample_sum == 0.25);
}

TEST_CASE("times add up to the nanosecond, however many they are and in whatever order they come") {
  Registry registry;
  Histogram delay = registry.histogram(kDelay, {});
  for (int i = 0; i < 10; ++i) delay.observe(std::chrono::nanoseconds(100'000'000));
  CHECK(delay.sum() == 1.0);  // ten times 0.1 added up as doubles is 0.9999999999999999
  delay.observe(std::chrono::nanoseconds(1));
  delay.observe(0.000'000'002);
  CHECK(delay.sum() == 1.000'000'003);
  CHECK(delay.count() == 12);
}

TEST_CASE("a value between two steps of the sum goes to the nearer one, half to even") {
  CHECK(nearest_integer(0.5) == 0);
  CHECK(nearest_integer(1.5) == 2);
  CHECK(nearest_integer(-2.5) == -2);
  CHECK(nearest_integer(2.500'000'1) == 3);
  CHECK(nearest_integer(-0x1p53) == -(std::int64_t{1} << 53));
}

TEST_CASE("an observation beyond all reason counts in its bucket and adds a bounded amount") {
  Registry registry;
  Histogram delay = registry.histogram(kDelay, {});
  delay.observe(std::numeric_limits<double>::infinity());
  delay.observe(1e300);
  delay.observe(-1e300);
  CHECK(delay.count() == 3);
  CHECK(delay.bucket_count(0) == 1);
  CHECK(delay.bucket_count(kBounds.size()) == 2);
  CHECK(delay.sum() == 0x1p53 / 1e9);
}

TEST_CASE("several threads record into one histogram, and nothing is lost") {
  Registry registry;
  constexpr int kThreads = 4;
  constexpr int kTimes = 10'000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([delay = registry.shared_histogram(kDelay, {})]() mutable {
      for (int n = 0; n < kTimes; ++n) delay.observe(std::chrono::microseconds(n % 7));
    });
  }
  std::uint64_t last = 0;
  for (auto& thread : threads) {
    const auto seen = sample(registry, "delay_seconds");
    CHECK(seen->histogram.sample_count >= last);
    CHECK(seen->histogram.bucket.back().cumulative_count == seen->histogram.sample_count);
    last = seen->histogram.sample_count;
    thread.join();
  }
  const auto collected = sample(registry, "delay_seconds");
  CHECK(collected->histogram.sample_count == kThreads * kTimes);
  std::int64_t microseconds = 0;
  for (int n = 0; n < kTimes; ++n) microseconds += n % 7;
  CHECK(collected->histogram.sample_sum == static_cast<double>(kThreads * microseconds) / 1e6);
}

TEST_CASE("a gauge keeps the largest value it was shown") {
  Registry registry;
  Gauge gauge = registry.gauge(kLevel, {});
  CHECK(!sample(registry, "level").has_value());
  gauge.set_max(-3);
  CHECK(gauge.value() == -3);
  gauge.set_max(2);
  gauge.set_max(1);
  CHECK(gauge.value() == 2);
}

TEST_CASE("shared counters lose nothing between threads") {
  Registry registry;
  constexpr int kThreads = 4;
  constexpr int kAdds = 20'000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([counter = registry.shared_counter(kShared, {})]() mutable {
      for (int n = 0; n < kAdds; ++n) counter.add();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(counted(registry, "shared_total") == kThreads * kAdds);
}

TEST_CASE("a reader never sees a count going back while others write and register") {
  Registry registry;
  constexpr std::uint64_t kEventsWritten = 50'000;
  std::atomic<bool> done{false};
  Histogram delay = registry.histogram(kDelay, {});
  AmountCounter amount = registry.amount_counter(kAmount, {});
  Counter events = registry.counter(kEvents, {"writer"});
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kEventsWritten; ++i) {
      events.add();
      amount.add(0.5);
      delay.observe(static_cast<double>(i % 7) * 0.01);
    }
    done = true;
  });
  std::thread registrar([&] {
    for (int i = 0; i < 200; ++i) {
      const std::string name = std::to_string(i);
      registry.counter(kEvents, {name}).add();
    }
  });
  std::vector<std::uint64_t> last(kBounds.size() + 1, 0);
  double last_events = 0;
  double last_amount = 0;
  bool is_last_round = false;
  while (!is_last_round) {
    is_last_round = done;
    const auto histogram = sample(registry, "delay_seconds")->histogram;
    for (std::size_t i = 0; i < last.size(); ++i) {
      REQUIRE(histogram.bucket[i].cumulative_count >= last[i]);
      last[i] = histogram.bucket[i].cumulative_count;
    }
    REQUIRE(histogram.bucket.back().cumulative_count == histogram.sample_count);
    const double now_events = *counted(registry, "events_total", {"writer"});
    const double now_amount = *counted(registry, "amount_total");
    REQUIRE(now_events >= last_events);
    REQUIRE(now_amount >= last_amount);
    last_events = now_events;
    last_amount = now_amount;
  }
  writer.join();
  registrar.join();
  CHECK(last.back() == kEventsWritten);
  CHECK(last_events == kEventsWritten);
  CHECK(last_amount == kEventsWritten * 0.5);
}
