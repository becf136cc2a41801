#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <semaphore.h>
#include <boost/lockfree/spsc_queue.hpp>

#include "engine/core/watch_plan.h"
#include "orders/time.h"

namespace vigil::engine {

/// A condition was seen to hold by the core, which has done what there was to do.
struct WatchCrossing {
  const WatchPlan* plan = nullptr;
  std::uint32_t watch = 0;
  double value = 0;
  orders::Timestamp time{};
  orders::Duration detected{};  ///< monotonic
};

/// Between the monitor, which makes plans and tells people of crossings, and the core, which judges: neither
/// waits for the other. A plan that the core has not taken up yet is replaced by the next; crossings that
/// find the queue full are counted by the core, and the rule's next evaluation finds what they were about.
class WatchDesk {
 public:
  static constexpr std::size_t kMostCrossings = 1024;

  WatchDesk();
  ~WatchDesk();
  WatchDesk(const WatchDesk&) = delete;
  WatchDesk& operator=(const WatchDesk&) = delete;

  // The monitor thread.
  /// The core takes it up at its next tick. It stays until the core has another.
  void offer(std::unique_ptr<WatchPlan> plan);
  /// The plan offered last; nullptr before the first.
  [[nodiscard]] const WatchPlan* newest() const noexcept {
    return plans_.empty() ? nullptr : plans_.back().get();
  }
  /// Hands over what the core has found, in its order, then frees the plans that it needs no more.
  template <typename Take>
  void take_crossings(Take take);
  /// Waits until there is a crossing or somebody wakes it, at most so long.
  void wait(std::chrono::nanoseconds patience) noexcept;

  // The core thread.
  /// A plan that was offered since the last call.
  [[nodiscard]] WatchPlan* take_offered() noexcept { return offered_.exchange(nullptr); }
  /// The core judges by it from now on, and by no earlier one.
  void taken_up(const WatchPlan& plan) noexcept { in_use_.store(&plan); }
  /// False: there was no room.
  [[nodiscard]] bool push(const WatchCrossing& crossing) noexcept;

  // Any thread.
  void wake() noexcept;

 private:
  void free_old();

  std::vector<std::unique_ptr<WatchPlan>> plans_;  ///< the monitor thread's; in the order of their offers
  std::atomic<WatchPlan*> offered_{nullptr};
  std::atomic<const WatchPlan*> in_use_{nullptr};
  boost::lockfree::spsc_queue<WatchCrossing> crossings_{kMostCrossings};
  sem_t wake_{};
};

template <typename Take>
void WatchDesk::take_crossings(Take take) {
  // First: a plan in use now had no crossing of an earlier one after it.
  const WatchPlan* const in_use = in_use_.load();
  WatchCrossing crossing;
  while (crossings_.pop(crossing)) take(crossing);
  if (plans_.size() > 1 && plans_.front().get() != in_use) free_old();
}

}  // namespace vigil::engine
