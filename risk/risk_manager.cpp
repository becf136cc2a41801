#include "risk/risk_manager.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "risk/loss_limits.h"
#include "risk/message_checks.h"
#include "risk/risk_manager_impl.h"
#include "risk/risk_metrics.h"

namespace vigil::risk {

using orders::AccountId;
using orders::DenyReason;
using orders::Duration;
using orders::EventTime;
using orders::InstrumentId;
using orders::Int128;
using orders::Money;
using orders::Order;
using orders::Quantity;
using orders::Quote;
using orders::StrategyId;
using orders::VenueId;

namespace {

Quantity clamped(Int128 raw) noexcept {
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return Quantity::from_raw(static_cast<std::int64_t>(std::clamp<Int128>(raw, -kMax, kMax)));
}

bool is_known(const RiskState& state, AccountId account, InstrumentId instrument) noexcept {
  return index(account) < state.figures.size() && index(instrument) < state.instruments.size();
}

}  // namespace

void RiskManager::Impl::judge(AccountId account, InstrumentId instrument) noexcept {
  state.figures[index(account)] = state.portfolio.result(account);
  if (usage) usage->figures_changed(account);
  if (state.trading == TradingState::Halted) return;
  switch (judge_losses(limits_of(state.limits, account), state.figures[index(account)]).reason) {
    case DenyReason::DayLossLimit:
      halt(HaltReason::MaxDailyLoss, FailureType::DailyLossExceeded, instrument);
      return;
    case DenyReason::DrawdownLimit:
      halt(HaltReason::Drawdown, FailureType::DrawdownExceeded, instrument);
      return;
    default:
      return;
  }
}

void RiskManager::Impl::halt(HaltReason reason, FailureType failure, InstrumentId instrument) noexcept {
  enter(TradingState::Halted, reason);
  if (state.limits.cancel_on_halt) cancel_all_wanted = true;
  if (metrics == nullptr) return;
  metrics->failed(failure, instrument);
  metrics->failed(FailureType::CircuitBreakerTriggered, instrument);
}

void RiskManager::Impl::enter(TradingState next, HaltReason reason) noexcept {
  state.trading = next;
  state.halt_reason = next == TradingState::Active ? HaltReason::None : reason;
  publish_state();
}

void RiskManager::Impl::publish_state() noexcept {
  if (metrics == nullptr) return;
  metrics->trading_state(state.trading, state.halt_reason,
                         state.kill_switch.count(KillScope::Level::Firm) != 0);
}

void RiskManager::Impl::make_room_for_messages() noexcept {
  for (std::size_t i = 0; i < state.account_messages.size(); ++i) {
    const auto& limit = limits_of(state.limits, static_cast<AccountId>(i)).max_messages_per_second;
    state.account_messages[i].make_room(limit.value_or(0));
  }
  for (std::size_t i = 0; i < state.venue_messages.size(); ++i) {
    state.venue_messages[i].make_room(message_limit(state.limits, static_cast<VenueId>(i)).value_or(0));
  }
}

void RiskManager::Impl::note_execution(const Order& order, EventTime now) noexcept {
  const std::uint32_t most = state.limits.max_repeated_executions;
  if (most == 0 || index(order.strategy) >= state.strategies.size()) return;
  StrategyStatus& strategy = state.strategies[index(order.strategy)];
  const std::uint32_t count = state.executions.record(order.strategy, order.instrument, order.side,
                                                      now.monotonic, state.limits.repeated_executions_window);
  if (count <= std::min(most, RepeatedExecutions::kCapacity - 1)) return;
  if (strategy.state != StrategyState::Enabled) return;
  strategy = {StrategyState::RepeatedExecutions, count};
  if (metrics == nullptr) return;
  metrics->strategy_enabled(order.strategy, false);
  metrics->failed(FailureType::RepeatedExecutions, order.instrument);
}

template <typename Outcome>
void RiskManager::Impl::tell_breaker(VenueId venue, Outcome outcome) noexcept {
  if (index(venue) >= state.breakers.size()) return;  // a routed parent is at no venue of its own
  CircuitBreaker& breaker = state.breakers[index(venue)];
  const BreakerState before = breaker.state();
  outcome(breaker);
  if (metrics != nullptr && breaker.state() != before) metrics->breaker_moved(venue, before, breaker.state());
}

RiskManager::RiskManager(const Limits& limits, const positions::Portfolio& portfolio,
                         const std::vector<orders::Instrument>& instruments, std::size_t strategy_count,
                         std::size_t venue_count, RiskMetrics* metrics)
    : impl_(std::make_unique<Impl>(limits, portfolio, instruments, strategy_count, venue_count, metrics)) {
  // A reload that names no more than what exists then finds room in the tables there are.
  Limits& own = impl_->state.limits;
  own.instruments.reserve(instruments.size());
  own.accounts.reserve(portfolio.account_count());
  own.venue_messages_per_second.reserve(venue_count);
  own.permissions.reserve(strategy_count);
  impl_->make_room_for_messages();
  for (std::size_t i = 0; i < portfolio.account_count(); ++i) {
    impl_->state.figures[i] = portfolio.result(static_cast<AccountId>(i));
  }
  if (impl_->usage) impl_->usage->limits_changed();
}

RiskManager::~RiskManager() = default;

Verdict RiskManager::check_new(const Order& order, const Quote& reference, EventTime now) noexcept {
  return check_order(impl_->state, {order, order.terms, false, reference, now}, impl_->metrics,
                     &impl_->timer);
}

Verdict RiskManager::check_replace(const Order& order, const orders::OrderTerms& terms,
                                   const Quote& reference, EventTime now) noexcept {
  return check_order(impl_->state, {order, terms, true, reference, now}, impl_->metrics, nullptr);
}

Verdict RiskManager::check_cancel(const Order& order, bool by_kill_switch, EventTime now) noexcept {
  return check_cancel_rate(impl_->state, order, by_kill_switch, now, impl_->metrics);
}

Verdict RiskManager::check_venue(VenueId venue, EventTime now) noexcept {
  return check_venue_open(impl_->state, venue, now, impl_->metrics);
}

void RiskManager::recount(Order& order, const Quote& reference) noexcept {
  const bool changed = impl_->state.exposure.recount(order, reference);
  if (changed && impl_->usage) impl_->usage->exposure_changed(order.account, order.instrument);
}

void RiskManager::on_fill(Order& order, const Quote& reference, EventTime now) noexcept {
  assert(is_known(impl_->state, order.account, order.instrument));
  impl_->state.exposure.recount(order, reference);
  impl_->state.exposure.revalue(order.account, order.instrument);
  impl_->judge(order.account, order.instrument);
  if (impl_->usage) impl_->usage->position_changed(order.account, order.instrument);
  impl_->note_execution(order, now);
}

void RiskManager::booked_at(VenueId venue, orders::AccountId account, InstrumentId instrument,
                            Quantity quantity) noexcept {
  RiskState& state = impl_->state;
  if (index(venue) >= state.breakers.size()) return;
  state.venue_exposure.filled(account, venue, instrument, quantity, impl_->prices());
  impl_->publish_venue_exposure(account, venue);
}

void RiskManager::Impl::publish_venue_exposure(orders::AccountId account, VenueId venue) noexcept {
  if (metrics == nullptr) return;
  if (const auto worth = state.venue_exposure.worth(account, venue)) {
    metrics->venue_exposure(account, venue, worth->net.to_double(), worth->gross.to_double());
  } else {
    metrics->venue_exposure(account, venue, std::nullopt, std::nullopt);
  }
}

std::optional<VenueExposure::Worth> RiskManager::venue_exposure(orders::AccountId account,
                                                                VenueId venue) const noexcept {
  return impl_->state.venue_exposure.worth(account, venue);
}

LimitReport RiskManager::limit_report(orders::AccountId account, const std::optional<LossAtRisk>& at_risk,
                                      EventTime now) const noexcept {
  return risk::limit_report(impl_->state, account, at_risk, now);
}

void RiskManager::value_at_risk(orders::AccountId account, std::optional<double> loss) noexcept {
  if (impl_->usage) impl_->usage->value_at_risk(account, loss);
}

void RiskManager::on_mark(InstrumentId instrument, const Quote& reference, EventTime now) noexcept {
  RiskState& state = impl_->state;
  assert(index(instrument) < state.instruments.size());
  const auto mid = reference.mid();
  state.exposure.observe_mid(instrument, mid);
  if (mid) state.reference_ranges[index(instrument)].observe(*mid, now.monotonic);

  // A pair of currencies moves conversion rates, and with them the figures of accounts that do not hold it.
  const auto& definition = state.instruments[index(instrument)];
  const bool moves_rates = definition.base != orders::kNoCurrency;
  for (std::size_t i = 0; i < state.figures.size(); ++i) {
    const auto account = static_cast<AccountId>(i);
    const bool holds = state.portfolio.position(account, instrument).quantity() != Quantity{};
    if (holds) {
      state.exposure.revalue(account, instrument);
      impl_->judge(account, instrument);
      if (impl_->usage) impl_->usage->position_changed(account, instrument);
    } else if (moves_rates && state.exposure.sums(account).occupied != 0) {
      impl_->judge(account, instrument);
    }
  }
}

void RiskManager::tick(EventTime now) noexcept {
  RiskState& state = impl_->state;
  for (std::size_t i = 0; i < state.breakers.size(); ++i) {
    impl_->tell_breaker(static_cast<VenueId>(i),
                        [&](CircuitBreaker& breaker) { breaker.tick(now.monotonic, state.limits.breaker); });
  }
  for (std::size_t a = 0; a < state.figures.size(); ++a) {
    const auto account = static_cast<AccountId>(a);
    for (std::size_t i = 0; i < state.instruments.size(); ++i) {
      const auto instrument = static_cast<InstrumentId>(i);
      const bool held = state.exposure.at(account, instrument).position != Quantity{} ||
                        state.portfolio.position(account, instrument).quantity() != Quantity{};
      if (!held) continue;
      state.exposure.revalue(account, instrument);
      if (impl_->usage) impl_->usage->position_changed(account, instrument);
    }
    impl_->judge(account, orders::kNoInstrument);
    for (std::size_t v = 0; v < state.breakers.size(); ++v) {
      const auto venue = static_cast<VenueId>(v);
      state.venue_exposure.revalue(account, venue, impl_->prices());
      impl_->publish_venue_exposure(account, venue);
    }
  }
  if (!impl_->usage) return;
  impl_->usage->tick(now);
  impl_->metrics->windows_forgot(state.duplicates.forgotten_early(), state.executions.forgotten_early());
}

void RiskManager::venue_succeeded(VenueId venue, EventTime now) noexcept {
  impl_->tell_breaker(
      venue, [&](CircuitBreaker& breaker) { breaker.succeeded(now.monotonic, impl_->state.limits.breaker); });
}

void RiskManager::venue_failed(VenueId venue, EventTime now) noexcept {
  impl_->tell_breaker(
      venue, [&](CircuitBreaker& breaker) { breaker.failed(now.monotonic, impl_->state.limits.breaker); });
}

bool RiskManager::venue_open_for_orders(VenueId venue, EventTime now) noexcept {
  const RiskState& state = impl_->state;
  if (index(venue) >= state.breakers.size()) return false;
  if (state.paused_venues[index(venue)] != 0) return false;
  if (state.kill_switch.engaged(KillScope::Level::Venue, index(venue))) return false;
  return state.breakers[index(venue)].would_allow(now.monotonic, state.limits.breaker);
}

void RiskManager::pause_venue(VenueId venue, bool paused) noexcept {
  assert(index(venue) < impl_->state.paused_venues.size());
  impl_->state.paused_venues[index(venue)] = paused ? 1 : 0;
  if (impl_->metrics != nullptr) impl_->metrics->venue_paused(venue, paused);
}

bool RiskManager::venue_paused(VenueId venue) const noexcept {
  return index(venue) < impl_->state.paused_venues.size() && impl_->state.paused_venues[index(venue)] != 0;
}

void RiskManager::set_trading_state(TradingState next, HaltReason reason, EventTime) noexcept {
  const TradingState present = impl_->state.trading;
  const bool by_person = reason == HaltReason::None || reason == HaltReason::Operator;
  if (next == present) return;
  if (next < present && !by_person) return;
  impl_->enter(next, reason);
  if (next == TradingState::Halted && !by_person && impl_->metrics != nullptr) {
    impl_->metrics->failed(FailureType::CircuitBreakerTriggered, orders::kNoInstrument);
  }
}

TradingState RiskManager::trading_state() const noexcept {
  return impl_->state.trading;
}

HaltReason RiskManager::halt_reason() const noexcept {
  return impl_->state.halt_reason;
}

void RiskManager::enable_strategy(StrategyId strategy, bool enabled) noexcept {
  assert(index(strategy) < impl_->state.strategies.size());
  impl_->state.strategies[index(strategy)] = {
      enabled ? StrategyState::Enabled : StrategyState::DisabledByPerson, 0};
  if (enabled) impl_->state.executions.clear(strategy);
  if (impl_->metrics != nullptr) impl_->metrics->strategy_enabled(strategy, enabled);
}

bool RiskManager::strategy_enabled(StrategyId strategy) const noexcept {
  if (index(strategy) >= impl_->state.strategies.size()) return true;
  return impl_->state.strategies[index(strategy)].state == StrategyState::Enabled;
}

void RiskManager::engage_kill_switch(const KillScope& scope, std::size_t working_orders,
                                     EventTime now) noexcept {
  KillSwitch& kill_switch = impl_->state.kill_switch;
  if (!kill_switch.engage(scope, working_orders, now.monotonic)) return;
  if (impl_->metrics == nullptr) return;
  impl_->metrics->kill_switches(scope.level, kill_switch.count(scope.level));
  if (const auto duration = kill_switch.last_duration()) impl_->metrics->kill_completed(*duration);
  impl_->publish_state();
}

void RiskManager::release_kill_switch(const KillScope& scope) noexcept {
  KillSwitch& kill_switch = impl_->state.kill_switch;
  if (!kill_switch.release(scope) || impl_->metrics == nullptr) return;
  impl_->metrics->kill_switches(scope.level, kill_switch.count(scope.level));
  impl_->publish_state();
}

bool RiskManager::kill_engaged(const KillScope& scope) const noexcept {
  return impl_->state.kill_switch.engaged(scope);
}

bool RiskManager::kill_matches(const Order& order) const noexcept {
  return impl_->state.kill_switch.matches(order);
}

void RiskManager::kill_cancel_acknowledged(EventTime now) noexcept {
  KillSwitch& kill_switch = impl_->state.kill_switch;
  if (!kill_switch.cancel_acknowledged(now.monotonic) || impl_->metrics == nullptr) return;
  impl_->metrics->kill_completed(*kill_switch.last_duration());
}

std::optional<Duration> RiskManager::last_kill_duration() const noexcept {
  return impl_->state.kill_switch.last_duration();
}

bool RiskManager::take_cancel_all_request() noexcept {
  return std::exchange(impl_->cancel_all_wanted, false);
}

void RiskManager::reload(const Limits& limits) noexcept {
  RiskState& state = impl_->state;
  state.limits = limits;
  impl_->make_room_for_messages();
  for (ReferenceRange& range : state.reference_ranges) range.set_period(limits.collar_period);
  if (impl_->usage) impl_->usage->limits_changed();
}

const Limits& RiskManager::limits() const noexcept {
  return impl_->state.limits;
}

RiskManager::ExposureView RiskManager::exposure(AccountId account, InstrumentId instrument) const noexcept {
  const RiskState& state = impl_->state;
  assert(is_known(state, account, instrument));
  const InstrumentExposure& exposure = state.exposure.at(account, instrument);
  const Int128 position = exposure.position.raw();
  return {.position = exposure.position,
          .working_buy = clamped(exposure.working_buy),
          .working_sell = clamped(exposure.working_sell),
          .worst_long = clamped(position + exposure.working_buy),
          .worst_short = clamped(position - exposure.working_sell),
          .position_value = exposure.position_value};
}

RiskManager::AccountExposure RiskManager::account_exposure(AccountId account) const noexcept {
  const RiskState& state = impl_->state;
  assert(index(account) < state.figures.size());
  const AccountSums& sums = state.exposure.sums(account);
  const Money net_long = sums.position_value + sums.buy_value;
  const Money net_short = sums.position_value - sums.sell_value;
  return {.gross = sums.gross,
          .net = orders::absolute(net_short) > orders::absolute(net_long) ? net_short : net_long,
          .open_orders = sums.open_orders,
          .open_positions = static_cast<std::uint32_t>(state.portfolio.open_positions(account))};
}

void RiskManager::time_checks(CheckClock clock, std::uint32_t one_in) noexcept {
  impl_->timer =
      one_in == 0 ? CheckTimer{} : CheckTimer{.clock = std::move(clock), .one_in = one_in, .countdown = 1};
}

}  // namespace vigil::risk
