#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "monitoring/time/machine_clock.h"

namespace vigil::monitoring {

/// The wall clock for what cannot go back in time: samples, and the rules over them. It says what the wall
/// clock says as long as that goes forward, in small steps or large ones. Where the wall clock is set
/// back it goes on from where it was, a twentieth slower than time passes, until the wall clock has caught
/// up: after an hour set back that takes twenty. Any thread.
class ForwardClock {
 public:
  static constexpr int kSlower = 20;

  constexpr ForwardClock() = default;

  /// It says no less from now on: a time that was recorded before.
  void begin_after(std::chrono::nanoseconds recorded) noexcept {
    const std::lock_guard lock(mutex_);
    last_ = std::max(last_, recorded);
  }

  /// Nanoseconds since 1970 at a moment that is not before those asked for by the same thread.
  [[nodiscard]] std::chrono::nanoseconds at(const MachineTime& now) noexcept {
    const std::lock_guard lock(mutex_);
    const std::chrono::nanoseconds passed =
        std::max(now.monotonic - asked_.value_or(now.monotonic), std::chrono::nanoseconds{0});
    const std::chrono::nanoseconds ahead = last_ + passed - now.wall;
    if (ahead <= std::chrono::nanoseconds{0}) {
      last_ = now.wall;
    } else {
      last_ += passed - std::min(ahead, passed / kSlower);
    }
    asked_ = std::max(asked_.value_or(now.monotonic), now.monotonic);
    return last_;
  }

 private:
  std::mutex mutex_;
  std::chrono::nanoseconds last_{0};
  std::optional<std::chrono::nanoseconds> asked_;  ///< when last, monotonic
};

}  // namespace vigil::monitoring
