#pragma once

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monitoring/metrics/distribution_layout.h"

namespace vigil::monitoring {

/// Where a histogram's observations go: finds the bucket of a value (the first whose bound is not below it)
/// in the same few instructions wherever it lies, and says how the sum is kept.
///
/// The top bits of a double, exponent and first bits of the mantissa, cut the number line into cells, a power
/// of two of them to each octave. A table has for each cell the first bound at or above its lower end; one
/// comparison with that bound decides, as no cell holds two. (A binary search over random values costs 19 ns,
/// nearly all of it mispredicted branches; this costs 1 to 2.) Bounds that no such table serves, negative
/// ones and pairs closer than 1 part in 128, are searched.
///
/// Sums are integers (see decimals_of), each value rounded to a step, half to even.
class alignas(64) BucketLayout {
 public:
  /// `bounds` in base units, finite and ascending, at least one. `distribution` (nullptr: none) outlives the
  /// layout.
  BucketLayout(std::span<const double> bounds, std::string_view unit,
               const DistributionLayout* distribution = nullptr);
  BucketLayout(const BucketLayout&) = delete;
  BucketLayout& operator=(const BucketLayout&) = delete;

  /// How the values are counted beside the buckets; nullptr: not.
  [[nodiscard]] const DistributionLayout* distribution() const noexcept { return distribution_; }
  /// Upper bounds in base units, without +Inf.
  [[nodiscard]] std::span<const double> bounds() const noexcept { return bounds_; }
  [[nodiscard]] std::size_t buckets() const noexcept { return bounds_.size() + 1; }
  /// Whether it is about time, then values are whole nanoseconds.
  [[nodiscard]] bool is_time() const noexcept { return is_time_; }
  /// Steps of the sum in a base unit.
  [[nodiscard]] double steps() const noexcept { return steps_; }
  /// Decimal places of a step.
  [[nodiscard]] int decimals() const noexcept { return decimals_; }
  [[nodiscard]] double sum_in_units(std::int64_t sum) const noexcept {
    return static_cast<double>(sum) / steps_;
  }

  /// The place of `value`'s bucket, 0 to buckets() - 1; of time in nanoseconds. `value` is not NaN.
  [[nodiscard]] std::size_t bucket(double value) const noexcept {
    return table_ == nullptr ? searched(value) : looked_up(value);
  }
  /// One test for what most histograms are: about time, with bounds that a table serves, and no distribution.
  [[nodiscard]] bool is_plain_time() const noexcept { return is_plain_time_; }
  /// As `bucket`, of such a one.
  [[nodiscard]] std::size_t plain_bucket(std::chrono::nanoseconds value) const noexcept {
    return looked_up(static_cast<double>(value.count()));
  }

 private:
  [[nodiscard]] std::size_t looked_up(double value) const noexcept {
    std::int64_t cell = (std::bit_cast<std::int64_t>(value) >> shift_) - first_cell_;
    cell = cell < 0 ? 0 : cell;
    cell = cell > last_cell_ ? last_cell_ : cell;
    const Cell& entry = table_[cell];
    return entry.place + (value > entry.bound ? 1U : 0U);
  }
  [[nodiscard]] std::size_t searched(double value) const noexcept;
  void make_table();

  /// Both together, because two places in memory are two waits.
  struct Cell {
    double bound;       ///< the first one at or above the cell's lower end, as values are given
    std::size_t place;  ///< of that bound
  };

  // What every observation reads, in one cache line.
  const Cell* table_ = nullptr;  ///< of cells_; nullptr: bounds that no table serves
  std::int64_t first_cell_ = 0;
  std::int64_t last_cell_ = 0;
  const DistributionLayout* distribution_;
  double steps_;
  int shift_ = 0;
  bool is_time_;
  bool is_plain_time_ = false;

  int decimals_;
  std::vector<double> bounds_;
  std::vector<double> compared_;  ///< bounds in what values are given in, then +Inf
  std::vector<Cell> cells_;
};

}  // namespace vigil::monitoring
