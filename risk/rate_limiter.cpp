#include "risk/rate_limiter.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace vigil::risk {

using orders::Duration;

void RateLimiter::make_room(std::uint32_t limit) {
  const auto size = std::bit_ceil(std::min(limit, kGreatestLimit));
  if (size <= size_) return;
  RateLimiter larger{size};
  for (std::uint64_t i = recorded_ - std::min(recorded_, size_); i < recorded_; ++i) larger.at(i) = at(i);
  larger.recorded_ = recorded_;
  *this = std::move(larger);
}

std::uint32_t RateLimiter::effective(std::uint32_t limit) const noexcept {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, size_));
}

Duration RateLimiter::latest(Duration now) const noexcept {
  return recorded_ == 0 ? now : std::max(now, at(recorded_ - 1));
}

bool RateLimiter::allows(Duration now, std::uint32_t limit) const noexcept {
  if (limit == 0) return false;
  const std::uint32_t room = effective(limit);
  if (recorded_ < room) return true;
  return at(recorded_ - room) <= latest(now) - kWindow;
}

void RateLimiter::record(Duration now) noexcept {
  const Duration time = latest(now);
  at(recorded_) = time;
  ++recorded_;
}

std::uint32_t RateLimiter::used(Duration now) const noexcept {
  const Duration after = latest(now) - kWindow;
  std::uint64_t low = recorded_ - std::min(recorded_, size_);
  std::uint64_t high = recorded_;
  while (low < high) {  // the first message later than `after`
    const std::uint64_t middle = low + (high - low) / 2;
    if (at(middle) > after) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return static_cast<std::uint32_t>(recorded_ - low);
}

}  // namespace vigil::risk
