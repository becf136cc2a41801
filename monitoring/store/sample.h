#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace vigil::monitoring {

/// Milliseconds since 1970 UTC, as Prometheus counts the time of samples.
using SampleTime = std::int64_t;

struct Sample {
  SampleTime time = 0;
  double value = 0;
};

/// Both ends belong to it; none when from > to.
struct SampleRange {
  SampleTime from = std::numeric_limits<SampleTime>::min();
  SampleTime to = std::numeric_limits<SampleTime>::max();
};

/// The value that says "the series ended here": a NaN with Prometheus' own payload.
inline constexpr double kStaleMarker = std::bit_cast<double>(std::uint64_t{0x7FF0'0000'0000'0002});
/// Not every NaN is one: told by its bits.
[[nodiscard]] constexpr bool is_stale(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(kStaleMarker);
}
/// The NaN of arithmetic, as Prometheus writes it.
inline constexpr double kNormalNan = std::bit_cast<double>(std::uint64_t{0x7FF8'0000'0000'0001});

}  // namespace vigil::monitoring
