#include "monitoring/time/clock_steering.h"

#include <cmath>
#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

/// A machine of the imagination: a counter with 2.6 ticks a nanosecond, and a reference whose rate NTP
/// changes.
struct Machine {
  std::uint64_t ticks = 123'456'789'012'345;
  std::int64_t monotonic = 98'765'432'109;

  /// `time` of the reference passes, which runs `ppm` parts in a million too fast.
  void pass(nanoseconds time, std::int64_t ppm = 0) {
    monotonic += time.count();
    ticks += static_cast<std::uint64_t>(time.count() / 1000 * 2600 * (1'000'000 - ppm) / 1'000'000);
  }
  /// A reading that is `late` ns beside the truth.
  [[nodiscard]] ClockSample sample(std::int64_t late = 0) const {
    return {ticks, nanoseconds{monotonic + late}, 0ns};
  }
};

TickRate nominal() {
  return rate_over(26, 10ns);
}

Steering steering_of(const Machine& machine) {
  return start_steering(machine.sample(), nominal());
}

}  // namespace

TEST_CASE("two spans that agree give the rate of both") {
  Machine machine;
  const ClockSample first = machine.sample(-20);
  machine.pass(5ms);
  const ClockSample second = machine.sample(20);
  machine.pass(5ms);
  const auto rate = calibrate(first, second, machine.sample());
  REQUIRE(rate.has_value());
  const std::int64_t second_in_ticks = 2'600'000'000;
  CHECK(std::abs(time_of(second_in_ticks, *rate).count() - 1'000'000'000) < 4000);  // 4 ppm: 20 ns in 10 ms
}

TEST_CASE("a counter whose rate changes while it is measured is not used") {
  Machine machine;
  const ClockSample first = machine.sample();
  machine.pass(5ms);
  const ClockSample second = machine.sample();
  machine.pass(5ms, kMostDeviationPpm + 10);
  CHECK_FALSE(calibrate(first, second, machine.sample()).has_value());
}

TEST_CASE("a counter that stands still, runs backwards or is none of a processor's is not used") {
  Machine machine;
  const ClockSample first = machine.sample();
  machine.pass(5ms);
  const ClockSample second = machine.sample();
  machine.pass(5ms);
  const ClockSample third = machine.sample();
  REQUIRE(calibrate(first, second, third).has_value());

  ClockSample still = third;
  still.ticks = second.ticks;
  CHECK_FALSE(calibrate(first, second, still).has_value());
  CHECK_FALSE(calibrate(first, third, second).has_value());
  CHECK_FALSE(calibrate({0, 0ns, {}}, {1000, 5ms, {}}, {2000, 10ms, {}}).has_value());
  CHECK_FALSE(calibrate({0, 0ns, {}}, {13'000, 5us, {}}, {26'000, 10us, {}}).has_value());  // too short
}

TEST_CASE("an error of the first rate is gone after the second correction") {
  Machine machine;
  Steering steering = start_steering(machine.sample(), rate_over(2'600'000, 1'000'010ns));  // 10 ppm off
  std::vector<std::int64_t> drifts;
  for (int second = 0; second < 4; ++second) {
    machine.pass(1s);
    const SteerOutcome outcome = steer(steering, machine.sample());
    REQUIRE(outcome.result == SteerResult::Steered);
    drifts.push_back(outcome.drift.count());
    steering = outcome.next;
  }
  CHECK(std::abs(drifts[0] - 10'000) < 10);
  CHECK(std::abs(drifts[1]) < 300);  // 1 % of it: the correction began 10 ms late
  CHECK(std::abs(drifts[2]) < 10);
  CHECK(std::abs(drifts[3]) < 10);
}

TEST_CASE("the clock follows a reference that is slewed, and never goes back") {
  CHECK(rc::check([] {
    Machine machine;
    Steering steering = steering_of(machine);
    nanoseconds latest{0};
    std::int64_t ppm = 0;
    for (int second = 0; second < 30; ++second) {
      ppm = *rc::gen::inRange<std::int64_t>(-500, 500);
      // Readers have the curve of before until the next one is published, any time before its joint.
      const TickCurve known = steering.curve;
      for (int i = 0; i < 10; ++i) {
        machine.pass(100ms, ppm);
        const nanoseconds now = time_at(known, machine.ticks);
        RC_ASSERT(now >= latest);
        latest = now;
      }
      const SteerOutcome outcome = steer(steering, machine.sample(*rc::gen::inRange<std::int64_t>(-50, 50)));
      RC_ASSERT(outcome.result == SteerResult::Steered);
      RC_ASSERT(std::abs(outcome.drift.count()) < kMostDrift.count());
      steering = outcome.next;
      RC_ASSERT(time_at(steering.curve, machine.ticks) >= latest);
    }
  }));
}

TEST_CASE("where the reference keeps its rate the clock stays as close as it can be read") {
  CHECK(rc::check([] {
    Machine machine;
    Steering steering = steering_of(machine);
    const auto ppm = *rc::gen::inRange<std::int64_t>(-400, 400);
    for (int second = 0; second < 20; ++second) {
      machine.pass(1s, ppm);
      const SteerOutcome outcome = steer(steering, machine.sample(*rc::gen::inRange<std::int64_t>(-50, 50)));
      RC_ASSERT(outcome.result == SteerResult::Steered);
      if (second > 3) RC_ASSERT(std::abs(outcome.drift.count()) < 400);
      steering = outcome.next;
    }
  }));
}

TEST_CASE("a clock that is too far from the reference is given up") {
  Machine machine;
  const Steering steering = steering_of(machine);
  machine.pass(1s);
  CHECK(steer(steering, machine.sample(kMostDrift.count() - 1000)).result == SteerResult::Steered);
  CHECK(steer(steering, machine.sample(1000 - kMostDrift.count())).result == SteerResult::Steered);
  CHECK(steer(steering, machine.sample(kMostDrift.count() + 1000)).result == SteerResult::Lost);
  CHECK(steer(steering, machine.sample(-kMostDrift.count() - 1000)).result == SteerResult::Lost);
}

TEST_CASE("a counter that ran backwards is given up") {
  Machine machine;
  const Steering steering = steering_of(machine);
  ClockSample sample = machine.sample();
  --sample.ticks;
  CHECK(steer(steering, sample).result == SteerResult::Lost);
}

TEST_CASE("a sample soon after the last one changes nothing") {
  Machine machine;
  const Steering steering = steering_of(machine);
  machine.pass(99ms);
  const SteerOutcome outcome = steer(steering, machine.sample(400));
  CHECK(outcome.result == SteerResult::TooSoon);
  CHECK(std::abs(outcome.drift.count() + 400) <= 1);
  CHECK(outcome.next.curve == steering.curve);
}
