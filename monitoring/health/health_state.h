#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vigil::monitoring {

/// How a component is, from good to bad. Degraded: it works, with less than it should have.
enum class HealthState : std::uint8_t { Healthy, Degraded, Unhealthy };

/// Values of the label `state`.
inline constexpr std::array<std::string_view, 3> kHealthStateNames{"healthy", "degraded", "unhealthy"};
[[nodiscard]] constexpr std::string_view to_string(HealthState state) noexcept {
  return kHealthStateNames[static_cast<std::size_t>(state)];
}

/// A state and why. The reason is a literal, free of anything secret: everybody may read it.
struct Verdict {
  HealthState state = HealthState::Healthy;
  const char* reason = "";
};

/// Of two verdicts the worse, of equal ones the first.
[[nodiscard]] constexpr Verdict worse(Verdict a, Verdict b) noexcept {
  return b.state > a.state ? b : a;
}

/// Judges a value that should be low (memory, threads): at either limit it is still fine. NaN is unhealthy.
[[nodiscard]] constexpr Verdict check_at_most(double value, double degraded_above, double unhealthy_above,
                                              const char* reason) noexcept {
  if (!(value <= unhealthy_above)) return {HealthState::Unhealthy, reason};
  if (!(value <= degraded_above)) return {HealthState::Degraded, reason};
  return {};
}

/// Judges a value that should be high (uptime, connected venues): at either limit it is still fine. NaN is
/// unhealthy.
[[nodiscard]] constexpr Verdict check_at_least(double value, double degraded_below, double unhealthy_below,
                                               const char* reason) noexcept {
  if (!(value >= unhealthy_below)) return {HealthState::Unhealthy, reason};
  if (!(value >= degraded_below)) return {HealthState::Degraded, reason};
  return {};
}

}  // namespace vigil::monitoring
