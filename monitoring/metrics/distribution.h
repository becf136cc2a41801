#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "monitoring/metrics/distribution_layout.h"

namespace vigil::monitoring {

/// Quantiles of counts by slot, as `layout.slot()` sorts values: `counts` has layout.slots() entries.
///
/// The q-quantile of n values is the order statistic of nearest rank: the r-th smallest with r the least
/// whole number >= q * n, at least 1. Counts know it by its slot, so what is returned is off by at most
/// kQuantileError of it. Of slot 0 it is 0 (off by up to 2^min_exponent), of the overflow 2^max_exponent (the
/// value is above that).
inline constexpr double kQuantileError = 0.00542;  // (2^(1/64) - 1) / (2^(1/64) + 1), rounded up

/// The rank of a share 0 <= q <= 1 among `n` >= 1 values, 1 to n. A share means the decimal it was written
/// as: 0.07 of 100 values is rank 7, although the double next to 0.07 lies above it.
[[nodiscard]] std::uint64_t rank_of(double q, std::uint64_t n) noexcept;

/// What stands for all values of a slot: its harmonic middle, from which neither end is further off, in
/// relative terms, than kQuantileError.
[[nodiscard]] double value_of(const DistributionLayout& layout, std::size_t slot) noexcept;

/// Nothing if all counts are 0.
[[nodiscard]] std::optional<double> quantile(const DistributionLayout& layout,
                                             std::span<const std::uint64_t> counts, double q) noexcept;
/// The same for ascending `q` in one pass, into as many places of `values`. False, and `values` untouched, if
/// all counts are 0.
[[nodiscard]] bool quantiles(const DistributionLayout& layout, std::span<const std::uint64_t> counts,
                             std::span<const double> q, std::span<double> values) noexcept;

}  // namespace vigil::monitoring
