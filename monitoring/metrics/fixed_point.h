#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

namespace vigil::monitoring {

/// To the nearest integer in the rounding mode in force (half to even). Said in one instruction: without
/// -ffast-math the compiler makes std::llrint a call.
[[nodiscard]] inline std::int64_t nearest_integer(double value) noexcept {
#ifdef __x86_64__
  return _mm_cvtsd_si64(_mm_set_sd(value));
#else
  return std::llrint(value);
#endif
}

/// How sums and shared amounts are kept: as whole steps, so that they are exact and do not depend on the
/// order of what was added. Nanoseconds for "seconds", millionths for "USD", 1e-8 for other units.
[[nodiscard]] constexpr int decimals_of(std::string_view unit) noexcept {
  if (unit == "seconds") return 9;
  if (unit == "USD") return 6;
  return 8;
}

/// What a value in base units is in steps, at most 2^53 of them; a NaN is none.
[[nodiscard]] inline std::int64_t steps_of(double value, double steps_in_a_unit) noexcept {
  constexpr double kMost = 0x1p53;
  const double steps = value * steps_in_a_unit;
  if (!(std::abs(steps) < kMost)) [[unlikely]]
    return std::isnan(steps) ? 0 : static_cast<std::int64_t>(std::copysign(kMost, steps));
  return nearest_integer(steps);
}

}  // namespace vigil::monitoring
