#include "monitoring/metrics/bucket_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/metrics/operation_seconds.h"

using namespace vigil::monitoring;

namespace {

std::size_t naive(std::span<const double> bounds, double value) {
  std::size_t place = 0;
  while (place < bounds.size() && value > bounds[place]) ++place;
  return place;
}

/// The bound itself and what lies right beside it, and far beyond.
std::vector<double> edges(double bound) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return {bound, std::nextafter(bound, -kInfinity), std::nextafter(bound, kInfinity), bound / 2, bound * 2};
}

}  // namespace

TEST_CASE("a bucket is the first whose bound is not below the value, on the bounds and right beside them") {
  const std::vector<std::vector<double>> many{{0, 1, 5, 10, 25, 50, 100, 250},
                                              {0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1},
                                              {1},
                                              {0},
                                              {-10, -1, 0, 1, 10},
                                              {1, 1 + 1e-12, 2},
                                              {1e-300, 1e300},
                                              {5e-324, 1.7976931348623157e308}};
  for (const auto& bounds : many) {
    const BucketLayout layout(bounds, "ratio");
    std::vector<double> values{0,
                               -0.0,
                               -1,
                               1e308,
                               -1e308,
                               std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity()};
    for (const double bound : bounds) std::ranges::copy(edges(bound), std::back_inserter(values));
    for (const double value : values) {
      CAPTURE(value);
      CHECK(layout.bucket(value) == naive(bounds, value));
    }
  }
}

TEST_CASE("any bounds and any value give the bucket that a walk over the bounds gives") {
  const bool holds = rc::check([] {
    const auto draw = [](int from) {
      return rc::gen::map(rc::gen::inRange(from, 4'000'000), [](int n) { return n / 1e3; });
    };
    auto bounds =
        *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(draw(*rc::gen::element(-4'000, 0, 1))));
    std::ranges::sort(bounds);
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    const BucketLayout layout(bounds, "1");
    for (const double value : *rc::gen::container<std::vector<double>>(draw(-4'000'000))) {
      RC_ASSERT(layout.bucket(value) == naive(bounds, value));
    }
    for (const double bound : bounds) {
      for (const double value : edges(bound)) RC_ASSERT(layout.bucket(value) == naive(bounds, value));
    }
  });
  CHECK(holds);
}

TEST_CASE(
    "bounds in seconds hold whole nanoseconds: a time on the bound counts below it, one more does not") {
  const BucketLayout layout(kOperationSeconds, "seconds");
  REQUIRE(layout.is_time());
  for (std::size_t i = 0; i < kOperationSeconds.size(); ++i) {
    const double nanoseconds = std::round(kOperationSeconds[i] * 1e9);
    CHECK(layout.bucket(nanoseconds) == i);
    CHECK(layout.bucket(nanoseconds + 1) == i + 1);
  }
  CHECK(layout.bucket(-5) == 0);
}

TEST_CASE("a bound between two nanoseconds is the one below it") {
  const BucketLayout layout(std::array{1.5e-9, 1e-6}, "seconds");
  CHECK(layout.bucket(1) == 0);
  CHECK(layout.bucket(2) == 1);
}
