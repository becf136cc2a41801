#include "monitoring/metrics/native_histogram.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

using Buckets = std::map<std::int32_t, std::uint64_t>;  ///< count by index, without empty ones

/// Reads spans and deltas as a scraper does.
Buckets expanded(const NativeHistogram& histogram) {
  Buckets buckets;
  std::int32_t index = 0;
  std::int64_t count = 0;
  auto delta = histogram.positive_delta.begin();
  for (const BucketSpan& span : histogram.positive_span) {
    index += span.offset;
    for (std::uint32_t i = 0; i < span.length; ++i, ++index) {
      REQUIRE(delta != histogram.positive_delta.end());
      count += *delta++;
      REQUIRE(count >= 0);
      if (count > 0) buckets[index] = static_cast<std::uint64_t>(count);
    }
  }
  CHECK(delta == histogram.positive_delta.end());
  return buckets;
}

/// The smallest i with value <= 2^(i / 2^schema), for values that are no bounds.
std::int32_t index_of(double value, std::int32_t schema) {
  return static_cast<std::int32_t>(
      std::ceil(std::log2(static_cast<long double>(value)) * static_cast<long double>(1 << schema)));
}

}  // namespace

TEST_CASE("every value is in the bucket of the coarser schema that holds it") {
  const bool holds = rc::check([] {
    const auto schema = *rc::gen::inRange<std::int32_t>(0, kDistributionSchema + 1);
    std::mt19937_64 random{*rc::gen::arbitrary<std::uint64_t>()};
    std::lognormal_distribution<double> delays{-7, *rc::gen::element(0.1, 1.0, 6.0)};
    std::vector<std::uint64_t> counts(kTimeLayout.slots());
    Buckets expected;
    std::uint64_t zeros = 0;
    const auto n = *rc::gen::inRange(0, 300);
    for (int i = 0; i < n; ++i) {
      const double value = delays(random);
      if (value > 8192) continue;
      ++counts[kTimeLayout.slot(value)];
      if (value <= 0x1p-30) {
        ++zeros;
      } else {
        ++expected[index_of(value, schema)];
      }
    }
    const NativeHistogram histogram = native_histogram(kTimeLayout, counts, schema);
    RC_ASSERT(histogram.schema == schema);
    RC_ASSERT(histogram.zero_threshold == 0x1p-30);
    RC_ASSERT(histogram.zero_count == zeros);
    RC_ASSERT(expanded(histogram) == expected);
  });
  CHECK(holds);
}

TEST_CASE("short gaps are bridged by empty buckets and long ones begin a span") {
  constexpr DistributionLayout kLayout{-2, 2};
  std::vector<std::uint64_t> counts(kLayout.slots());
  counts[kLayout.slot(0.3)] = 5;   // index -1 of schema 0: (0.25, 0.5]
  counts[kLayout.slot(1.0)] = 2;   // index 0: a bound is in the bucket that it ends
  counts[kLayout.slot(3.0)] = 7;   // index 2
  counts[kLayout.slot(99.0)] = 1;  // above the layout: index 3
  const NativeHistogram coarse = native_histogram(kLayout, counts, 0);
  CHECK(coarse.positive_span == std::vector<BucketSpan>{{-1, 5}});
  CHECK(coarse.positive_delta == std::vector<std::int64_t>{5, -3, -2, 7, -6});

  const NativeHistogram fine = native_histogram(kLayout, counts, 3);
  CHECK(expanded(fine) == Buckets{{-13, 5}, {0, 2}, {13, 7}, {17, 1}});
  CHECK(fine.positive_span == std::vector<BucketSpan>{{-13, 1}, {12, 1}, {12, 1}, {3, 1}});
  CHECK(fine.positive_delta == std::vector<std::int64_t>{5, -3, 5, -6});
}

TEST_CASE("the finest schema has the slots as its buckets, the coarsest the octaves") {
  constexpr DistributionLayout kLayout{-2, 2};
  std::vector<std::uint64_t> counts(kLayout.slots(), 1);
  const Buckets fine = expanded(native_histogram(kLayout, counts, kDistributionSchema));
  CHECK(fine.size() == 4 * 64 + 1);
  CHECK(fine.begin()->first == -2 * 64 + 1);
  const Buckets octaves = expanded(native_histogram(kLayout, counts, 0));
  CHECK(octaves == Buckets{{-1, 64}, {0, 64}, {1, 64}, {2, 64}, {3, 1}});
}

TEST_CASE("a histogram of nothing has no spans") {
  const NativeHistogram histogram =
      native_histogram(kTimeLayout, std::vector<std::uint64_t>(kTimeLayout.slots()), 3);
  CHECK(histogram.positive_span.empty());
  CHECK(histogram.positive_delta.empty());
}
