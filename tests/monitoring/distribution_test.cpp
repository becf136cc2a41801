#include "monitoring/metrics/distribution.h"

#include <algorithm>
#include <array>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/metrics/count_search.h"

using namespace vigil::monitoring;
using Wide = boost::multiprecision::cpp_bin_float_100;

namespace {

/// The bound itself, not the double next to it.
Wide exact_bound(const DistributionLayout& layout, std::size_t slot) {
  return pow(Wide{2}, Wide{layout.min_exponent()} + Wide{slot} / 64);
}

/// The slot by a logarithm with a hundred digits; bounds are what their doubles are.
std::size_t slot_by_logarithm(const DistributionLayout& layout, double value) {
  if (!(value > std::ldexp(1.0, layout.min_exponent()))) return 0;
  if (value > std::ldexp(1.0, layout.max_exponent())) return layout.overflow_slot();
  const Wide place = (log2(Wide{value}) - layout.min_exponent()) * 64;
  auto slot = static_cast<std::size_t>(ceil(place));
  // Rounding of a bound may have carried it past a value.
  if (slot > 0 && value <= static_cast<double>(exact_bound(layout, slot - 1))) --slot;
  if (value > static_cast<double>(exact_bound(layout, slot))) ++slot;
  return slot;
}

std::vector<std::uint64_t> counted(const DistributionLayout& layout, const std::vector<double>& values) {
  std::vector<std::uint64_t> counts(layout.slots());
  for (const double value : values) ++counts[layout.slot(value)];
  return counts;
}

constexpr DistributionLayout kSmallLayout{-3, 2};

}  // namespace

TEST_CASE("the bounds of an octave are the powers of 2^(1/64), correctly rounded") {
  for (std::size_t k = 0; k < kSlotsPerOctave; ++k) {
    CAPTURE(k);
    CHECK(kOctaveBounds[k] == static_cast<double>(pow(Wide{2}, Wide{k} / 64)));
  }
}

TEST_CASE("a bound lies in the slot that it ends, its neighbour above in the next") {
  for (const DistributionLayout& layout : {kTimeLayout, kAmountLayout, kSmallLayout}) {
    for (std::size_t slot = 0; slot < layout.overflow_slot(); ++slot) {
      const double bound = layout.upper_bound(slot);
      CAPTURE(bound);
      REQUIRE(bound == static_cast<double>(exact_bound(layout, slot)));
      REQUIRE(layout.slot(bound) == slot);
      REQUIRE(layout.slot(std::nextafter(bound, 0.0)) == (slot == 0 ? 0 : slot));
      REQUIRE(layout.slot(std::nextafter(bound, 1e300)) == slot + 1);
    }
  }
}

TEST_CASE("the slot of a value is the one that the logarithm says") {
  const bool holds = rc::check([] {
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    std::uniform_real_distribution<double> exponents{-32, 15};
    for (int i = 0; i < 100; ++i) {
      const double value = std::exp2(exponents(random));
      RC_ASSERT(kTimeLayout.slot(value) == slot_by_logarithm(kTimeLayout, value));
      RC_ASSERT(kSmallLayout.slot(value) == slot_by_logarithm(kSmallLayout, value));
    }
  });
  CHECK(holds);
}

TEST_CASE("what is not above the range is zero and what is beyond it is overflow") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {0.0, -0.0, -1.0, -1e300, -kInfinity, 5e-324, 0x1p-30}) {
    CHECK(kTimeLayout.slot(value) == 0);
  }
  CHECK(kTimeLayout.slot(0x1p13) == kTimeLayout.overflow_slot() - 1);
  for (const double value : {8192.0000001, 1e300, kInfinity}) {
    CHECK(kTimeLayout.slot(value) == kTimeLayout.overflow_slot());
  }
  CHECK(kTimeLayout.slots() == 43 * 64 + 2);
  constexpr DistributionLayout kWidest{-1022, 1023};
  CHECK(kWidest.slot(std::numeric_limits<double>::min()) == 0);
  CHECK(kWidest.slot(std::numeric_limits<double>::max()) == kWidest.overflow_slot());
}

