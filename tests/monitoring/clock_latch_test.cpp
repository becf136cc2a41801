#include "monitoring/time/clock_latch.h"

#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/time/clock_steering.h"

using namespace vigil::monitoring;
using std::chrono::nanoseconds;

namespace {

ClockLine line_of(std::int64_t number) {
  return {{static_cast<std::uint64_t>(number), nanoseconds{number}, {number}, {number}}, nanoseconds{number}};
}

}  // namespace

TEST_CASE("readers get whole lines, however often they change, and never one older than before") {
  constexpr std::int64_t kLines = 20'000;
  ClockLatch latch;
  latch.publish(line_of(1));
  std::atomic<bool> failed{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      for (std::int64_t seen = 0; seen < kLines;) {
        const ClockLine line = latch.read([] { return std::uint64_t{0}; }).line;
        const std::int64_t number = line.wall_offset.count();
        if (line.curve != line_of(number).curve || number < seen) failed = true;
        seen = number;
      }
    });
  }
  for (std::int64_t number = 2; number <= kLines; ++number) latch.publish(line_of(number));
  for (std::thread& reader : readers) reader.join();
  CHECK_FALSE(failed);
}

TEST_CASE("the counter is read while the line is in force") {
  ClockLatch latch;
  latch.publish(line_of(1));
  int reads = 0;
  const ClockLatch::Reading reading = latch.read([&] {
    if (++reads == 1) latch.publish(line_of(2));  // overtakes the first attempt
    return static_cast<std::uint64_t>(reads);
  });
  CHECK(reading.ticks == 2);
  CHECK(reading.line.wall_offset == nanoseconds{2});
}

TEST_CASE("time never goes back for any thread while the clock is corrected") {
  constexpr int kCorrections = 500;
  constexpr std::uint64_t kTicksInMillisecond = 2'600'000;
  std::atomic<std::uint64_t> counter{1'000'000};
  ClockSample sample{counter, nanoseconds{5'000'000}, {}};
  Steering steering = start_steering(sample, rate_over(26, nanoseconds{10}));
  ClockLatch latch;
  latch.publish({steering.curve, {}});

  std::atomic<bool> done{false};
  std::atomic<bool> failed{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      nanoseconds latest{0};
      while (!done.load(std::memory_order_relaxed)) {
        const auto [line, ticks] = latch.read([&] { return counter.load(); });
        const nanoseconds now = time_at(line.curve, ticks);
        if (now < latest) failed = true;
        latest = now;
      }
    });
  }
  for (int i = 0; i < kCorrections; ++i) {
    for (int step = i == 0 ? 0 : 5; step < 1000; ++step) counter.fetch_add(kTicksInMillisecond);
    // The reference runs 0.01 % fast for a second, then slow.
    sample.ticks = counter;
    sample.monotonic += nanoseconds{1'000'000'000 + (i % 2 == 0 ? 100'000 : -100'000)};
    const SteerOutcome outcome = steer(steering, sample);
    if (outcome.result != SteerResult::Steered) failed = true;
    steering = outcome.next;
    counter.fetch_add(5 * kTicksInMillisecond);  // half of the time there is before the joint
    latch.publish({steering.curve, {}});
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK_FALSE(failed);
}
