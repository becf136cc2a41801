#include "monitoring/prediction/recent_values.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace vigil::monitoring {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

RecentValues::RecentValues(std::size_t count, SampleTime step) : step_(step), values_(count, kMissing) {
  assert(count > 0 && step > 0);
}

void RecentValues::put(SampleTime time, double value) {
  const SampleTime number = time / step_;
  if (newest_ == number) return;

  const auto count = static_cast<SampleTime>(values_.size());
  if (!newest_ || number < *newest_ || number - *newest_ >= count) {
    std::ranges::fill(values_, kMissing);
  } else {
    const auto kept = std::shift_left(values_.begin(), values_.end(), number - *newest_);
    std::fill(kept, values_.end(), kMissing);
  }
  newest_ = number;
  values_.back() = value;
}

std::vector<Sample> RecentValues::samples() const {
  std::vector<Sample> out;
  if (!newest_) return out;
  SampleTime number = *newest_ - static_cast<SampleTime>(values_.size());
  for (const double value : values_) {
    ++number;
    if (!std::isnan(value)) out.push_back({.time = number * step_, .value = value});
  }
  return out;
}

}  // namespace vigil::monitoring
