#pragma once

#include <cstdint>

#include "monitoring/time/machine_clock.h"
#include "orders/time.h"

namespace vigil::engine {

/// Where durations inside one event come from. Live: the machine's monotonic clock. Manual: stands still
/// until told, so that a replay's figures come from the data alone. One per core; core thread only.
class StageClock {
 public:
  enum class Mode : std::uint8_t { Live, Manual };
  explicit StageClock(Mode mode) noexcept : live_(mode == Mode::Live) {}

  /// Start of an event; what `now` counts from in both modes.
  void set(orders::EventTime event) noexcept { event_ = event; }
  [[nodiscard]] orders::Duration monotonic() const noexcept {
    return live_ ? monitoring::machine_clock.monotonic() : event_.monotonic;
  }
  /// The event's wall time moved on by what has passed since it began.
  [[nodiscard]] orders::EventTime now() const noexcept {
    const orders::Duration current = monotonic();
    return {event_.wall + (current - event_.monotonic), current};
  }

 private:
  bool live_;
  orders::EventTime event_;
};

/// Both clocks of the machine, read together.
[[nodiscard]] inline orders::EventTime machine_time() noexcept {
  const monitoring::MachineTime now = monitoring::machine_clock.now();
  return {orders::Timestamp{now.wall}, now.monotonic};
}

}  // namespace vigil::engine
