#pragma once

#include <chrono>
#include <cstdint>

namespace vigil::orders {

using Duration = std::chrono::nanoseconds;
/// Wall clock, UTC, nanoseconds since 1970. For records.
using Timestamp = std::chrono::sys_time<Duration>;

/// The two times an event carries. `wall` is for records, `monotonic` (nanoseconds since any fixed point)
/// for durations. In a replay both come from the data.
struct EventTime {
  Timestamp wall{};
  Duration monotonic{};
};

[[nodiscard]] constexpr Timestamp timestamp_from_nanoseconds(std::int64_t ns) noexcept {
  return Timestamp{Duration{ns}};
}
[[nodiscard]] constexpr std::int64_t nanoseconds_of(Timestamp t) noexcept {
  return t.time_since_epoch().count();
}
[[nodiscard]] constexpr double seconds_of(Duration duration) noexcept {
  return std::chrono::duration<double>(duration).count();
}
/// An event time whose clocks agree: what a replay and a test use.
[[nodiscard]] constexpr EventTime manual_time(Timestamp wall) noexcept {
  return {wall, wall.time_since_epoch()};
}

}  // namespace vigil::orders
