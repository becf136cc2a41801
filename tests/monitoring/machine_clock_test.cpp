#include "monitoring/time/machine_clock.h"
#include "monitoring/time/wall_steps.h"

#include <cmath>
#include <cstdlib>

#include <doctest/doctest.h>

#include "monitoring/time/clock_metrics.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

nanoseconds steady() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// What CLOCK_MONOTONIC would have to be at `ticks` for the clock to be `ahead` of it.
ClockSample sample_at(const MachineClock& clock, std::uint64_t ticks, std::uint64_t ticks_now,
                      nanoseconds now, nanoseconds ahead) {
  const double since = static_cast<double>(static_cast<std::int64_t>(ticks - ticks_now)) / clock.hertz();
  return {ticks, now - ahead + nanoseconds{std::llround(since * 1e9)}, 0ns};
}

/// Whether the machine's counter can be measured here at all.
bool started(MachineClock& clock) {
  clock.start(ClockChoice::Counter);
  if (clock.source() == ClockSource::Tsc) return true;
  MESSAGE("skipped: the counter cannot be used here: " << to_string(clock.reason()));
  return false;
}

}  // namespace

TEST_CASE("the counter is tried only where processor and kernel vouch for it") {
  const CounterSupport good{true, true, true};
  const CounterSupport silent_kernel{true, true, std::nullopt};
  const CounterSupport not_invariant{true, false, true};
  const CounterSupport not_listed{true, true, false};
  const CounterSupport none{false, false, false};
  CHECK(reason_against(ClockChoice::Automatic, good) == std::nullopt);
  CHECK(reason_against(ClockChoice::Automatic, silent_kernel) == std::nullopt);
  CHECK(reason_against(ClockChoice::Automatic, not_invariant) == ClockReason::NotInvariant);
  CHECK(reason_against(ClockChoice::Automatic, not_listed) == ClockReason::NotListed);
  CHECK(reason_against(ClockChoice::Automatic, none) == ClockReason::NoCounter);
  CHECK(reason_against(ClockChoice::Counter, not_invariant) == std::nullopt);
  CHECK(reason_against(ClockChoice::Counter, not_listed) == std::nullopt);
  CHECK(reason_against(ClockChoice::Counter, none) == ClockReason::NoCounter);
  CHECK(reason_against(ClockChoice::Monotonic, good) == ClockReason::Configured);
}

TEST_CASE("a clock that was not started, or is not to use the counter, reads the system's clocks") {
  MachineClock clock;
  CHECK(clock.reason() == ClockReason::NotStarted);
  nanoseconds before = steady();
  CHECK(clock.monotonic() >= before);
  clock.start(ClockChoice::Monotonic);
  CHECK(clock.source() == ClockSource::Monotonic);
  CHECK(clock.reason() == ClockReason::Configured);
  before = steady();
  const MachineTime now = clock.now();
  CHECK(now.monotonic >= before);
  CHECK(now.monotonic <= steady());
  CHECK(now.wall <= std::chrono::system_clock::now().time_since_epoch());
  CHECK(clock.follow().result == ClockCheckResult::Unneeded);
  clock.start(ClockChoice::Automatic);
  CHECK(clock.reason() == ClockReason::Configured);  // the first call decided
}

TEST_CASE("the counter's time is the system's, on both clocks") {
  MachineClock clock;
  if (!started(clock)) return;
  CHECK(clock.reason() == ClockReason::Calibrated);
  CHECK(clock.hertz() > 1e8);
  CHECK(clock.hertz() < 1e10);
  const nanoseconds before = steady();
  const MachineTime now = clock.now();
  const nanoseconds after = steady();
  CHECK(now.monotonic >= before - kMostDrift);
  CHECK(now.monotonic <= after + kMostDrift);
  const nanoseconds wall = std::chrono::system_clock::now().time_since_epoch();
  CHECK(now.wall - now.monotonic >= wall - steady() - kMostDrift);
}

TEST_CASE("a correction is dropped when it would be published too late, and made when in time") {
  MachineClock clock;
  if (!started(clock)) return;
  const nanoseconds time = clock.monotonic();
  const std::uint64_t ticks = read_ticks();
  const auto second = static_cast<std::uint64_t>(clock.hertz());
  const ClockSample sample = sample_at(clock, ticks + second, ticks, time, 500us);
  CHECK(clock.follow(sample, sample.ticks + second / 100).result == ClockCheckResult::Late);
  const ClockCheck check = clock.follow(sample, sample.ticks);
  CHECK(check.result == ClockCheckResult::Followed);
  REQUIRE(check.drift.has_value());
  CHECK(std::abs((*check.drift - 500us).count()) < 1'000'000);
  CHECK(clock.follow(sample, sample.ticks).result == ClockCheckResult::Lost);  // no time has passed
}

