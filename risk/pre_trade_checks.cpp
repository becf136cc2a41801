#include "risk/pre_trade_checks.h"

#include <algorithm>
#include <array>

#include "risk/loss_limits.h"
#include "risk/message_checks.h"
#include "risk/order_value.h"
#include "risk/risk_metrics.h"

namespace vigil::risk {
namespace {

using orders::DenyReason;
using orders::Duration;
using orders::Instrument;
using orders::Int128;
using orders::Measure;
using orders::measure;
using orders::measure_count;
using orders::Money;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Side;
using orders::Unit;

/// A request on its way through the checks. What one check finds out the later ones use.
struct Passage {
  RiskState& state;
  const CheckRequest& request;
  const Instrument* instrument = nullptr;         ///< from the instrument check on
  const InstrumentLimits* limits = nullptr;       ///< from the instrument check on
  const AccountLimits* account_limits = nullptr;  ///< from the account check on
  std::optional<Price> price{};                   ///< from the reference check on: see effective_price
  Value notional{};                               ///< of the whole order; zero without a price
  bool worst_known = false;
  WorstCase before{};
  WorstCase after{};
};

Measure measure_seconds(Duration duration) noexcept {
  return {Unit::Seconds, static_cast<Int128>(duration.count()) / 10};  // nanoseconds to 1e-8 seconds
}

Measure measure_quantity(Int128 raw) noexcept {
  return {Unit::Quantity, raw};
}

/// What would be left to trade.
Quantity remaining(const CheckRequest& request) noexcept {
  return request.terms.quantity - request.order.cum_quantity;
}

/// How much of the position an order of `side` could still close: |Q| less the working orders that close it
/// already, other than this one. Zero when flat or when the order would add to the position.
Int128 reducible(const RiskState& state, const CheckRequest& request) noexcept {
  const auto& order = request.order;
  const Int128 quantity = state.portfolio.position(order.account, order.instrument).quantity().raw();
  const auto& exposure = state.exposure.at(order.account, order.instrument);
  if (order.side == Side::Sell && quantity > 0) {
    return std::max<Int128>(quantity - (exposure.working_sell - order.counted_quantity.raw()), 0);
  }
  if (order.side == Side::Buy && quantity < 0) {
    return std::max<Int128>(-quantity - (exposure.working_buy - order.counted_quantity.raw()), 0);
  }
  return 0;
}

bool only_reduces(const Passage& passage) noexcept {
  return remaining(passage.request).raw() <= reducible(passage.state, passage.request);
}

// ---- who and what
// -------------------------------------------------------------------------------------------

Verdict check_instrument(Passage& passage) noexcept {
  const auto id = passage.request.order.instrument;
  if (index(id) >= passage.state.instruments.size()) return deny(DenyReason::UnknownInstrument);
  passage.instrument = &passage.state.instruments[index(id)];
  passage.limits = &limits_of(passage.state.limits, id);
  if (passage.instrument->restricted || !passage.instrument->tradable) {
    return deny(DenyReason::RestrictedInstrument);
  }
  return kPass;
}

Verdict check_account(Passage& passage) noexcept {
  const auto id = passage.request.order.account;
  if (index(id) >= passage.state.figures.size()) return deny(DenyReason::UnknownAccount);
  passage.account_limits = &limits_of(passage.state.limits, id);
  return kPass;
}

Verdict check_strategy(Passage& passage) noexcept {
  const RiskState& state = passage.state;
  if (passage.request.order.is_liquidation) return kPass;  // nobody's strategy
  const auto id = passage.request.order.strategy;
  if (state.strategies.empty() && id == orders::kNoStrategy) return kPass;  // an engine without strategies
  if (index(id) >= state.strategies.size()) return deny(DenyReason::UnknownStrategy);
  if (!permitted(state.limits, id, passage.request.order.account))
    return deny(DenyReason::StrategyNotPermitted);
  const StrategyStatus& strategy = state.strategies[index(id)];
  switch (strategy.state) {
    case StrategyState::Enabled:
      return kPass;
    case StrategyState::DisabledByPerson:
      return deny(DenyReason::StrategyDisabled);
    case StrategyState::RepeatedExecutions:
      return deny(DenyReason::RepeatedExecutions, measure_count(strategy.executions),
                  measure_count(state.limits.max_repeated_executions));
  }
  return kPass;
}

Verdict check_venue_known(Passage& passage) noexcept {
  const auto id = passage.request.order.venue;
  if (id != orders::kNoVenue && index(id) >= passage.state.breakers.size())
    return deny(DenyReason::UnknownVenue);
  return kPass;
}

Verdict check_kill_switch(Passage& passage) noexcept {
  return passage.state.kill_switch.matches(passage.request.order) ? deny(DenyReason::KillSwitch) : kPass;
}

Verdict check_trading_state(Passage& passage) noexcept {
  switch (passage.state.trading) {
    case TradingState::Active:
      return kPass;
    case TradingState::Halted:
      // Closing what is there is what a halt for a loss may ask for.
      if (passage.request.order.is_liquidation && only_reduces(passage)) return kPass;
      return deny(DenyReason::TradingHalted);
    case TradingState::Reducing:
      break;
  }
  if (only_reduces(passage)) return kPass;
  return deny(DenyReason::TradingReducing, measure(remaining(passage.request)),
              measure_quantity(reducible(passage.state, passage.request)));
}

// ---- the order by itself
// ------------------------------------------------------------------------------------

/// Whether the market itself is quoted at or below zero, so that such an order price makes sense.
bool trades_below_zero(const Passage& passage) noexcept {
  const auto& reference = passage.request.reference;
  if (passage.instrument->inverse) return false;
  return (reference.bid && *reference.bid <= Price{}) || (reference.ask && *reference.ask <= Price{});
}

Verdict check_price(const Passage& passage, bool wanted, const std::optional<Price>& price) noexcept {
  if (!wanted) return price ? deny(DenyReason::InvalidPrice, measure(*price)) : kPass;
  if (!price) return deny(DenyReason::InvalidPrice);
  if (*price <= Price{} && !trades_below_zero(passage)) {
    return deny(DenyReason::InvalidPrice, measure(*price), measure(Price{}));
  }
  return kPass;
}

Verdict check_tick(const Passage& passage, const std::optional<Price>& price) noexcept {
  const Price tick = passage.instrument->tick_size;
  if (!price || price->raw() % tick.raw() == 0) return kPass;
  return deny(DenyReason::TickSize, measure(*price), measure(tick));
}

Verdict check_terms(Passage& passage) noexcept {
  const auto& [order, terms, replaces, reference, now] = passage.request;
  if (const Verdict v = check_price(passage, has_limit(order.type), terms.limit_price); !v.allowed())
    return v;
  if (const Verdict v = check_price(passage, has_stop(order.type), terms.stop_price); !v.allowed()) return v;
  // A replace asks for a total: what was filled already cannot be taken back.
  if (terms.quantity <= order.cum_quantity) {
    return deny(DenyReason::InvalidQuantity, measure(terms.quantity), measure(order.cum_quantity));
  }
  if (const Verdict v = check_tick(passage, terms.limit_price); !v.allowed()) return v;
  if (const Verdict v = check_tick(passage, terms.stop_price); !v.allowed()) return v;
  const Quantity lot = passage.instrument->lot_size;
  if (terms.quantity.raw() % lot.raw() != 0) {
    return deny(DenyReason::LotSize, measure(terms.quantity), measure(lot));
  }
  return kPass;
}

Verdict check_quantity(Passage& passage) noexcept {
  const auto& limit = passage.limits->max_order_quantity;
  const Quantity quantity = passage.request.terms.quantity;
  if (limit && quantity > *limit)
    return deny(DenyReason::MaxOrderQuantity, measure(quantity), measure(*limit));
  return kPass;
}

// ---- against the market
// -------------------------------------------------------------------------------------

bool has_money_limit(const Passage& passage) noexcept {
  const AccountLimits& account = *passage.account_limits;
  return passage.limits->max_order_notional || account.max_gross_exposure || account.max_net_exposure ||
         account.max_margin_usage;
}

bool is_collared(const Passage& passage) noexcept {
  if (has_stop(passage.request.order.type)) return false;
  return passage.limits->max_price_deviation_bp || passage.limits->max_period_deviation_bp;
}

Verdict check_reference(Passage& passage) noexcept {
  const auto& [order, terms, replaces, reference, now] = passage.request;
  const Limits& limits = passage.state.limits;
  const bool is_market = order.type == OrderType::Market;
  const bool needs_touch = is_market && limits.market_order_needs_reference;
  const bool needs_mid = is_collared(passage);
  if (needs_touch || needs_mid) {
    const bool has_touch = (order.side == Side::Buy ? reference.ask : reference.bid).has_value();
    const bool has_mid = reference.bid && reference.ask;
    if ((needs_touch && !has_touch) || (needs_mid && !has_mid)) return deny(DenyReason::MissingReference);
    const Duration age = now.wall - reference.time;
    if (age > limits.stale_reference_after) {
      return deny(DenyReason::StaleReference, measure_seconds(age),
                  measure_seconds(limits.stale_reference_after));
    }
  }

  const ExposureBook& exposure = passage.state.exposure;
  passage.price =
      effective_price(order.type, order.side, terms, reference, exposure.last_mid(order.instrument));
  if (!passage.price) return has_money_limit(passage) ? deny(DenyReason::MissingReference) : kPass;
  passage.notional = value_in(exposure.base_currency(order.account), passage.state.portfolio,
                              *passage.instrument, *passage.price, terms.quantity);
  if (!has_money_limit(passage)) return kPass;
  if (passage.notional.status == ValueStatus::NoRate) return deny(DenyReason::MissingConversionRate);
  return kPass;
}

Verdict check_notional(Passage& passage) noexcept {
  const auto& limit = passage.limits->max_order_notional;
  if (passage.notional.status == ValueStatus::TooLarge) {
    return deny(DenyReason::MaxOrderNotional, {}, measure(limit.value_or(kLargestValue)));
  }
  if (limit && passage.notional.amount > *limit) {
    return deny(DenyReason::MaxOrderNotional, measure(passage.notional.amount), measure(*limit));
  }
  return kPass;
}

Verdict check_collar(Passage& passage) noexcept {
  const auto& [order, terms, replaces, reference, now] = passage.request;
  const auto& now_limit = passage.limits->max_price_deviation_bp;
  if (has_stop(order.type)) {
    if (!now_limit || order.type != OrderType::StopLimit) return kPass;
    if (!deviates_more(*terms.limit_price, *terms.stop_price, *now_limit)) return kPass;
    return deny(DenyReason::PriceCollar, deviation(*terms.limit_price, *terms.stop_price),
                measure_basis_points(*now_limit));
  }
  if (!is_collared(passage)) return kPass;

  const Price price = *passage.price;
  const Price mid = *reference.mid();
  if (now_limit && deviates_more(price, mid, *now_limit)) {
    return deny(DenyReason::PriceCollar, deviation(price, mid), measure_basis_points(*now_limit));
  }
  const auto& period_limit = passage.limits->max_period_deviation_bp;
  if (!period_limit) return kPass;
  const auto range = passage.state.reference_ranges[index(order.instrument)].over_period(now.monotonic);
  const Price low = range ? std::min(range->low, mid) : mid;
  const Price high = range ? std::max(range->high, mid) : mid;
  if (price >= low && price <= high) return kPass;
  const Price nearest = price < low ? low : high;
  if (!deviates_more(price, nearest, *period_limit)) return kPass;
  return deny(DenyReason::PriceCollarPeriod, deviation(price, nearest), measure_basis_points(*period_limit));
}

// ---- how often
// ----------------------------------------------------------------------------------------------

Verdict check_duplicate(Passage& passage) noexcept {
  const Duration window = passage.state.limits.duplicate_window;
  if (window <= Duration{}) return kPass;
  const auto age =
      passage.state.duplicates.find(passage.request.order, passage.request.now.monotonic, window);
  if (!age) return kPass;
  return deny(DenyReason::DuplicateOrder, measure_seconds(*age), measure_seconds(window));
}

Verdict check_rate(Passage& passage) noexcept {
  return judge_account_rate(passage.state, passage.request.order, passage.request.now.monotonic);
}

// ---- with everything else the account has
// -------------------------------------------------------------------

void find_worst_case(Passage& passage) noexcept {
  if (passage.worst_known) return;
  passage.worst_known = true;
  const auto& [order, terms, replaces, reference, now] = passage.request;
  ExposureBook& exposure = passage.state.exposure;
  exposure.refresh(order.account, order.instrument);
  Claim wanted{remaining(passage.request), passage.notional.amount};
  Claim counted{};
  if (order.cum_quantity != Quantity{}) wanted = exposure.claim_of(order, terms, reference);
  if (replaces) {
    counted = {order.counted_quantity, order.counted_value};
    wanted = {std::max(wanted.quantity, counted.quantity), std::max(wanted.value, counted.value)};
  }
  passage.before = exposure.worst_case(order.account, order.instrument);
  passage.after = exposure.worst_case_with(order.account, order.instrument, order.side, counted, wanted);
}

Verdict check_position(Passage& passage) noexcept {
  const auto& limit = passage.limits->max_position;
  if (!limit) return kPass;
  find_worst_case(passage);
  const bool buys = passage.request.order.side == Side::Buy;
  const Int128 before = buys ? passage.before.long_quantity : -passage.before.short_quantity;
  const Int128 after = buys ? passage.after.long_quantity : -passage.after.short_quantity;
  if (after <= limit->raw() || after <= before) return kPass;
  return deny(DenyReason::PositionLimit, measure_quantity(after), measure(*limit));
}

Verdict check_exposure(Passage& passage) noexcept {
  const AccountLimits& limits = *passage.account_limits;
  if (!limits.max_gross_exposure && !limits.max_net_exposure) return kPass;
  find_worst_case(passage);
  if (passage.state.exposure.sums(passage.request.order.account).unvalued != 0 && !only_reduces(passage)) {
    return deny(DenyReason::MissingConversionRate);
  }
  const auto& gross = limits.max_gross_exposure;
  if (gross && passage.after.gross > *gross && passage.after.gross > passage.before.gross) {
    return deny(DenyReason::GrossExposureLimit, measure(passage.after.gross), measure(*gross));
  }
  const auto& net = limits.max_net_exposure;
  if (!net) return kPass;
  const bool buys = passage.request.order.side == Side::Buy;
  const Money before = buys ? passage.before.net_long : -passage.before.net_short;
  const Money after = buys ? passage.after.net_long : -passage.after.net_short;
  if (after <= *net || after <= before) return kPass;
  return deny(DenyReason::NetExposureLimit, measure(after), measure(*net));
}

Verdict check_open_orders(Passage& passage) noexcept {
  const auto& limit = passage.account_limits->max_open_orders;
  if (!limit || is_slice(passage.request.order)) return kPass;
  const std::uint32_t open = passage.state.exposure.sums(passage.request.order.account).open_orders;
  if (open < *limit) return kPass;
  return deny(DenyReason::OpenOrdersLimit, measure_count(std::int64_t{open} + 1), measure_count(*limit));
}

Verdict check_open_positions(Passage& passage) noexcept {
  const auto& limit = passage.account_limits->max_open_positions;
  if (!limit) return kPass;
  const auto& order = passage.request.order;
  ExposureBook& exposure = passage.state.exposure;
  exposure.refresh(order.account, order.instrument);
  const InstrumentExposure& here = exposure.at(order.account, order.instrument);
  if (here.position != Quantity{} || here.working_buy != 0 || here.working_sell != 0) return kPass;
  const std::uint32_t occupied = exposure.sums(order.account).occupied;
  if (occupied < *limit) return kPass;
  return deny(DenyReason::OpenPositionsLimit, measure_count(std::int64_t{occupied} + 1),
              measure_count(*limit));
}

Verdict check_margin(Passage& passage) noexcept {
  const auto& limit = passage.account_limits->max_margin_usage;
  if (!limit) return kPass;
  find_worst_case(passage);
  if (passage.after.margin <= passage.before.margin) return kPass;
  const auto& equity = passage.state.figures[index(passage.request.order.account)].equity;
  const Measure allowed{Unit::Ratio, limit->raw()};
  if (!equity) return only_reduces(passage) ? kPass : deny(DenyReason::MissingReference, {}, allowed);
  if (!exceeds_share(passage.after.margin, *equity, *limit)) return kPass;
  return deny(DenyReason::MarginLimit, share(passage.after.margin, *equity), allowed);
}

Verdict check_losses(Passage& passage) noexcept {
  const AccountLimits& limits = *passage.account_limits;
  if (!limits.max_day_loss && !limits.max_drawdown) return kPass;
  const AccountFigures& figures = passage.state.figures[index(passage.request.order.account)];
  if (passage.request.order.is_liquidation && only_reduces(passage)) return kPass;
  const Verdict verdict = judge_losses(limits, figures);
  if (!verdict.allowed()) return verdict;
  if (losses_unknown(limits, figures) && !only_reduces(passage)) return deny(DenyReason::MissingReference);
  return kPass;
}

struct Check {
  CheckType type;
  Verdict (*run)(Passage&) noexcept;
  bool of_new = true;
  bool of_replace = true;
};
constexpr std::array kChecks{
    Check{CheckType::Instrument, check_instrument},
    Check{CheckType::Account, check_account},
    Check{CheckType::Strategy, check_strategy},
    Check{CheckType::Venue, check_venue_known},
    Check{CheckType::KillSwitch, check_kill_switch},
    Check{CheckType::CircuitBreaker, check_trading_state},
    Check{CheckType::OrderTerms, check_terms},
    Check{CheckType::OrderQuantity, check_quantity},
    Check{CheckType::Reference, check_reference},
    Check{CheckType::OrderNotional, check_notional},
    Check{CheckType::PriceCollar, check_collar},
    Check{CheckType::DuplicateOrder, check_duplicate, true, false},
    Check{CheckType::MessageRate, check_rate},
    Check{CheckType::PositionLimit, check_position},
    Check{CheckType::ExposureLimit, check_exposure},
    Check{CheckType::OpenOrders, check_open_orders, true, false},
    Check{CheckType::OpenPositions, check_open_positions, true, false},
    Check{CheckType::Margin, check_margin},
    Check{CheckType::LossLimit, check_losses},
};

bool is_timed(CheckType type) noexcept {
  return type == CheckType::PositionLimit || type == CheckType::ExposureLimit ||
         type == CheckType::CircuitBreaker;
}

Verdict run_timed(const Check& check, Passage& passage, RiskMetrics& metrics,
                  const CheckTimer& timer) noexcept {
  const Duration start = timer.clock();
  Verdict verdict = check.run(passage);
  metrics.check_timed(check.type, timer.clock() - start);
  return verdict;
}

bool is_turn(CheckTimer* timer) noexcept {
  if (timer == nullptr || timer->clock == nullptr) return false;
  if (timer->countdown > 1) {
    --timer->countdown;
    return false;
  }
  timer->countdown = timer->one_in;
  return true;
}

}  // namespace

Verdict check_order(RiskState& state, const CheckRequest& request, RiskMetrics* metrics,
                    CheckTimer* timer) noexcept {
  const auto& order = request.order;
  const bool timed = metrics != nullptr && is_turn(timer);
  Passage passage{.state = state, .request = request};
  for (const Check& check : kChecks) {
    if (!(request.replaces ? check.of_replace : check.of_new)) continue;
    // Made where it is read: copying what was just written in smaller pieces stalls for as long as a check.
    const Verdict verdict =
        timed && is_timed(check.type) ? run_timed(check, passage, *metrics, *timer) : check.run(passage);
    count_check(metrics, check.type, verdict, order.instrument);
    if (!verdict.allowed()) return verdict;
  }

  const Duration now = request.now.monotonic;
  if (!request.replaces && state.limits.duplicate_window > Duration{}) {
    state.duplicates.remember(order, now, state.limits.duplicate_window);
  }
  record_account_message(state, order, now);
  return kPass;
}

}  // namespace vigil::risk
