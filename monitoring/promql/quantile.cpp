#include "monitoring/promql/quantile.h"

#include <algorithm>
#include <cmath>

#include "monitoring/promql/special_values.h"

namespace vigil::monitoring::promql {

namespace {

void merge_equal_bounds(std::vector<Bucket>& buckets) {
  std::size_t last = 0;
  for (std::size_t at = 1; at < buckets.size(); ++at) {
    if (buckets[at].upper_bound == buckets[last].upper_bound) {
      buckets[last].count += buckets[at].count;
    } else {
      buckets[++last] = buckets[at];
    }
  }
  buckets.resize(last + 1);
}

/// True when a real decrease was lifted.
bool make_monotonic(std::vector<Bucket>& buckets, bool tolerant) {
  constexpr double kRounding = 1e-12;
  bool forced = false;
  double previous = buckets.front().count;
  for (Bucket& bucket : buckets) {
    if (bucket.count == previous) continue;
    if (tolerant && almost_equal(previous, bucket.count, kRounding)) {
      bucket.count = previous;
    } else if (bucket.count < previous) {
      bucket.count = previous;
      forced = true;
    } else if (bucket.count > previous || tolerant) {
      previous = bucket.count;
    }
  }
  return forced;
}

}  // namespace

bool almost_equal(double a, double b, double tolerance) noexcept {
  if (std::isnan(a) && std::isnan(b)) return true;
  if (a == b) return true;
  constexpr double kSmallestNormal = std::numeric_limits<double>::min();
  const double sum = std::fabs(a) + std::fabs(b);
  const double difference = std::fabs(a - b);
  if (a == 0 || b == 0 || sum < kSmallestNormal) return difference < tolerance * kSmallestNormal;
  return difference / std::min(sum, std::numeric_limits<double>::max()) < tolerance;
}

double quantile_of(double q, std::span<double> values) {
  if (values.empty() || std::isnan(q)) return kNan;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::ranges::sort(values, [](double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; });
  const auto count = static_cast<double>(values.size());
  const double rank = q * (count - 1);
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(count - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[static_cast<std::size_t>(lower)] * (1 - weight) +
         values[static_cast<std::size_t>(upper)] * weight;
}

BucketQuantile bucket_quantile(double q, std::vector<Bucket>& buckets, bool tolerant) {
  if (std::isnan(q)) return {.value = kNan};
  if (q < 0) return {.value = -kInfinity};
  if (q > 1) return {.value = kInfinity};
  if (buckets.empty() || buckets.back().upper_bound != kInfinity) return {.value = kNan};
  merge_equal_bounds(buckets);
  const bool forced = make_monotonic(buckets, tolerant);
  if (buckets.size() < 2) return {.value = kNan};
  const double observations = buckets.back().count;
  if (observations == 0) return {.value = kNan};

  double rank = q * observations;
  const auto found =
      std::find_if(buckets.begin(), buckets.end() - 1, [rank](const Bucket& b) { return b.count >= rank; });
  if (found == buckets.end() - 1) return {.value = (found - 1)->upper_bound, .forced_monotonic = forced};
  if (found == buckets.begin() && found->upper_bound <= 0) {
    return {.value = found->upper_bound, .forced_monotonic = forced};
  }
  double begin = 0;
  double count = found->count;
  if (found != buckets.begin()) {
    begin = (found - 1)->upper_bound;
    count -= (found - 1)->count;
    rank -= (found - 1)->count;
  }
  return {.value = begin + (found->upper_bound - begin) * (rank / count), .forced_monotonic = forced};
}

double bucket_fraction(double lower, double upper, std::vector<Bucket>& buckets) {
  if (buckets.empty() || buckets.back().upper_bound != kInfinity) return kNan;
  merge_equal_bounds(buckets);
  const double count = buckets.back().count;
  if (count == 0 || std::isnan(lower) || std::isnan(upper)) return kNan;
  if (lower >= upper) return 0;

  // How many observations are below a value: those of the buckets below, and a part of the bucket around it.
  const auto rank_of = [&](double value) {
    double below = 0;
    double bound = -kInfinity;
    for (std::size_t at = 0; at < buckets.size(); ++at) {
      const Bucket& bucket = buckets[at];
      if (bound >= value) return std::min(below, count);
      if (bucket.upper_bound > value) {
        const double begin = at == 0 && bucket.upper_bound > 0 ? 0 : bound;
        const double inside = (value - begin) / (bucket.upper_bound - begin);
        return std::min(below + (bucket.count - below) * inside, count);
      }
      below = bucket.count;
      bound = bucket.upper_bound;
    }
    return count;
  };
  return (rank_of(upper) - rank_of(lower)) / count;
}

}  // namespace vigil::monitoring::promql
