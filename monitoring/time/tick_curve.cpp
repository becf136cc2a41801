#include "monitoring/time/tick_curve.h"

#include <cassert>
#include <limits>

namespace vigil::monitoring {
namespace {

__extension__ using Wide = __int128;

}  // namespace

TickRate rate_over(std::uint64_t ticks, std::chrono::nanoseconds time) noexcept {
  assert(ticks > 0 && time.count() > 0);
  const Wide scaled = ((static_cast<Wide>(time.count()) << kTickRateBits) + ticks / 2) / ticks;
  if (scaled > std::numeric_limits<std::int64_t>::max()) return {};
  return {static_cast<std::int64_t>(scaled)};
}

std::uint64_t ticks_in(std::chrono::nanoseconds time, TickRate rate) noexcept {
  assert(time.count() >= 0 && rate.scaled > 0);
  return static_cast<std::uint64_t>((static_cast<Wide>(time.count()) << kTickRateBits) / rate.scaled);
}

TickCurve bend(const TickCurve& curve, std::uint64_t joint_ticks, TickRate after) noexcept {
  const auto distance = static_cast<std::int64_t>(joint_ticks - curve.joint_ticks);
  assert(distance >= 0);
  const Wide product = static_cast<Wide>(distance) * curve.after.scaled;
  const auto rounded_up =
      static_cast<std::int64_t>((product + ((Wide{1} << kTickRateBits) - 1)) >> kTickRateBits);
  return {joint_ticks, curve.joint + std::chrono::nanoseconds{rounded_up}, curve.after, after};
}

}  // namespace vigil::monitoring
