#pragma once

#include <cstdint>

#include "engine/tape/event_tape.h"
#include "monitoring/time/machine_clock.h"
#include "orders/time.h"

namespace vigil::engine {

/// What the engine's monotonic time is ahead of the machine's. Set before any other thread reads it, by
/// continue_time_from(); 0 otherwise.
extern constinit orders::Duration monotonic_offset;

/// Both clocks, read together.
[[nodiscard]] inline orders::EventTime machine_time() noexcept {
  const monitoring::MachineTime now = monitoring::machine_clock.now();
  return {orders::Timestamp{now.wall}, now.monotonic + monotonic_offset};
}

/// The engine's monotonic time goes on from an earlier process's: `last` and what has passed since by the
/// wall clock, or nothing where that has gone back. Whatever is measured from `last` on then is right.
void continue_time_from(orders::EventTime last) noexcept;

/// Where durations inside one event come from. Live: the machine's monotonic clock, each reading put on the
/// event's tape. Manual: stands still until told, so that a replay's figures come from the data alone. While
/// a journal is replayed, live readings come from the tape. One per core; core thread only.
class StageClock {
 public:
  enum class Mode : std::uint8_t { Live, Manual };
  StageClock(Mode mode, EventTape& tape) noexcept : live_(mode == Mode::Live), tape_(tape) {}

  /// Start of an event; what `now` counts from in both modes.
  void set(orders::EventTime event) noexcept { event_ = event; }
  [[nodiscard]] orders::Duration monotonic() const noexcept {
    if (!live_) return event_.monotonic;
    if (tape_.replays()) [[unlikely]]
      return replayed();
    const orders::Duration now = monitoring::machine_clock.monotonic() + monotonic_offset;
    tape_.clock(now - event_.monotonic);
    return now;
  }
  /// The event's wall time moved on by what has passed since it began.
  [[nodiscard]] orders::EventTime now() const noexcept {
    const orders::Duration current = monotonic();
    return {event_.wall + (current - event_.monotonic), current};
  }
  [[nodiscard]] bool is_live() const noexcept { return live_; }

 private:
  [[nodiscard]] orders::Duration replayed() const noexcept {
    return tape_.replays_clock() ? event_.monotonic + tape_.next_clock() : event_.monotonic;
  }
  bool live_;
  EventTape& tape_;
  orders::EventTime event_;
};

}  // namespace vigil::engine