TEST_CASE("a step of the wall clock shows with the next check, and its noise does not") {
  MachineClock clock;
  if (!started(clock)) return;
  const MachineTime first = clock.now();
  const nanoseconds offset = first.wall - first.monotonic;
  const std::uint64_t ticks = read_ticks();
  const auto second = static_cast<std::uint64_t>(clock.hertz());

  ClockSample sample = sample_at(clock, ticks + second, ticks, first.monotonic, 0ns);
  sample.wall_offset = offset + 900ns;
  REQUIRE(clock.follow(sample, sample.ticks).result == ClockCheckResult::Followed);
  const MachineTime same = clock.now();
  CHECK(same.wall - same.monotonic == offset);

  sample = sample_at(clock, ticks + 2 * second, ticks, first.monotonic, 0ns);
  sample.wall_offset = offset - 3h;
  REQUIRE(clock.follow(sample, sample.ticks).result == ClockCheckResult::Followed);
  const MachineTime stepped = clock.now();
  CHECK(stepped.wall - stepped.monotonic == offset - 3h);
}

TEST_CASE("a counter that ran away is given up for good, and time does not go back") {
  MachineClock clock;
  if (!started(clock)) return;
  const nanoseconds time = clock.monotonic();
  const std::uint64_t ticks = read_ticks();
  const auto second = static_cast<std::uint64_t>(clock.hertz());
  const ClockSample sample = sample_at(clock, ticks + second, ticks, time, 5ms);
  CHECK(clock.follow(sample, sample.ticks).result == ClockCheckResult::Lost);
  CHECK(clock.source() == ClockSource::Monotonic);
  CHECK(clock.reason() == ClockReason::Drifted);
  CHECK(clock.monotonic() >= time + 1s);  // the sample said that the clock was there
  CHECK(clock.follow().result == ClockCheckResult::Unneeded);
  clock.start(ClockChoice::Counter);
  CHECK(clock.source() == ClockSource::Monotonic);
}

TEST_CASE("a wall clock that was set is told from one that is slewed, forward and back") {
  WallSteps steps;
  CHECK_FALSE(steps.observe({.monotonic = 10s, .wall = 1'000s}).has_value());
  CHECK_FALSE(steps.observe({.monotonic = 11s, .wall = 1'001s + 500us}).has_value());
  CHECK_FALSE(steps.observe({.monotonic = 15s, .wall = 1'005s + 9ms}).has_value());
  CHECK(steps.observe({.monotonic = 16s, .wall = 4'606s + 9ms}) == 3600s);
  CHECK_FALSE(steps.observe({.monotonic = 17s, .wall = 4'607s + 9ms}).has_value());
  CHECK(steps.observe({.monotonic = 18s, .wall = 4'607s + 509ms}) == -500ms);

  Registry registry;
  ClockMetrics metrics(registry, ClockSource::Tsc);
  using test::counted;
  using test::gauged;
  CHECK_FALSE(gauged(registry, "monitoring_wall_clock_step_seconds").has_value());
  metrics.stepped(3600s);
  metrics.stepped(-500ms);
  CHECK(counted(registry, "monitoring_wall_clock_steps_total", {"forward"}) == 1);
  CHECK(counted(registry, "monitoring_wall_clock_steps_total", {"back"}) == 1);
  CHECK(gauged(registry, "monitoring_wall_clock_step_seconds") == -0.5);
}

TEST_CASE("the source, the drift and the checks are published") {
  Registry registry;
  ClockMetrics metrics(registry, ClockSource::Tsc);
  using test::counted;
  using test::gauged;
  CHECK_FALSE(gauged(registry, "monitoring_clock_drift_seconds").has_value());
  metrics.checked({ClockCheckResult::Followed, -250ns}, ClockSource::Tsc);
  CHECK(gauged(registry, "monitoring_clock_drift_seconds") == -250e-9);
  CHECK(gauged(registry, "monitoring_clock_info", {"tsc"}) == 1);
  CHECK(gauged(registry, "monitoring_clock_info", {"monotonic"}) == 0);
  metrics.checked({ClockCheckResult::Lost, 2ms}, ClockSource::Monotonic);
  CHECK_FALSE(gauged(registry, "monitoring_clock_drift_seconds").has_value());
  CHECK(gauged(registry, "monitoring_clock_info", {"tsc"}) == 0);
  CHECK(gauged(registry, "monitoring_clock_info", {"monotonic"}) == 1);
  CHECK(counted(registry, "monitoring_clock_checks_total", {"lost"}) == 1);
  CHECK(counted(registry, "monitoring_clock_checks_total", {"followed"}) == 1);
}
