#include "monitoring/metrics/sliding_distribution.h"

#include <array>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/metrics/distribution.h"
#include "tests/allocations.h"

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

constexpr DistributionLayout kLayout{-10, 4};

std::vector<std::uint64_t> counts_of(SlidingDistribution& sliding) {
  const auto counts = sliding.counts();
  return {counts.begin(), counts.end()};
}

}  // namespace

TEST_CASE("the window holds what was recorded in its newest parts and nothing else") {
  const bool holds = rc::check([] {
    const auto parts = *rc::gen::inRange<std::size_t>(1, 6);
    SlidingDistribution sliding{kLayout, std::chrono::nanoseconds{10 * static_cast<std::int64_t>(parts)},
                                parts};
    std::deque<std::pair<std::int64_t, double>> recorded;  // number of the part, value
    std::int64_t now = *rc::gen::inRange(0, 100);
    sliding.advance(std::chrono::nanoseconds{now});
    const auto steps = *rc::gen::inRange(1, 60);
    for (int i = 0; i < steps; ++i) {
      const double value = *rc::gen::inRange(1, 15'000) * 1e-3;
      sliding.record(value);
      recorded.emplace_back(now / 10, value);
      now += *rc::gen::weightedElement<std::int64_t>({{10, 0}, {10, 3}, {5, 10}, {2, 25}, {1, 1000}});
      sliding.advance(std::chrono::nanoseconds{now});

      std::vector<std::uint64_t> expected(kLayout.slots());
      for (const auto& [part, each] : recorded) {
        if (part > now / 10 - static_cast<std::int64_t>(parts)) ++expected[kLayout.slot(each)];
      }
      RC_ASSERT(counts_of(sliding) == expected);
    }
  });
  CHECK(holds);
}

TEST_CASE("quantiles are those of the window") {
  SlidingDistribution sliding{kTimeLayout, 5min, 10};
  sliding.advance(0s);
  constexpr std::array kShares{0.5, 0.99};
  std::array<double, 2> values{};
  CHECK_FALSE(sliding.quantiles(kShares, values));
  for (int i = 1; i <= 100; ++i) sliding.record(std::chrono::milliseconds{i});
  sliding.advance(2min);
  for (int i = 101; i <= 200; ++i) sliding.record(std::chrono::milliseconds{i});
  REQUIRE(sliding.quantiles(kShares, values));
  CHECK(values[0] == doctest::Approx(0.1).epsilon(kQuantileError));
  CHECK(values[1] == doctest::Approx(0.198).epsilon(kQuantileError));
  sliding.advance(5min);
  REQUIRE(sliding.quantiles(kShares, values));
  CHECK(values[0] == doctest::Approx(0.15).epsilon(kQuantileError));
  sliding.advance(7min);
  CHECK_FALSE(sliding.quantiles(kShares, values));
}

TEST_CASE("advance says whether anything can have changed, and time that goes back changes nothing") {
  SlidingDistribution sliding{kLayout, 10s, 10};
  CHECK_FALSE(sliding.advance(100s));
  sliding.record(0.5);
  CHECK(sliding.advance(100s));
  CHECK_FALSE(sliding.advance(100s));
  CHECK_FALSE(sliding.advance(50s));
  CHECK(sliding.counts()[kLayout.slot(0.5)] == 1);
  CHECK(sliding.advance(101s));
  CHECK(sliding.advance(1000s));
  CHECK(sliding.counts()[kLayout.slot(0.5)] == 0);
}

TEST_CASE("a copy goes its own way") {
  SlidingDistribution one{kLayout, 10s, 2};
  SlidingDistribution two = one;
  two.record(1.0);
  CHECK(one.counts()[kLayout.slot(1.0)] == 0);
  CHECK(two.counts()[kLayout.slot(1.0)] == 1);
}

TEST_CASE("nothing is allocated after construction") {
  SlidingDistribution sliding{kTimeLayout, 10s, 10};
  constexpr std::array kShares{0.5, 0.99};
  std::array<double, 2> values{};
  const std::size_t before = allocations();
  for (int i = 0; i < 100; ++i) {
    sliding.record(std::chrono::microseconds{i});
    sliding.advance(std::chrono::milliseconds{700 * i});
    static_cast<void>(sliding.quantiles(kShares, values));
  }
  CHECK(allocations() == before);
}
