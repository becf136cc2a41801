#include "monitoring/metrics/sliding_distribution.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "monitoring/metrics/distribution.h"

namespace vigil::monitoring {

SlidingDistribution::SlidingDistribution(const DistributionLayout& layout, std::chrono::nanoseconds window,
                                         std::size_t parts)
    : layout_(layout),
      part_span_(window / static_cast<std::int64_t>(parts)),
      parts_(parts * layout.slots()),
      closed_(layout.slots()),
      window_(layout.slots()) {
  assert(part_span_.count() > 0);
}

void SlidingDistribution::close_part() noexcept {
  const std::size_t slots = layout_.slots();
  const std::size_t oldest_begin = newest_begin_ + slots == parts_.size() ? 0 : newest_begin_ + slots;
  for (std::size_t i = 0; i < slots; ++i) {
    closed_[i] += parts_[newest_begin_ + i];
    closed_[i] -= parts_[oldest_begin + i];
    parts_[oldest_begin + i] = 0;
  }
  newest_begin_ = oldest_begin;
  changed_ = true;
}

bool SlidingDistribution::advance(std::chrono::nanoseconds now) noexcept {
  const std::int64_t number = now / part_span_;
  if (!started_) {
    started_ = true;
    newest_number_ = number;
  }
  if (number > newest_number_) {
    const std::int64_t parts = static_cast<std::int64_t>(parts_.size() / layout_.slots());
    const std::int64_t closing = std::min(number - newest_number_, parts);
    for (std::int64_t i = 0; i < closing; ++i) close_part();
    newest_number_ = number;
  }
  return std::exchange(changed_, false);
}

std::span<const std::uint64_t> SlidingDistribution::counts() noexcept {
  for (std::size_t i = 0; i < window_.size(); ++i) window_[i] = closed_[i] + parts_[newest_begin_ + i];
  return window_;
}

bool SlidingDistribution::quantiles(std::span<const double> q, std::span<double> values) noexcept {
  return monitoring::quantiles(layout_, counts(), q, values);
}

}  // namespace vigil::monitoring
