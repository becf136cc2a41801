#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace vigil::monitoring {

/// Nanoseconds from one tick of a counter to the next, in steps of 2^-48: a rate of any counter between 1 MHz
/// and 100 GHz is kept to a few parts in 10^12, less than a nanosecond in a minute.
struct TickRate {
  std::int64_t scaled = 0;
  auto operator<=>(const TickRate&) const = default;
};
inline constexpr int kTickRateBits = 48;

/// Time over the ticks of a counter: two straight lines that meet in the joint. Both rates are positive, so a
/// later tick never has an earlier time.
struct TickCurve {
  std::uint64_t joint_ticks = 0;
  std::chrono::nanoseconds joint{};
  TickRate before;  ///< for ticks up to the joint
  TickRate after;   ///< for ticks from the joint on
  bool operator==(const TickCurve&) const = default;
};

/// The time `ticks` take, rounded down; `ticks` may be negative.
[[nodiscard]] constexpr std::chrono::nanoseconds time_of(std::int64_t ticks, TickRate rate) noexcept {
  __extension__ using Wide = __int128;
  return std::chrono::nanoseconds{
      static_cast<std::int64_t>((static_cast<Wide>(ticks) * rate.scaled) >> kTickRateBits)};
}

/// Good for ticks up to 2^63 from the joint, as far as the time fits.
[[nodiscard]] constexpr std::chrono::nanoseconds time_at(const TickCurve& curve,
                                                         std::uint64_t ticks) noexcept {
  const auto distance = static_cast<std::int64_t>(ticks - curve.joint_ticks);
  return curve.joint + time_of(distance, distance < 0 ? curve.before : curve.after);
}

/// The rate of a counter that made `ticks` in `time`, to the nearest; both positive. Zero if it does not fit.
[[nodiscard]] TickRate rate_over(std::uint64_t ticks, std::chrono::nanoseconds time) noexcept;

/// Ticks made in `time`, rounded down; neither is negative.
[[nodiscard]] std::uint64_t ticks_in(std::chrono::nanoseconds time, TickRate rate) noexcept;

/// The same curve up to `joint_ticks`, and the rate `after` from there. `joint_ticks` is not before the
/// curve's own joint. Wherever both are read the new curve is never below the old one up to its joint, and
/// less than a nanosecond above: whole nanoseconds make it so, its joint is rounded up.
[[nodiscard]] TickCurve bend(const TickCurve& curve, std::uint64_t joint_ticks, TickRate after) noexcept;

}  // namespace vigil::monitoring
