#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "monitoring/time/clock_sample.h"
#include "monitoring/time/tick_curve.h"

namespace vigil::monitoring {

// How a counter's time is kept at CLOCK_MONOTONIC's: samples in, curves out, no clock is read here.
//
// The reference is CLOCK_MONOTONIC and not its RAW kin, because that is what the rest of the process waits by
// and what takes over when the counter fails. It is itself slewed by NTP, by 0.05 % at most unless told
// otherwise, so the counter's rate against it changes and has to be followed.
//
// A correction never jumps. It bends the curve at a joint that lies a little in the future, and gives the
// counter's time a rate that meets the reference again a second later. Since a curve is known before its
// joint is reached, it does not matter which of two successive curves a reader uses: time never goes back.

/// What the rates of the two spans of a calibration may differ by, in parts per million. Readings that are 40
/// ns off make a difference of 16 over 5 ms; a counter that another clock disagrees with by more than this
/// is emulated, scaled, or not constant.
inline constexpr std::int64_t kMostDeviationPpm = 100;
/// Shortest span that a rate is taken from at the start, and while following.
inline constexpr std::chrono::nanoseconds kShortestCalibration = std::chrono::milliseconds{1};
inline constexpr std::chrono::nanoseconds kShortestSpan = std::chrono::milliseconds{100};
/// A counter's time further from the reference than this is not corrected but given up. NTP's slewing makes
/// half of it in a second.
inline constexpr std::chrono::nanoseconds kMostDrift = std::chrono::milliseconds{1};
/// How far ahead of the sample a correction begins: the time there is for publishing it.
inline constexpr std::chrono::nanoseconds kLead = std::chrono::milliseconds{10};
/// What a correction adds to the reference's rate or takes from it, at most.
inline constexpr std::int64_t kMostSlewPpm = 500;

/// The counter's rate over three samples. Nothing where the spans between them disagree, are too short or run
/// backwards, or the rate is none of a real counter (100 MHz to 10 GHz).
[[nodiscard]] std::optional<TickRate> calibrate(const ClockSample& first, const ClockSample& second,
                                                const ClockSample& third) noexcept;

/// A counter's time, and the sample it was last corrected by.
struct Steering {
  TickCurve curve;
  ClockSample last;
};
[[nodiscard]] Steering start_steering(const ClockSample& sample, TickRate rate) noexcept;

enum class SteerResult : std::uint8_t {
  Steered,  ///< `next` has a correction that begins kLead after the sample
  TooSoon,  ///< less than kShortestSpan after the last sample: nothing to learn from it
  Lost,     ///< beyond kMostDrift, or a clock ran backwards: the counter's time is not to be used any more
};
struct SteerOutcome {
  SteerResult result = SteerResult::Lost;
  std::chrono::nanoseconds drift{};  ///< counter's time less the reference, at the sample
  Steering next;
};
[[nodiscard]] SteerOutcome steer(const Steering& steering, const ClockSample& sample) noexcept;

}  // namespace vigil::monitoring
