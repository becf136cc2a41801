#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "monitoring/metrics/distribution_layout.h"

namespace vigil::monitoring {

/// A run of neighbouring buckets, as io.prometheus.client.BucketSpan.
struct BucketSpan {
  std::int32_t offset =
      0;  ///< of the first span: its first bucket's index; else empty buckets since the last
  std::uint32_t length = 0;  ///< in buckets
  bool operator==(const BucketSpan&) const = default;
};

/// The buckets of a native histogram, as the fields of io.prometheus.client.Histogram of the same names.
/// Bucket i of schema s holds values in (2^((i - 1) / 2^s), 2^(i / 2^s)]; the zero bucket those up to
/// zero_threshold. There are no negative buckets.
struct NativeHistogram {
  std::int32_t schema = 0;
  double zero_threshold = 0;
  std::uint64_t zero_count = 0;
  std::vector<BucketSpan> positive_span;
  std::vector<std::int64_t> positive_delta;  ///< counts of the spans' buckets, each less the one before it
};

/// Merges counts by slot of `layout` into the buckets of a schema from 0 (1 an octave) to kDistributionSchema
/// (64 an octave). What is above the layout counts in the first bucket above it, so that quantiles say where
/// the layout ends instead of nothing.
[[nodiscard]] NativeHistogram native_histogram(const DistributionLayout& layout,
                                               std::span<const std::uint64_t> counts, std::int32_t schema);

}  // namespace vigil::monitoring
