#include "risk/message_checks.h"

#include "risk/risk_metrics.h"

namespace vigil::risk {

using orders::DenyReason;
using orders::Duration;
using orders::measure_count;

namespace {

Verdict judge_rate(const RateLimiter& messages, std::optional<std::uint32_t> limit, DenyReason reason,
                   Duration now) noexcept {
  if (!limit || messages.allows(now, *limit)) return kPass;
  // The message refused is the first one too many.
  return deny(reason, measure_count(std::int64_t{messages.used(now)} + 1),
              measure_count(messages.effective(*limit)));
}

Verdict judge_venue_rate(const RiskState& state, orders::VenueId venue, Duration now) noexcept {
  if (index(venue) >= state.venue_messages.size()) return kPass;  // not routed: its slices are
  return judge_rate(state.venue_messages[index(venue)], message_limit(state.limits, venue),
                    DenyReason::VenueMessageRate, now);
}

void record_venue_message(RiskState& state, orders::VenueId venue, Duration now) noexcept {
  if (index(venue) < state.venue_messages.size()) state.venue_messages[index(venue)].record(now);
}

/// Last, because a call that it lets through a half-open breaker is a probe.
Verdict check_breaker(RiskState& state, orders::VenueId venue, Duration now, RiskMetrics* metrics) noexcept {
  if (index(venue) >= state.breakers.size()) return kPass;
  CircuitBreaker& breaker = state.breakers[index(venue)];
  const BreakerState before = breaker.state();
  const bool allowed = breaker.allow(now, state.limits.breaker);
  if (metrics != nullptr) {
    if (breaker.state() != before) metrics->breaker_moved(venue, before, breaker.state());
    if (!allowed) metrics->breaker_refused(venue);
  }
  if (allowed) return kPass;
  return deny(DenyReason::VenueCircuitOpen, measure_count(breaker.consecutive_failures()),
              measure_count(state.limits.breaker.failures_to_open));
}

}  // namespace

Verdict judge_account_rate(const RiskState& state, const orders::Order& order, Duration now) noexcept {
  // A slice is a message to a venue, not one of the account's own: its parent was.
  if (is_slice(order) || index(order.account) >= state.account_messages.size()) return kPass;
  return judge_rate(state.account_messages[index(order.account)],
                    limits_of(state.limits, order.account).max_messages_per_second,
                    DenyReason::AccountMessageRate, now);
}

void record_account_message(RiskState& state, const orders::Order& order, Duration now) noexcept {
  if (is_slice(order) || index(order.account) >= state.account_messages.size()) return;
  state.account_messages[index(order.account)].record(now);
}

Verdict check_cancel_rate(RiskState& state, const orders::Order& order, bool by_kill_switch,
                          orders::EventTime now, RiskMetrics* metrics) noexcept {
  if (!by_kill_switch) {
    Verdict verdict = judge_account_rate(state, order, now.monotonic);
    if (verdict.allowed()) verdict = judge_venue_rate(state, order.venue, now.monotonic);
    count_check(metrics, CheckType::MessageRate, verdict, order.instrument);
    if (!verdict.allowed()) return verdict;
  }
  record_account_message(state, order, now.monotonic);
  record_venue_message(state, order.venue, now.monotonic);
  return kPass;
}

Verdict check_venue_open(RiskState& state, orders::VenueId venue, orders::EventTime now,
                         RiskMetrics* metrics) noexcept {
  const auto passes = [&](CheckType type, const Verdict& verdict) {
    count_check(metrics, type, verdict, orders::kNoInstrument);
    return verdict.allowed();
  };
  const bool is_known = index(venue) < state.breakers.size();
  const bool is_paused = is_known && state.paused_venues[index(venue)] != 0;
  Verdict open = is_paused ? deny(DenyReason::VenuePaused) : kPass;
  if (!is_known) open = deny(DenyReason::UnknownVenue);
  if (!passes(CheckType::Venue, open)) return open;

  const bool is_killed = state.kill_switch.engaged(KillScope::Level::Venue, index(venue));
  const Verdict alive = is_killed ? deny(DenyReason::KillSwitch) : kPass;
  if (!passes(CheckType::KillSwitch, alive)) return alive;

  const Verdict rate = judge_venue_rate(state, venue, now.monotonic);
  if (!passes(CheckType::MessageRate, rate)) return rate;

  const Verdict breaker = check_breaker(state, venue, now.monotonic, metrics);
  if (!passes(CheckType::VenueBreaker, breaker)) return breaker;

  record_venue_message(state, venue, now.monotonic);
  return kPass;
}

}  // namespace vigil::risk
