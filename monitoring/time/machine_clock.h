#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "monitoring/time/clock_choice.h"
#include "monitoring/time/clock_latch.h"
#include "monitoring/time/clock_steering.h"
#include "monitoring/time/tick_counter.h"

namespace vigil::monitoring {

enum class ClockSource : std::uint8_t { Tsc, Monotonic };
inline constexpr std::size_t kClockSourceCount = 2;
[[nodiscard]] std::string_view to_string(ClockSource source) noexcept;

/// Why the source is what it is.
enum class ClockReason : std::uint8_t {
  NotStarted,    ///< monotonic until start()
  Calibrated,    ///< the counter was measured and found good
  Configured,    ///< monotonic was asked for
  NoCounter,     ///< no counter that this engine can read
  NotInvariant,  ///< the processor does not promise a constant rate
  NotListed,     ///< the kernel does not offer the counter as a clock source
  Disturbed,     ///< interrupted at every reading: it could not be measured
  Deviates,      ///< its rate was not constant while it was measured
  Drifted,       ///< it was given up while it ran: too far from CLOCK_MONOTONIC
};
[[nodiscard]] std::string_view to_string(ClockReason reason) noexcept;

/// What speaks against the counter before it is measured; nothing if it may be tried.
[[nodiscard]] std::optional<ClockReason> reason_against(ClockChoice choice,
                                                        const CounterSupport& support) noexcept;

/// Both clocks at one moment.
struct MachineTime {
  std::chrono::nanoseconds monotonic{};  ///< never goes back; since an arbitrary start
  std::chrono::nanoseconds wall{};       ///< UTC, since 1970; follows steps of the system's clock
};

/// What came of looking after the clock.
enum class ClockCheckResult : std::uint8_t {
  Unneeded,   ///< the source is CLOCK_MONOTONIC
  Followed,   ///< corrected
  TooSoon,    ///< the last check was less than 100 ms ago
  Disturbed,  ///< interrupted at every reading; the next check will do
  Late,       ///< interrupted before the correction was published, so it was dropped; the next check will do
  Lost,       ///< too far away: from now on CLOCK_MONOTONIC
};
inline constexpr std::size_t kClockCheckResultCount = 6;
[[nodiscard]] std::string_view to_string(ClockCheckResult result) noexcept;
struct ClockCheck {
  ClockCheckResult result = ClockCheckResult::Unneeded;
  /// The clock less CLOCK_MONOTONIC at this check, where it was measured.
  std::optional<std::chrono::nanoseconds> drift;
};

/// Time from the processor's counter, kept within 1 ms of CLOCK_MONOTONIC (usually within 100 ns), or from
/// CLOCK_MONOTONIC itself where the counter cannot be trusted. Reading the counter costs half of asking the
/// system.
///
/// Between a start and a fall back to CLOCK_MONOTONIC, which holds until the process ends, time never goes
/// back, whichever thread reads it: corrections are slewed, and at the fall back a clock that was ahead
/// stands still until the other has caught up. (The exception is an operating system that stops the thread
/// which publishes a correction for 9 ms between two instructions: then others may see time that is up to
/// 1 us less for each millisecond that it is late.) The wall clock is monotonic time and an offset that is
/// read anew at each check, so a step of the system's clock shows at the next check.
///
/// Any thread reads; one thread starts it, before the others read, and looks after it.
class MachineClock {
 public:
  constexpr MachineClock() noexcept = default;

  /// Calibrates, 10 to 15 ms, unless the choice or the machine speaks against it. The first call decides,
  /// later ones change nothing.
  void start(ClockChoice choice);
  /// Compares with CLOCK_MONOTONIC and corrects. About once a second; 2 microseconds.
  ClockCheck follow() noexcept;
  /// The same with this sample; where `now` ticks are too late to publish a correction it is dropped.
  ClockCheck follow(const ClockSample& sample, std::uint64_t now) noexcept;

  [[nodiscard]] std::chrono::nanoseconds monotonic() const noexcept {
    if (!uses_counter_.load(std::memory_order_acquire)) [[unlikely]]
      return fallback();
    const ClockLatch::Reading reading = latch_.read(read_ticks);
    return time_at(reading.line.curve, reading.ticks);
  }
  [[nodiscard]] MachineTime now() const noexcept {
    if (!uses_counter_.load(std::memory_order_acquire)) [[unlikely]]
      return fallback_now();
    const ClockLatch::Reading reading = latch_.read(read_ticks);
    const std::chrono::nanoseconds time = time_at(reading.line.curve, reading.ticks);
    return {time, time + reading.line.wall_offset};
  }

  [[nodiscard]] ClockSource source() const noexcept {
    return uses_counter_.load(std::memory_order_acquire) ? ClockSource::Tsc : ClockSource::Monotonic;
  }
  /// The thread that starts it.
  [[nodiscard]] ClockReason reason() const noexcept { return reason_; }
  /// Ticks a second as last measured; 0 where the counter was never used. The thread that starts it.
  [[nodiscard]] double hertz() const noexcept;

 private:
  [[nodiscard]] ClockReason calibrate_counter();
  void give_up(const ClockSample& sample) noexcept;
  [[nodiscard]] std::chrono::nanoseconds fallback() const noexcept;
  [[nodiscard]] MachineTime fallback_now() const noexcept;

  ClockLatch latch_;
  std::atomic<bool> uses_counter_{false};
  std::atomic<std::int64_t> floor_{0};  ///< the fall back's time is not below this
  ClockReason reason_ = ClockReason::NotStarted;
  Steering steering_;
  std::chrono::nanoseconds wall_offset_{};
};

/// The process's. Until it is started it reads the system's clocks.
extern constinit MachineClock machine_clock;

}  // namespace vigil::monitoring
