#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "monitoring/time/tick_curve.h"

namespace vigil::monitoring {

/// What makes times of ticks.
struct ClockLine {
  TickCurve curve;
  std::chrono::nanoseconds wall_offset{};
};

/// The clock line in force. One thread publishes, any thread reads.
///
/// A reader never waits, not even for a writer that was stopped half-way: there are two copies, the version's
/// last bit says which one holds still. It reads again only when a publication overtook it, so once a second
/// at most.
class ClockLatch {
 public:
  constexpr ClockLatch() noexcept = default;

  void publish(const ClockLine& line) noexcept {
    const std::uint32_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_release);  // readers turn to the second copy
    copies_[0].store(line);
    version_.store(version + 2, std::memory_order_release);  // and back
    copies_[1].store(line);
  }

  struct Reading {
    ClockLine line;
    std::uint64_t ticks = 0;
  };
  /// The line, and what `counter()` gave while it was in force.
  template <typename Counter>
  [[nodiscard]] Reading read(Counter counter) const noexcept {
    for (;;) {
      const std::uint32_t version = version_.load(std::memory_order_acquire);
      const Reading reading{copies_[version & 1U].load(), counter()};
      if (version_.load(std::memory_order_relaxed) == version) [[likely]]
        return reading;
    }
  }

 private:
  // Acquire and release on every part: who sees a part of a newer line also sees the newer version.
  struct Copy {
    std::atomic<std::uint64_t> joint_ticks{0};
    std::atomic<std::int64_t> joint{0};
    std::atomic<std::int64_t> before{0};
    std::atomic<std::int64_t> after{0};
    std::atomic<std::int64_t> wall_offset{0};

    void store(const ClockLine& line) noexcept {
      joint_ticks.store(line.curve.joint_ticks, std::memory_order_release);
      joint.store(line.curve.joint.count(), std::memory_order_release);
      before.store(line.curve.before.scaled, std::memory_order_release);
      after.store(line.curve.after.scaled, std::memory_order_release);
      wall_offset.store(line.wall_offset.count(), std::memory_order_release);
    }
    [[nodiscard]] ClockLine load() const noexcept {
      ClockLine line;
      line.curve.joint_ticks = joint_ticks.load(std::memory_order_acquire);
      line.curve.joint = std::chrono::nanoseconds{joint.load(std::memory_order_acquire)};
      line.curve.before.scaled = before.load(std::memory_order_acquire);
      line.curve.after.scaled = after.load(std::memory_order_acquire);
      line.wall_offset = std::chrono::nanoseconds{wall_offset.load(std::memory_order_acquire)};
      return line;
    }
  };

  alignas(64) std::array<Copy, 2> copies_{};
  std::atomic<std::uint32_t> version_{0};
};

}  // namespace vigil::monitoring
