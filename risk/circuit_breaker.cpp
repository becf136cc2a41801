#include "risk/circuit_breaker.h"

#include <algorithm>

namespace vigil::risk {
namespace {

std::uint32_t successes_wanted(const BreakerLimits& limits) noexcept {
  return std::max(limits.successes_to_close, 1U);
}

}  // namespace

using orders::Duration;

void CircuitBreaker::enter(BreakerState state) noexcept {
  ++transitions_[static_cast<std::size_t>(state_)][static_cast<std::size_t>(state)];
  state_ = state;
  probes_under_way_ = 0;
  probe_successes_ = 0;
}

bool CircuitBreaker::has_probe_free(Duration now, const BreakerLimits& limits) const noexcept {
  if (probes_under_way_ < successes_wanted(limits)) return true;
  return now - last_probe_at_ >= limits.open_for;
}

bool CircuitBreaker::would_allow(Duration now, const BreakerLimits& limits) const noexcept {
  switch (state_) {
    case BreakerState::Closed:
      return true;
    case BreakerState::Open:
      return now - opened_at_ >= limits.open_for;
    case BreakerState::HalfOpen:
      return has_probe_free(now, limits);
  }
  return false;
}

bool CircuitBreaker::allow(Duration now, const BreakerLimits& limits) noexcept {
  tick(now, limits);
  if (state_ == BreakerState::Closed) return true;
  if (state_ == BreakerState::Open || !has_probe_free(now, limits)) {
    ++refusals_;
    return false;
  }
  // Only reached with all probes out when they went unanswered for open_for: they are given up.
  if (probes_under_way_ >= successes_wanted(limits)) probes_under_way_ = 0;
  ++probes_under_way_;
  last_probe_at_ = now;
  return true;
}

void CircuitBreaker::succeeded(Duration, const BreakerLimits& limits) noexcept {
  if (state_ == BreakerState::Open) return;
  failures_ = 0;
  if (state_ == BreakerState::Closed) return;
  if (probes_under_way_ == 0) return;  // not a probe's: a call from before it opened
  --probes_under_way_;
  ++probe_successes_;
  if (probe_successes_ >= successes_wanted(limits)) enter(BreakerState::Closed);
}

void CircuitBreaker::failed(Duration now, const BreakerLimits& limits) noexcept {
  if (state_ == BreakerState::Open) return;
  ++failures_;
  const bool opens = state_ == BreakerState::HalfOpen ||
                     (limits.failures_to_open != 0 && failures_ >= limits.failures_to_open);
  if (!opens) return;
  enter(BreakerState::Open);
  opened_at_ = now;
}

void CircuitBreaker::tick(Duration now, const BreakerLimits& limits) noexcept {
  if (state_ == BreakerState::Open && now - opened_at_ >= limits.open_for) enter(BreakerState::HalfOpen);
}

}  // namespace vigil::risk
