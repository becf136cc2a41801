#include "monitoring/time/forward_clock.h"

#include <doctest/doctest.h>

#include <random>

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::nanoseconds kStart = 1'700'000'000s;

/// A machine whose wall clock is set by people.
struct Machine {
  MachineTime now{.monotonic = 5s, .wall = kStart};
  ForwardClock clock;

  void pass(std::chrono::nanoseconds time) {
    now.wall += time;
    now.monotonic += time;
  }
  std::chrono::nanoseconds ask() { return clock.at(now); }
};

}  // namespace

TEST_CASE("a forward clock is the wall clock, also where that jumps ahead") {
  Machine machine;
  CHECK(machine.ask() == kStart);
  machine.pass(3s);
  CHECK(machine.ask() == kStart + 3s);
  machine.now.wall += 1h;
  CHECK(machine.ask() == kStart + 1h + 3s);
}

TEST_CASE("set back by an hour it goes on, a twentieth slower, until the wall clock has caught up") {
  Machine machine;
  static_cast<void>(machine.ask());
  machine.now.wall -= 1h;
  CHECK(machine.ask() == kStart);
  machine.pass(100s);
  CHECK(machine.ask() == kStart + 95s);
  for (int i = 0; i < 20 * 60; ++i) {
    machine.pass(1min);
    static_cast<void>(machine.ask());
  }
  CHECK(machine.ask() == machine.now.wall);
}

TEST_CASE("what was recorded before a restart is not recorded over") {
  Machine machine;
  machine.clock.begin_after(kStart + 10min);
  CHECK(machine.ask() == kStart + 10min);
  machine.pass(20s);
  CHECK(machine.ask() == kStart + 10min + 19s);
  machine.now.wall += 1h;
  CHECK(machine.ask() == machine.now.wall);
}

TEST_CASE(
    "whatever people do to the wall clock, it never goes back, is never behind, and is as far ahead as need "
    "be") {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    Machine machine;
    std::chrono::nanoseconds last = machine.ask();
    for (int step = 0; step < 500; ++step) {
      const std::chrono::nanoseconds passed = std::chrono::milliseconds{below(3000)};
      const bool is_set = below(20) == 0;
      const std::chrono::nanoseconds ahead = last - machine.now.wall;
      machine.pass(passed);
      if (is_set) machine.now.wall += std::chrono::seconds{below(7200) - 3600};
      const std::chrono::nanoseconds now = machine.ask();
      CHECK(now >= machine.now.wall);
      CHECK(now >= last + passed - passed / ForwardClock::kSlower);
      if (!is_set) CHECK(now - machine.now.wall == std::max(0ns, ahead - passed / ForwardClock::kSlower));
      last = now;
    }
  }
}
