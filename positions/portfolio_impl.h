#pragma once

// Inside of Portfolio, shared by its source files only: portfolio.cpp (construction, events, views),
// portfolio_booking.cpp (a fill) and portfolio_valuation.cpp (what a fill, a mark or a rate asks to be done
// again).

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "positions/conversion_table.h"
#include "positions/optional_sum.h"
#include "positions/performance.h"
#include "positions/portfolio.h"
#include "positions/position_metrics.h"

namespace vigil::positions {

namespace detail {

/// A list of ids names each once.
inline constexpr std::size_t kMostIds = 0xffff;

/// What positions in an instrument are valued at.
struct Mark {
  orders::Quote quote;
  orders::Timestamp time{};
  bool seen = false;
  bool stale = false;

  template <typename Wire>
  void state(Wire& wire) {
    wire(quote);
    wire(time);
    wire(seen);
    wire(stale);
  }
};

/// One account in one instrument: the position and its published figures in the account's base currency.
struct Holding {
  Position position;
  std::optional<orders::Money> realized = orders::Money{};
  std::optional<orders::Money> commissions = orders::Money{};
  std::optional<orders::Money> unrealized = orders::Money{};
  std::optional<orders::Money> margin = orders::Money{};
  orders::Money day_start_result{};  ///< realized + unrealized when the day began, or last known before
  orders::ExactMoney residual{};     ///< magnitude, as of the last fill
  Excursion excursion;               ///< of the open round trip, in the settlement currency

  template <typename Wire>
  void state(Wire& wire) {
    wire(position);
    wire(excursion);
    wire(realized);
    wire(commissions);
    wire(unrealized);
    wire(margin);
    wire(day_start_result);
    wire(residual);
  }
};

struct Account {
  OptionalSum realized;
  OptionalSum commissions;
  OptionalSum unrealized;
  OptionalSum margin;
  std::vector<orders::ExactMoney> balances;  ///< sum of cash flows, by CurrencyId
  std::vector<orders::InstrumentId> traded;  ///< instruments with a fill, in order of the first one
  std::optional<orders::Money> balance;
  std::optional<orders::Money> equity;
  orders::Money last_equity{};  ///< the last one known
  orders::Money day_start_equity{};
  Drawdown drawdown;
  orders::ExactMoney residual{};  ///< sum over positions
  std::uint32_t open_positions = 0;
  std::uint32_t stale_positions = 0;  ///< open positions with a stale mark
  bool changed = false;               ///< waits for refresh_accounts

  template <typename Wire>
  void state(Wire& wire) {
    wire(realized);
    wire(commissions);
    wire(unrealized);
    wire(margin);
    wire(balances);
    wire.list(traded, kMostIds);
    wire(balance);
    wire(equity);
    wire(last_equity);
    wire(day_start_equity);
    wire(drawdown);
    wire(residual);
    wire(open_positions);
    wire(stale_positions);
    wire(changed);
  }
};

/// One strategy in one instrument, figures in the reporting currency.
struct StrategyHolding {
  Position position;
  std::optional<orders::Money> realized = orders::Money{};
  std::optional<orders::Money> unrealized = orders::Money{};
  Excursion excursion;  ///< of the open round trip, in the settlement currency

  template <typename Wire>
  void state(Wire& wire) {
    wire(position);
    wire(excursion);
    wire(realized);
    wire(unrealized);
  }
};

struct Strategy {
  OptionalSum realized;
  OptionalSum unrealized;
  TradeStatistics trades;
  std::vector<orders::InstrumentId> traded;

  template <typename Wire>
  void state(Wire& wire) {
    wire(realized);
    wire(unrealized);
    wire(trades);
    wire.list(traded, kMostIds);
  }
};

using orders::absolute;
[[nodiscard]] constexpr orders::ExactMoney absolute(orders::ExactMoney money) noexcept {
  return money.raw() < 0 ? -money : money;
}
[[nodiscard]] constexpr int sign_of(orders::Quantity quantity) noexcept {
  return quantity.raw() < 0 ? -1 : quantity.raw() > 0 ? 1 : 0;
}
[[nodiscard]] inline std::optional<orders::Money> sum(const std::optional<orders::Money>& a,
                                                      const std::optional<orders::Money>& b) noexcept {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}
[[nodiscard]] inline std::optional<orders::Money> difference(const std::optional<orders::Money>& a,
                                                             const std::optional<orders::Money>& b) noexcept {
  if (!a || !b) return std::nullopt;
  return *a - *b;
}
/// A unit of the instrument is a unit of its base currency: a fee in it comes out of the position.
[[nodiscard]] constexpr bool holds_base_currency(const orders::Instrument& instrument) noexcept {
  return !instrument.inverse && instrument.multiplier == orders::Multiplier{1};
}
/// The price at which the identity of a position without a mark is checked; it holds at any.
inline constexpr orders::Price kAnyPrice{1};

}  // namespace detail

struct Portfolio::Impl {
  Impl(PortfolioConfig configuration, const std::vector<orders::Instrument>& instrument_list,
       const std::vector<orders::Currency>& currency_list, PositionMetrics* position_metrics);

