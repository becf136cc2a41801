#include "monitoring/metrics/distribution.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "monitoring/metrics/count_search.h"

namespace vigil::monitoring {

std::uint64_t rank_of(double q, std::uint64_t n) noexcept {
  assert(q >= 0 && q <= 1 && n >= 1);
  // The double next to a decimal and the product are off by half a unit in the last place each.
  constexpr double kExactly = 1 - 0x1p-51;
  const double rank = std::ceil(q * static_cast<double>(n) * kExactly);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, n);
}

double value_of(const DistributionLayout& layout, std::size_t slot) noexcept {
  if (slot == 0) return 0;
  if (slot == layout.overflow_slot()) return layout.upper_bound(slot - 1);
  const double lower = layout.upper_bound(slot - 1);
  const double upper = layout.upper_bound(slot);
  return lower * (2 * (upper / (lower + upper)));
}

bool quantiles(const DistributionLayout& layout, std::span<const std::uint64_t> counts,
               std::span<const double> q, std::span<double> values) noexcept {
  assert(counts.size() == layout.slots() && q.size() == values.size());
  assert(std::is_sorted(q.begin(), q.end()));

  const std::uint64_t n = sum_of(counts);
  if (n == 0) return false;

  CountPosition at;
  for (std::size_t i = 0; i < q.size(); ++i) {
    at = find_rank(counts, rank_of(q[i], n), at);
    values[i] = value_of(layout, at.place);
  }
  return true;
}

std::optional<double> quantile(const DistributionLayout& layout, std::span<const std::uint64_t> counts,
                               double q) noexcept {
  double value = 0;
  if (!quantiles(layout, counts, std::span{&q, 1}, std::span{&value, 1})) return std::nullopt;
  return value;
}

}  // namespace vigil::monitoring
