#include "engine/analysis/value_curve.h"

#include <algorithm>
#include <cmath>

namespace vigil::engine {
namespace {

std::int64_t floor_divide(std::int64_t value, std::int64_t by) noexcept {
  const std::int64_t whole = value / by;
  return value % by < 0 ? whole - 1 : whole;
}

void take_in(ValueCurve::Bucket& into, const ValueCurve::Bucket& later) noexcept {
  if (!later.is_known()) return;
  if (!into.is_known()) {
    const std::int64_t number = into.number;
    into = later;
    into.number = number;
    return;
  }
  into.last = later.last;
  into.least = std::min(into.least, later.least);
  into.greatest = std::max(into.greatest, later.greatest);
}

}  // namespace

void ValueCurve::add(orders::Timestamp time, double value) {
  const double known = std::isfinite(value) ? value : kUnknown;
  if (known == known) {
    last_known_ = known;
    peak_ = peak_ == peak_ ? std::max(peak_, known) : known;
    worst_drop_ = std::max(worst_drop_, peak_ - known);
  }
  Bucket next{floor_divide(time.time_since_epoch().count(), width_.count()), known, known, known, known};
  if (!buckets_.empty()) {
    next.number = std::max(next.number, buckets_.back().number);
    while (next.number - buckets_.front().number >= static_cast<std::int64_t>(kMostBuckets)) {
      halve_resolution();
      next.number = floor_divide(next.number, 2);
    }
    if (buckets_.back().number == next.number) return take_in(buckets_.back(), next);
  }
  buckets_.push_back(next);
}

void ValueCurve::clear(orders::Duration width) {
  *this = ValueCurve(width);
}

bool ValueCurve::is_sound() const noexcept {
  if (width_ <= orders::Duration::zero()) return false;
  const std::int64_t most = std::numeric_limits<std::int64_t>::max() / width_.count();
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const std::int64_t number = buckets_[i].number;
    if (number < -most || number > most) return false;
    if (i > 0 && number <= buckets_[i - 1].number) return false;
  }
  // Compared without a subtraction that could overflow.
  constexpr auto kMost = static_cast<std::int64_t>(kMostBuckets);
  return buckets_.empty() || buckets_.back().number / 2 - buckets_.front().number / 2 <= kMost / 2;
}

void ValueCurve::halve_resolution() {
  width_ *= 2;
  std::size_t kept = 0;
  for (Bucket& bucket : buckets_) {
    bucket.number = floor_divide(bucket.number, 2);
    if (kept > 0 && buckets_[kept - 1].number == bucket.number) {
      take_in(buckets_[kept - 1], bucket);
    } else {
      buckets_[kept++] = bucket;
    }
  }
  buckets_.resize(kept);
}

}  // namespace vigil::engine
