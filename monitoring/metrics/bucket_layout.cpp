#include "monitoring/metrics/bucket_layout.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "monitoring/metrics/fixed_point.h"

namespace vigil::monitoring {
namespace {

constexpr int kFinest = 7;                   ///< bits of the mantissa that tell cells apart, at most
constexpr std::size_t kLargestTable = 4096;  ///< cells

std::int64_t cell_of(double value, int shift) {
  return std::bit_cast<std::int64_t>(value) >> shift;
}

}  // namespace

BucketLayout::BucketLayout(std::span<const double> bounds, std::string_view unit,
                           const DistributionLayout* distribution)
    : distribution_(distribution),
      steps_(std::pow(10.0, decimals_of(unit))),
      is_time_(unit == "seconds"),
      decimals_(decimals_of(unit)),
      bounds_(bounds.begin(), bounds.end()) {
  assert(!bounds.empty());
  for (const double bound : bounds_) {
    // A bound between two nanoseconds is as good as the one below it. Bounds are written in decimal: the
    // product is a whole number but for the last bit.
    const double steps = bound * steps_;
    const double nearest = std::nearbyint(steps);
    const bool is_whole = std::abs(steps - nearest) <= 1e-6;
    compared_.push_back(is_time_ ? (is_whole ? nearest : std::floor(steps)) : bound);
  }
  compared_.push_back(std::numeric_limits<double>::infinity());
  make_table();
  is_plain_time_ = is_time_ && table_ != nullptr && distribution_ == nullptr;
}

void BucketLayout::make_table() {
  const std::size_t count = bounds_.size();
  const auto* const positive =
      std::find_if(compared_.data(), compared_.data() + count, [](double b) { return b > 0; });
  const auto below = static_cast<std::size_t>(positive - compared_.data());
  // All that is not positive shares the first cell, which may hold one bound: zero.
  if (below > 1 || (below == 1 && compared_[0] < 0) || below == count) return;

  for (int bits = 0; bits <= kFinest; ++bits) {
    const int shift = kMantissaBits - bits;
    bool is_fine_enough = true;
    for (std::size_t i = below; i + 1 < count; ++i) {
      is_fine_enough = is_fine_enough && cell_of(compared_[i], shift) != cell_of(compared_[i + 1], shift);
    }
    const std::int64_t first =
        cell_of(*positive, shift) - 1;  // the one before the first bound: holds no positive one
    const std::int64_t last = cell_of(compared_[count - 1], shift) + 1;
    const auto size = static_cast<std::size_t>(last - first) + 1;
    if (!is_fine_enough || size > kLargestTable) continue;

    shift_ = shift;
    first_cell_ = first;
    last_cell_ = last - first;
    cells_.resize(size);
    cells_[0] = {compared_[0], 0};
    std::size_t place = 0;
    for (std::size_t i = 1; i < size; ++i) {
      const auto lower = std::bit_cast<double>((first + static_cast<std::int64_t>(i)) << shift);
      while (place < count && compared_[place] < lower) ++place;
      cells_[i] = {compared_[place], place};
    }
    table_ = cells_.data();
    return;
  }
}

std::size_t BucketLayout::searched(double value) const noexcept {
  const auto last = compared_.end() - 1;
  return static_cast<std::size_t>(std::lower_bound(compared_.begin(), last, value) - compared_.begin());
}

}  // namespace vigil::monitoring
