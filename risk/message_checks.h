#pragma once

#include "orders/order.h"
#include "risk/check_type.h"
#include "risk/risk_metrics.h"
#include "risk/risk_state.h"
#include "risk/verdict.h"

namespace vigil::risk {

/// A slice is a message to a venue and part of its parent everywhere else: in message rates of the account,
/// open orders and exposure.
[[nodiscard]] inline bool is_slice(const orders::Order& order) noexcept {
  return order.parent != orders::kNoOrder;
}

/// Counts one check and, where it refused, the failure. `metrics` may be null.
inline void count_check(RiskMetrics* metrics, CheckType type, const Verdict& verdict,
                        orders::InstrumentId instrument) noexcept {
  if (metrics == nullptr) return;
  metrics->checked(type, verdict.allowed());
  if (!verdict.allowed()) metrics->failed(failure_type(verdict.reason), instrument);
}

/// Whether the account has room for one message more: AccountMessageRate.
[[nodiscard]] Verdict judge_account_rate(const RiskState& state, const orders::Order& order,
                                         orders::Duration now) noexcept;
void record_account_message(RiskState& state, const orders::Order& order, orders::Duration now) noexcept;

/// Cancels are refused for the message rates only, and never when the kill switch sends them. One that passes
/// uses room in them.
[[nodiscard]] Verdict check_cancel_rate(RiskState& state, const orders::Order& order, bool by_kill_switch,
                                        orders::EventTime now, RiskMetrics* metrics) noexcept;

/// The venue that a new order, a slice or a replace goes to: UnknownVenue, KillSwitch (of the venue),
/// VenueMessageRate, VenueCircuitOpen. What passes uses room in the venue's rate and, when its breaker is
/// half-open, is a probe.
[[nodiscard]] Verdict check_venue_open(RiskState& state, orders::VenueId venue, orders::EventTime now,
                                       RiskMetrics* metrics) noexcept;

}  // namespace vigil::risk
