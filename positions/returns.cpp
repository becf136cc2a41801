#include "positions/returns.h"

#include <algorithm>
#include <cmath>

namespace vigil::positions {

void Returns::add(double r) {
  if (capacity_ > 0) {
    if (ring_.size() < capacity_) {
      ring_.push_back(r);
    } else {
      ring_[next_] = r;
    }
    next_ = (next_ + 1) % capacity_;
    return;
  }
  ++count_;
  const double distance = r - mean_;
  mean_ += distance / static_cast<double>(count_);
  squares_ += distance * (r - mean_);
  const double below = std::min(r - benchmark_.acceptable, 0.0);
  downside_ += below * below;
}

Returns::Moments Returns::moments() const noexcept {
  if (capacity_ == 0) return {static_cast<double>(count_), mean_, squares_, downside_};
  Moments result;
  if (ring_.empty()) return result;
  result.count = static_cast<double>(ring_.size());
  for (const double r : ring_) result.mean += r;
  result.mean /= result.count;
  for (const double r : ring_) {
    result.squares += (r - result.mean) * (r - result.mean);
    const double below = std::min(r - benchmark_.acceptable, 0.0);
    result.downside += below * below;
  }
  return result;
}

std::optional<double> Returns::sharpe() const noexcept {
  const Moments all = moments();
  if (all.count < 2) return std::nullopt;
  const double deviation = std::sqrt(all.squares / (all.count - 1));
  // Equal returns have no deviation; what is left of one is rounding.
  if (!(deviation > 1e-12 * std::abs(all.mean))) return std::nullopt;
  return (all.mean - benchmark_.risk_free) / deviation * std::sqrt(benchmark_.periods_per_year);
}

std::optional<double> Returns::sortino() const noexcept {
  const Moments all = moments();
  if (all.count < 1 || !(all.downside > 0)) return std::nullopt;
  return (all.mean - benchmark_.acceptable) / std::sqrt(all.downside / all.count) *
         std::sqrt(benchmark_.periods_per_year);
}

}  // namespace vigil::positions
