#include "orders/metric_windows.h"

#include <algorithm>
#include <utility>

namespace vigil::orders {

RatioWindow::RatioWindow(std::size_t keys, Duration window)
    : bucket_span_(std::max(window / static_cast<std::int64_t>(kBuckets), Duration{1})),
      totals_(keys),
      buckets_(keys * kBuckets) {}

void RatioWindow::add(std::size_t key, Int128 part, Int128 whole) noexcept {
  const std::size_t bucket = static_cast<std::size_t>(current_) % kBuckets;
  for (Sums* const sums : {&totals_[key], &buckets_[bucket * totals_.size() + key]}) {
    sums->part += part;
    sums->whole += whole;
  }
  changed_ = true;
}

bool RatioWindow::advance(Duration now) noexcept {
  const std::int64_t target = std::max<std::int64_t>(now / bucket_span_, 0);
  if (!started_) current_ = target;
  started_ = true;
  // After a long silence everything leaves; going once round the ring is enough.
  if (target > current_) current_ = std::max(current_, target - static_cast<std::int64_t>(kBuckets));
  while (current_ < target) {
    ++current_;
    const std::size_t bucket = static_cast<std::size_t>(current_) % kBuckets;
    for (std::size_t key = 0; key < totals_.size(); ++key) {
      Sums& leaving = buckets_[bucket * totals_.size() + key];
      totals_[key].part -= leaving.part;
      totals_[key].whole -= leaving.whole;
      leaving = {};
    }
    changed_ = true;
  }
  return std::exchange(changed_, false);
}

std::optional<double> RatioWindow::ratio(std::size_t key) const noexcept {
  if (totals_[key].whole <= 0) return std::nullopt;
  return static_cast<double>(totals_[key].part) / static_cast<double>(totals_[key].whole);
}

}  // namespace vigil::orders
