#include <limits>

#include "positions/portfolio_impl.h"

namespace vigil::positions {

using detail::absolute;
using detail::Account;
using detail::Holding;
using detail::holds_base_currency;
using detail::kAnyPrice;
using detail::sign_of;
using detail::Strategy;
using detail::StrategyHolding;
using orders::AccountId;
using orders::CurrencyId;
using orders::ExactMoney;
using orders::Instrument;
using orders::InstrumentId;
using orders::Money;
using orders::Price;
using orders::Quantity;
using orders::Ratio;
using orders::StrategyId;

namespace {

/// amount * price, or amount / price; nothing when it does not fit or there is no such rate.
std::optional<Money> at_price(Money amount, Price price, bool divide) noexcept {
  if (price.raw() <= 0) return std::nullopt;
  const auto raw = divide ? orders::multiply_divide_half_even(amount.raw(), orders::kScale, price.raw())
                          : orders::multiply_divide_half_even(amount.raw(), price.raw(), orders::kScale);
  if (!raw) return std::nullopt;
  return Money::from_raw(*raw);
}

/// The round trip goes on, ends, or begins anew with this fill. What has ended, in the settlement currency.
std::optional<ClosedTrade> follow(Excursion& excursion, const Position& next, const PositionEffect& effect,
                                  bool was_flat) noexcept {
  if (!effect.cycle_closed) {
    if (was_flat) {
      excursion.begin(effect.realized);
    } else {
      excursion.realize(effect.realized);
    }
    return std::nullopt;
  }
  if (was_flat) excursion.begin({});  // it began and ended with this fill
  excursion.note(effect.cycle_realized);
  const ClosedTrade closed{.pnl = effect.cycle_realized,
                           .held = effect.cycle_duration,
                           .adverse = excursion.adverse(),
                           .favourable = excursion.favourable()};
  excursion.begin(next.flat() ? Money{} : next.cycle_realized());
  return closed;
}

/// In another currency; nothing without a rate.
template <typename Convert>
std::optional<ClosedTrade> converted(const ClosedTrade& trade, const Convert& convert) noexcept {
  const auto pnl = convert(trade.pnl);
  const auto adverse = convert(trade.adverse);
  const auto favourable = convert(trade.favourable);
  if (!pnl || !adverse || !favourable) return std::nullopt;
  return ClosedTrade{*pnl, trade.held, *adverse, *favourable};
}

}  // namespace

CommissionConversion Portfolio::Impl::convert_commission(const Instrument& instrument,
                                                         const orders::ExecutionReport& fill) const noexcept {
  CommissionConversion conversion{.needed = true};
  const CurrencyId charged = fill.commission_currency;
  std::optional<Money> amount;
  std::optional<Money> one;
  // The fill itself is a rate between the instrument's two currencies.
  const bool base_to_quote = charged == instrument.base && instrument.settlement == instrument.quote;
  const bool quote_to_base = charged == instrument.quote && instrument.settlement == instrument.base;
  if ((base_to_quote || quote_to_base) && fill.price.raw() > 0) {
    amount = at_price(fill.commission, fill.price, quote_to_base);
    one = at_price(Money{1}, fill.price, quote_to_base);
  } else {
    amount = table.convert(fill.commission, charged, instrument.settlement);
    one = table.convert(Money{1}, charged, instrument.settlement);
  }
  conversion.possible = amount.has_value() && one && one->raw() <= std::numeric_limits<std::int64_t>::max();
  if (!conversion.possible) return conversion;
  conversion.booked = *amount;
  conversion.rate = Ratio::from_raw(static_cast<std::int64_t>(one->raw()));
  return conversion;
}

/// Nothing was changed; what the fill would have done stays in the answer.
BookedFill Portfolio::Impl::refuse(InstrumentId instrument, const BookedFill& booked) noexcept {
  ++refused_fills;
  if (metrics != nullptr) {
    metrics->refused();
    metrics->booked(instrument, booked.effect.change, false);
  }
  BookedFill refused;
  refused.effect.change = booked.effect.change;
  refused.conversion = booked.conversion;
  return refused;
}

void Portfolio::Impl::missing_conversion() noexcept {
  ++missing_conversions;
  if (metrics != nullptr) metrics->missing_conversion();
}

std::optional<ClosedTrade> Portfolio::Impl::applied(AccountId id, InstrumentId instrument_id,
                                                    const Position& next,
                                                    const PositionEffect& effect) noexcept {
  const Instrument& instrument = instrument_of(instrument_id);
  Account& account = accounts[orders::index(id)];
  Holding& holding = holdings[place(id, instrument_id)];
  const bool first = holding.position.fill_count() == 0;
  const bool was_flat = holding.position.flat();
  ExactMoney& balance = account.balances[orders::index(instrument.settlement)];
  balance += next.exact_cash() - holding.position.exact_cash();
  holding.position = next;
  const auto closed = follow(holding.excursion, next, effect, was_flat);

  const ExactMoney residual = absolute(next.identity_residual(
      instrument, mark_price(instrument_id, sign_of(next.quantity())).value_or(kAnyPrice)));
  account.residual += residual - holding.residual;
  holding.residual = residual;
  if (first) account.traded.push_back(instrument_id);
  if (was_flat != next.flat()) {
    auto& list = holders[orders::index(instrument_id)];
    const std::uint32_t stale = marks[orders::index(instrument_id)].stale ? 1 : 0;
    if (next.flat()) {
      std::erase(list, id);
      --account.open_positions;
      account.stale_positions -= stale;
    } else {
      list.push_back(id);
      ++account.open_positions;
      account.stale_positions += stale;
    }
  }
  if (first) {
    table.note_pairs(instrument.settlement, base_of(id), pair_read);
  }
  rebook(id, instrument_id);
  revalue(id, instrument_id);
  std::optional<ClosedTrade> trade;
  if (closed) {
    trade = converted(*closed, [&](Money amount) {
      return reported(table.convert(amount, instrument.settlement, base_of(id)), base_of(id));
    });
    if (!trade) missing_conversion();
    if (trade && metrics != nullptr) metrics->account_trade(id, trade->pnl);
  }
  if (metrics == nullptr) return trade;
  metrics->booked(instrument_id, effect.change, true);
  metrics->open(id, instrument_id, !next.flat());
  metrics->residual(id, orders::nearest_double(account.residual.raw()) /
                            (static_cast<double>(orders::kScale) * static_cast<double>(orders::kScale)));
  return trade;
}

std::optional<ClosedTrade> Portfolio::Impl::applied_to_strategy(StrategyId id, InstrumentId instrument_id,
                                                                const Position& next,
                                                                const PositionEffect& effect) noexcept {
  Strategy& strategy = strategies[orders::index(id)];
  StrategyHolding& holding = strategy_holdings[place(id, instrument_id)];
  const bool first = holding.position.fill_count() == 0;
  const bool was_flat = holding.position.flat();
  holding.position = next;
  const auto closed = follow(holding.excursion, next, effect, was_flat);
  if (first) {
    strategy.traded.push_back(instrument_id);
    table.note_pairs(instrument_of(instrument_id).settlement, config.reporting_currency, pair_read);
  }
  if (was_flat != next.flat()) {
    auto& list = strategy_holders[orders::index(instrument_id)];
    if (next.flat()) {
      std::erase(list, id);
    } else {
      list.push_back(id);
    }
  }
  revalue_strategy(id, instrument_id);
  publish_strategy(id);
  if (!closed) return std::nullopt;
  const auto trade = converted(
      *closed, [&](Money amount) { return reported(amount, instrument_of(instrument_id).settlement); });
  if (!trade) {
    missing_conversion();
    return std::nullopt;
  }
  strategy.trades.add(trade->pnl);
  if (metrics != nullptr) metrics->strategy_trade(id, trade->pnl, strategy.trades);
  return trade;
}

BookedFill Portfolio::book(const orders::Order& order, const orders::ExecutionReport& fill,
                           orders::EventTime now) noexcept {
  Impl& impl = *impl_;
  impl.roll_day(now.wall);
  const Holding& holding = impl.holdings[impl.place(order.account, order.instrument)];
  const Instrument& instrument = impl.instrument_of(order.instrument);

  BookedFill booked;
  PositionFill position_fill{.side = order.side,
                             .quantity = fill.quantity,
                             .price = fill.price,
                             .commission = {},
                             .base_commission = {},
                             .time = now.wall};
  const CurrencyId charged = fill.commission_currency;
  if (fill.commission.raw() == 0 || charged == orders::kNoCurrency || charged == instrument.settlement) {
    position_fill.commission = fill.commission;
    booked.conversion.booked = fill.commission;
  } else if (charged == instrument.base && holds_base_currency(instrument)) {
    position_fill.base_commission = Quantity::from_raw(static_cast<std::int64_t>(fill.commission.raw()));
    if (position_fill.base_commission.raw() != fill.commission.raw())
      return impl.refuse(order.instrument, booked);
  } else {
    booked.conversion = impl.convert_commission(instrument, fill);
    position_fill.commission = booked.conversion.booked;
  }

  const int decimals = impl.currencies[orders::index(instrument.settlement)].decimals;
  Position next = holding.position;
  booked.effect = next.apply(instrument, decimals, position_fill);
  if (!booked.effect.applied) return impl.refuse(order.instrument, booked);
  const bool attributed = order.strategy != orders::kNoStrategy;
  Position strategy_next;
  PositionEffect strategy_effect;
  if (attributed) {
    strategy_next = impl.strategy_holdings[impl.place(order.strategy, order.instrument)].position;
    strategy_effect = strategy_next.apply(instrument, decimals, position_fill);
    if (!strategy_effect.applied) return impl.refuse(order.instrument, booked);
  }

  booked.applied = true;
  booked.commission = position_fill.base_commission == Quantity{}
                          ? position_fill.commission
                          : next.commissions() - holding.position.commissions();
  if (!booked.conversion.possible) impl.missing_conversion();
  booked.account_trade = impl.applied(order.account, order.instrument, next, booked.effect);
  if (attributed) {
    booked.strategy_trade =
        impl.applied_to_strategy(order.strategy, order.instrument, strategy_next, strategy_effect);
  }
  impl.refresh_accounts();
  return booked;
}

}  // namespace vigil::positions