  [[nodiscard]] std::size_t place(orders::AccountId account, orders::InstrumentId instrument) const noexcept {
    assert(orders::index(account) < accounts.size() && orders::index(instrument) < instruments.size());
    return orders::index(account) * instruments.size() + orders::index(instrument);
  }
  [[nodiscard]] std::size_t place(orders::StrategyId strategy,
                                  orders::InstrumentId instrument) const noexcept {
    assert(orders::index(strategy) < strategies.size() && orders::index(instrument) < instruments.size());
    return orders::index(strategy) * instruments.size() + orders::index(instrument);
  }
  [[nodiscard]] const orders::Instrument& instrument_of(orders::InstrumentId id) const noexcept {
    return instruments[orders::index(id)];
  }
  [[nodiscard]] orders::CurrencyId base_of(orders::AccountId id) const noexcept {
    return config.accounts[orders::index(id)].base_currency;
  }
  [[nodiscard]] std::optional<orders::Money> reported(const std::optional<orders::Money>& amount,
                                                      orders::CurrencyId currency) const noexcept {
    if (!amount) return std::nullopt;
    return table.convert(*amount, currency, config.reporting_currency);
  }
  [[nodiscard]] std::optional<orders::Price> mark_price(orders::InstrumentId instrument,
                                                        int direction) const noexcept;
  [[nodiscard]] orders::Duration mark_age(const detail::Mark& mark, orders::Timestamp now) const noexcept {
    return mark.seen ? std::max(now - mark.time, orders::Duration{0}) : orders::Duration{0};
  }
  [[nodiscard]] std::optional<orders::ExactMoney> value_at_mark(
      const Position& position, orders::InstrumentId instrument) const noexcept;

  // A fill.
  [[nodiscard]] CommissionConversion convert_commission(const orders::Instrument& instrument,
                                                        const orders::ExecutionReport& fill) const noexcept;
  BookedFill refuse(orders::InstrumentId instrument, const BookedFill& booked) noexcept;
  /// The round trip that this ended.
  std::optional<ClosedTrade> applied(orders::AccountId id, orders::InstrumentId instrument,
                                     const Position& next, const PositionEffect& effect) noexcept;
  std::optional<ClosedTrade> applied_to_strategy(orders::StrategyId id, orders::InstrumentId instrument,
                                                 const Position& next, const PositionEffect& effect) noexcept;

  // What a change of position, mark or rate asks to be done again.
  void rebook(orders::AccountId id,
              orders::InstrumentId instrument) noexcept;  ///< realized P&L and commissions
  void revalue(orders::AccountId id,
               orders::InstrumentId instrument) noexcept;  ///< unrealized P&L, value and margin
  void revalue_strategy(orders::StrategyId id, orders::InstrumentId instrument) noexcept;
  void revalue_readers(orders::CurrencyId from, orders::CurrencyId to, bool all) noexcept;
  void refresh_accounts() noexcept;
  void publish(orders::AccountId id) noexcept;
  void publish_strategy(orders::StrategyId id) noexcept;
  void note_pairs_read() noexcept;  ///< of all accounts and strategies
  void touch(orders::AccountId id) noexcept;
  void roll_day(orders::Timestamp now) noexcept;
  void set_stale(orders::InstrumentId instrument, bool stale) noexcept;
  void missing_conversion() noexcept;

  PortfolioConfig config;
  std::vector<orders::Instrument> instruments;
  std::vector<orders::Currency> currencies;
  PositionMetrics* metrics;
  ConversionTable table;
  std::vector<detail::Mark> marks;        ///< by InstrumentId
  std::vector<detail::Holding> holdings;  ///< accounts x instruments
  std::vector<detail::Account> accounts;
  std::vector<detail::StrategyHolding> strategy_holdings;  ///< strategies x instruments
  std::vector<detail::Strategy> strategies;
  std::vector<std::vector<orders::AccountId>>
      holders;  ///< by InstrumentId: accounts whose position is not flat
  std::vector<std::vector<orders::StrategyId>> strategy_holders;
  std::vector<orders::AccountId> changed;  ///< accounts that wait for refresh_accounts
  std::vector<std::uint8_t> pair_read;     ///< from x to: some figure is converted by this pair
  std::optional<std::int64_t> day;         ///< nothing before the first event
  std::uint64_t missing_conversions = 0;
  std::uint64_t refused_fills = 0;

  /// Between two events: no account waits to be refreshed.
  template <typename Wire>
  void state(Wire& wire) {
    wire(table);
    wire(marks);
    wire(holdings);
    wire(accounts);
    wire(strategy_holdings);
    wire(strategies);
    for (std::vector<orders::AccountId>& ids : holders) wire.list(ids, detail::kMostIds);
    for (std::vector<orders::StrategyId>& ids : strategy_holders) wire.list(ids, detail::kMostIds);
    wire(pair_read);
    wire(day);
    wire(missing_conversions);
    wire(refused_fills);
  }
};

}  // namespace vigil::positions
