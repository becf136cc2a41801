#include "engine/core/watch_desk.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace vigil::engine {

WatchDesk::WatchDesk() {
  sem_init(&wake_, 0, 0);
}
WatchDesk::~WatchDesk() {
  sem_destroy(&wake_);
}

void WatchDesk::offer(std::unique_ptr<WatchPlan> plan) {
  plans_.push_back(std::move(plan));
  WatchPlan* const untaken = offered_.exchange(plans_.back().get());
  if (untaken != nullptr) std::erase_if(plans_, [&](const auto& each) { return each.get() == untaken; });
}

/// Those before the one in use. While none of the plans is in use yet, all may be about to be.
void WatchDesk::free_old() {
  const auto current = std::ranges::find(plans_, in_use_.load(), [](const auto& plan) { return plan.get(); });
  if (current != plans_.end()) plans_.erase(plans_.begin(), current);
}

void WatchDesk::wait(std::chrono::nanoseconds patience) noexcept {
  timespec until{};
  clock_gettime(CLOCK_MONOTONIC, &until);
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t at = until.tv_nsec + std::max<std::int64_t>(patience.count(), 0);
  until.tv_sec += at / kSecond;
  until.tv_nsec = at % kSecond;
  sem_clockwait(&wake_, CLOCK_MONOTONIC, &until);
}

bool WatchDesk::push(const WatchCrossing& crossing) noexcept {
  const bool is_pushed = crossings_.push(crossing);
  wake();
  return is_pushed;
}

void WatchDesk::wake() noexcept {
  sem_post(&wake_);
}

}  // namespace vigil::engine
