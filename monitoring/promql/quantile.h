#pragma once

#include <span>
#include <vector>

namespace vigil::monitoring::promql {

/// The q-quantile of values, interpolated between the two nearest; sorts them, NaN lowest. NaN for none and
/// for a q of NaN, -Inf below 0, +Inf above 1.
[[nodiscard]] double quantile_of(double q, std::span<double> values);

/// One bucket of a classic histogram: how many observations were at most the bound.
struct Bucket {
  double upper_bound = 0;
  double count = 0;
};
struct BucketQuantile {
  double value = 0;
  bool forced_monotonic = false;  ///< a count was smaller than that of a lower bound
};
/// The q-quantile by linear interpolation within a bucket. `buckets` stand by bound, and are changed: equal
/// bounds become one bucket, decreasing counts are lifted. NaN unless the last bound is +Inf and there are
/// observations in at least two buckets. With `tolerant`, counts that differ by rounding only are equal, as
/// in Prometheus 3.
[[nodiscard]] BucketQuantile bucket_quantile(double q, std::vector<Bucket>& buckets, bool tolerant);
/// Which part of the observations lies between the bounds. `buckets` stand by bound, and are changed.
[[nodiscard]] double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets);

/// Equal up to the relative error, or both NaN: what Prometheus' own tests call equal, and its histograms.
[[nodiscard]] bool almost_equal(double a, double b, double tolerance) noexcept;

}  // namespace vigil::monitoring::promql
