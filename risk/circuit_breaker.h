#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orders/time.h"
#include "risk/limits.h"

namespace vigil::risk {

enum class BreakerState : std::uint8_t { Closed, Open, HalfOpen };
inline constexpr std::size_t kBreakerStateCount = 3;
/// By BreakerState.
inline constexpr std::array<std::string_view, 3> kBreakerStateNames{"closed", "open", "half_open"};
[[nodiscard]] constexpr std::string_view to_string(BreakerState state) noexcept {
  return kBreakerStateNames[static_cast<std::size_t>(state)];
}

/// Keeps calls away from a venue that fails. Closed: all calls pass; failures_to_open consecutive failures
/// open it. Open: calls are refused until open_for has passed. Half-open: at most successes_to_close calls
/// are under way as probes; that many successes close it, one failure opens it again. Probes that nobody
/// answers for open_for are given up, so that it cannot stay half-open for ever.
///
/// failures_to_open = 0 keeps it closed; successes_to_close = 0 counts as 1. The limits are an argument: a
/// reload changes them and leaves the state. Core thread only.
class CircuitBreaker {
 public:
  [[nodiscard]] BreakerState state() const noexcept { return state_; }
  /// Whether allow() would say yes; changes nothing.
  [[nodiscard]] bool would_allow(orders::Duration now, const BreakerLimits& limits) const noexcept;
  /// Takes a probe's place when half-open; a refusal is counted.
  [[nodiscard]] bool allow(orders::Duration now, const BreakerLimits& limits) noexcept;
  /// Outcomes of calls. An outcome that arrives while open belongs to a call from before and is ignored.
  void succeeded(orders::Duration now, const BreakerLimits& limits) noexcept;
  void failed(orders::Duration now, const BreakerLimits& limits) noexcept;
  /// Goes from open to half-open when the time has come; allow() does so too.
  void tick(orders::Duration now, const BreakerLimits& limits) noexcept;

  [[nodiscard]] std::uint32_t consecutive_failures() const noexcept { return failures_; }
  [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_; }
  [[nodiscard]] std::uint64_t transitions(BreakerState from, BreakerState to) const noexcept {
    return transitions_[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire.choice(state_, BreakerState::HalfOpen);
    wire(failures_);
    wire(probes_under_way_);
    wire(probe_successes_);
    wire(opened_at_);
    wire(last_probe_at_);
    wire(refusals_);
    wire(transitions_);
  }

 private:
  void enter(BreakerState state) noexcept;
  [[nodiscard]] bool has_probe_free(orders::Duration now, const BreakerLimits& limits) const noexcept;

  BreakerState state_ = BreakerState::Closed;
  std::uint32_t failures_ = 0;  ///< consecutive
  std::uint32_t probes_under_way_ = 0;
  std::uint32_t probe_successes_ = 0;
  orders::Duration opened_at_{};
  orders::Duration last_probe_at_{};
  std::uint64_t refusals_ = 0;
  std::array<std::array<std::uint64_t, kBreakerStateCount>, kBreakerStateCount> transitions_{};
};

}  // namespace vigil::risk
