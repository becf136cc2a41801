#pragma once

#include <chrono>
#include <optional>

#include "monitoring/time/machine_clock.h"

namespace vigil::monitoring {

/// Notices when the wall clock was set, by a person or by NTP: what it says moves on otherwise than the
/// monotonic clock. One thread.
class WallSteps {
 public:
  /// What NTP slews in a second (0.5 ms) is no step, nor is what a reading is off by.
  static constexpr std::chrono::nanoseconds kLeast = std::chrono::milliseconds{10};

  /// About once a second. By how much it was set since the last call; negative = back.
  std::optional<std::chrono::nanoseconds> observe(const MachineTime& now) noexcept {
    const std::chrono::nanoseconds ahead = now.wall - now.monotonic;
    const std::chrono::nanoseconds step = ahead_ ? ahead - *ahead_ : std::chrono::nanoseconds{0};
    ahead_ = ahead;
    if (step < kLeast && step > -kLeast) return std::nullopt;
    return step;
  }

 private:
  std::optional<std::chrono::nanoseconds> ahead_;  ///< of the monotonic clock, at the last call
};

}  // namespace vigil::monitoring