TEST_CASE("nanoseconds lie where the double next to the time in seconds lies") {
  const bool holds = rc::check([] {
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    for (int i = 0; i < 100; ++i) {
      const auto count = static_cast<std::int64_t>(random() >> (20 + random() % 40));
      const auto seconds = static_cast<double>(Wide{count} / 1'000'000'000);
      RC_ASSERT(kTimeLayout.slot(std::chrono::nanoseconds{count}) == slot_by_logarithm(kTimeLayout, seconds));
    }
  });
  CHECK(holds);
  CHECK(kTimeLayout.slot(std::chrono::nanoseconds{-5}) == 0);
  CHECK(kTimeLayout.slot(std::chrono::nanoseconds::max()) == kTimeLayout.overflow_slot());
}

TEST_CASE("the rank of a share written as a decimal is exact") {
  for (std::uint64_t thousandths = 0; thousandths <= 1000; ++thousandths) {
    for (const std::uint64_t n : {1U, 2U, 3U, 7U, 99U, 100U, 1000U, 1024U, 10'000U, 123'456'789U}) {
      const std::uint64_t rank = std::max<std::uint64_t>((thousandths * n + 999) / 1000, 1);
      CAPTURE(thousandths);
      CAPTURE(n);
      REQUIRE(rank_of(static_cast<double>(thousandths) / 1000, n) == rank);
    }
  }
  CHECK(rank_of(1, 1'000'000'000'000) == 1'000'000'000'000);
}

TEST_CASE("a quantile is the order statistic of nearest rank, within the resolution") {
  const bool holds = rc::check([] {
    const auto n = *rc::gen::inRange<std::size_t>(1, 3000);
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    std::lognormal_distribution<double> delays{*rc::gen::element(-12.0, -7.0, 0.0),
                                               *rc::gen::element(0.1, 2.0)};
    std::vector<double> values(n);
    for (double& value : values) value = std::clamp(delays(random), 1e-9, 8000.0);
    const auto counts = counted(kTimeLayout, values);
    std::sort(values.begin(), values.end());

    constexpr std::array kShares{0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0};
    std::array<double, kShares.size()> found{};
    RC_ASSERT(quantiles(kTimeLayout, counts, kShares, found));
    for (std::size_t i = 0; i < kShares.size(); ++i) {
      const double exact = values[rank_of(kShares[i], n) - 1];
      RC_ASSERT(std::abs(found[i] - exact) <= kQuantileError * exact);
      RC_ASSERT(quantile(kTimeLayout, counts, kShares[i]) == found[i]);
    }
  });
  CHECK(holds);
}

TEST_CASE("no value of a slot is further from what stands for it than the error that is promised") {
  for (std::size_t slot = 1; slot < kTimeLayout.overflow_slot(); ++slot) {
    const double middle = value_of(kTimeLayout, slot);
    const double lower = kTimeLayout.upper_bound(slot - 1);
    const double upper = kTimeLayout.upper_bound(slot);
    REQUIRE(middle - lower <= kQuantileError * lower);
    REQUIRE(upper - middle <= kQuantileError * upper);
  }
}

TEST_CASE("a known sample has the quantiles that can be worked out by hand") {
  std::vector<double> values;
  for (int i = 1; i <= 1000; ++i) values.push_back(i * 1e-3);
  const auto counts = counted(kTimeLayout, values);
  CHECK(quantile(kTimeLayout, counts, 0.5).value() == doctest::Approx(0.5).epsilon(kQuantileError));
  CHECK(quantile(kTimeLayout, counts, 0.99).value() == doctest::Approx(0.99).epsilon(kQuantileError));
}

TEST_CASE("there is no quantile of nothing, and the ends say how far the range reaches") {
  std::vector<std::uint64_t> counts(kSmallLayout.slots());
  std::array<double, 1> untouched{-1};
  CHECK_FALSE(quantile(kSmallLayout, counts, 0.5).has_value());
  CHECK_FALSE(quantiles(kSmallLayout, counts, std::array{0.5}, untouched));
  CHECK(untouched[0] == -1);
  counts.front() = 2;
  counts.back() = 2;
  CHECK(quantile(kSmallLayout, counts, 0.5) == 0);
  CHECK(quantile(kSmallLayout, counts, 0.51) == 4);
}

TEST_CASE("four counts at a time give the answers that one at a time give") {
  const bool holds = rc::check([] {
    const auto size = *rc::gen::inRange<std::size_t>(1, 400);
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    const unsigned bits = *rc::gen::inRange(1U, 50U);
    const auto one_in = *rc::gen::element<std::uint64_t>(1, 2, 100);
    std::vector<std::uint64_t> counts(size);
    for (std::uint64_t& count : counts) {
      count = random() % one_in == 0 ? random() & ((std::uint64_t{1} << bits) - 1) : 0;
    }
    const std::uint64_t sum = scalar::sum_of(counts);
    RC_ASSERT(sum == std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    RC_ASSERT(sum_of(counts) == sum);
    RC_PRE(sum > 0);
    std::array<std::uint64_t, 4> ranks{1, random() % sum + 1, random() % sum + 1, sum};
    std::sort(ranks.begin(), ranks.end());
    CountPosition at;
    for (const std::uint64_t rank : ranks) {
      const CountPosition expected = scalar::find_rank(counts, rank);
      at = find_rank(counts, rank, at);
      RC_ASSERT(at == expected);
      RC_ASSERT(at.below < rank);
      RC_ASSERT(at.below + counts[at.place] >= rank);
    }
  });
  CHECK(holds);
}
