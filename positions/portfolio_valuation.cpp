#include "positions/portfolio_impl.h"

namespace vigil::positions {

using detail::absolute;
using detail::Account;
using detail::difference;
using detail::Holding;
using detail::Mark;
using detail::sign_of;
using detail::Strategy;
using detail::StrategyHolding;
using detail::sum;
using orders::AccountId;
using orders::CurrencyId;
using orders::Duration;
using orders::ExactMoney;
using orders::Instrument;
using orders::InstrumentId;
using orders::Money;
using orders::Price;
using orders::StrategyId;
using orders::Timestamp;

namespace {

constexpr Duration kDay = std::chrono::hours{24};

std::int64_t day_of(Timestamp time, Duration day_start) noexcept {
  const Duration since = time.time_since_epoch() - day_start;
  const auto days = since / kDay;
  return since % kDay < Duration{0} ? days - 1 : days;
}

}  // namespace

std::optional<Price> Portfolio::Impl::mark_price(InstrumentId instrument, int direction) const noexcept {
  const Mark& mark = marks[orders::index(instrument)];
  if (config.mark_basis == MarkBasis::Mid) return mark.quote.mid();
  return direction < 0 ? mark.quote.ask : mark.quote.bid;
}

/// value(M, |Q|) of the booking rules; nothing without a mark or when it does not fit.
std::optional<ExactMoney> Portfolio::Impl::value_at_mark(const Position& position,
                                                         InstrumentId instrument) const noexcept {
  const auto mark = mark_price(instrument, sign_of(position.quantity()));
  if (!mark) return std::nullopt;
  return orders::value_of(instrument_of(instrument), *mark, orders::absolute(position.quantity()));
}

void Portfolio::Impl::rebook(AccountId id, InstrumentId instrument) noexcept {
  Account& account = accounts[orders::index(id)];
  Holding& holding = holdings[place(id, instrument)];
  const CurrencyId settlement = instrument_of(instrument).settlement;
  const auto realized = table.convert(holding.position.realized(), settlement, base_of(id));
  const auto commissions = table.convert(holding.position.commissions(), settlement, base_of(id));
  account.realized.replace(holding.realized, realized);
  account.commissions.replace(holding.commissions, commissions);
  holding.realized = realized;
  holding.commissions = commissions;
  touch(id);
  if (metrics != nullptr) metrics->realized(id, instrument, reported(realized, base_of(id)));
}

void Portfolio::Impl::revalue(AccountId id, InstrumentId instrument_id) noexcept {
  const Instrument& instrument = instrument_of(instrument_id);
  Account& account = accounts[orders::index(id)];
  Holding& holding = holdings[place(id, instrument_id)];
  const Position& position = holding.position;
  const int direction = sign_of(position.quantity());
  std::optional<Money> value = Money{};
  std::optional<Money> unrealized = Money{};
  std::optional<Money> margin = Money{};
  if (direction != 0) {
    value = unrealized = margin = std::nullopt;
    if (const auto exact = value_at_mark(position, instrument_id)) {
      const Money rounded = exact->rounded();
      const CurrencyId settlement = instrument.settlement;
      value = table.convert(direction < 0 ? -rounded : rounded, settlement, base_of(id));
      const Money open = position.unrealized_at(instrument, *exact);
      holding.excursion.see(open);
      unrealized = table.convert(open, settlement, base_of(id));
      if (const auto held = orders::scale(absolute(rounded), instrument.initial_margin)) {
        margin = table.convert(*held, settlement, base_of(id));
      }
    }
  }
  account.unrealized.replace(holding.unrealized, unrealized);
  account.margin.replace(holding.margin, margin);
  holding.unrealized = unrealized;
  holding.margin = margin;
  touch(id);
  if (metrics == nullptr) return;
  metrics->marked(id, instrument_id, direction, reported(value, base_of(id)),
                  reported(unrealized, base_of(id)));
}

void Portfolio::Impl::revalue_strategy(StrategyId id, InstrumentId instrument_id) noexcept {
  const Instrument& instrument = instrument_of(instrument_id);
  Strategy& strategy = strategies[orders::index(id)];
  StrategyHolding& holding = strategy_holdings[place(id, instrument_id)];
  const auto realized = reported(holding.position.realized(), instrument.settlement);
  std::optional<Money> unrealized = Money{};
  if (!holding.position.flat()) {
    unrealized = std::nullopt;
    if (const auto value = value_at_mark(holding.position, instrument_id)) {
      const Money open = holding.position.unrealized_at(instrument, *value);
      holding.excursion.see(open);
      unrealized = reported(open, instrument.settlement);
    }
  }
  strategy.realized.replace(holding.realized, realized);
  strategy.unrealized.replace(holding.unrealized, unrealized);
  holding.realized = realized;
  holding.unrealized = unrealized;
}

/// The rate of a pair moved (or, `all`, any may have): everything converted by it is converted again.
void Portfolio::Impl::revalue_readers(CurrencyId from, CurrencyId to, bool all) noexcept {
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const auto id = static_cast<AccountId>(i);
    const bool reports = all || table.reads(base_of(id), config.reporting_currency, from, to);
    if (reports) touch(id);
    for (const InstrumentId instrument : accounts[i].traded) {
      if (!reports && !table.reads(instrument_of(instrument).settlement, base_of(id), from, to)) continue;
      rebook(id, instrument);
      revalue(id, instrument);
    }
  }
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    const auto id = static_cast<StrategyId>(i);
    bool moved = false;
    for (const InstrumentId instrument : strategies[i].traded) {
      const CurrencyId settlement = instrument_of(instrument).settlement;
      if (!all && !table.reads(settlement, config.reporting_currency, from, to)) continue;
      revalue_strategy(id, instrument);
      moved = true;
    }
    if (moved) publish_strategy(id);
  }
}

/// Brings pair_read up to date when conversions may go another way; a first fill in an instrument only adds
/// its own.
void Portfolio::Impl::note_pairs_read() noexcept {
  std::fill(pair_read.begin(), pair_read.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const CurrencyId base = base_of(static_cast<AccountId>(i));
    table.note_pairs(base, config.reporting_currency, pair_read);
    for (const InstrumentId instrument : accounts[i].traded)
      table.note_pairs(instrument_of(instrument).settlement, base, pair_read);
  }
  for (const Strategy& strategy : strategies) {
    for (const InstrumentId instrument : strategy.traded) {
      table.note_pairs(instrument_of(instrument).settlement, config.reporting_currency, pair_read);
    }
  }
}

void Portfolio::Impl::touch(AccountId id) noexcept {
  Account& account = accounts[orders::index(id)];
  if (account.changed) return;
  account.changed = true;
  changed.push_back(id);
}

/// Ends an event: equity, drawdown and the account's series follow once all of its marks and rates are in.
void Portfolio::Impl::refresh_accounts() noexcept {
  for (const AccountId id : changed) {
    Account& account = accounts[orders::index(id)];
    account.changed = false;
    account.balance = sum(config.accounts[orders::index(id)].initial_capital, account.realized.total());
    account.equity = sum(account.balance, account.unrealized.total());
    if (account.equity) {
      account.last_equity = *account.equity;
      account.drawdown.update(*account.equity);
    }
    publish(id);
  }
  changed.clear();
}

void Portfolio::Impl::publish(AccountId id) noexcept {
  if (metrics == nullptr) return;
  const Account& account = accounts[orders::index(id)];
  const CurrencyId base = base_of(id);
  metrics->account(id, {.initial_capital = reported(config.accounts[orders::index(id)].initial_capital, base),
                        .balance = reported(account.balance, base),
                        .equity = reported(account.equity, base),
                        .margin_used = reported(account.margin.total(), base),
                        .day_pnl = reported(difference(account.equity, account.day_start_equity), base)});
}

void Portfolio::Impl::publish_strategy(StrategyId id) noexcept {
  if (metrics == nullptr) return;
  const Strategy& strategy = strategies[orders::index(id)];
  metrics->strategy(id, strategy.realized.total(), strategy.unrealized.total());
}

/// Runs before an event changes anything, so the day starts at the equity the last event left.
void Portfolio::Impl::roll_day(Timestamp now) noexcept {
  const std::int64_t today = day_of(now, config.day_start);
  if (!day) day = today;
  if (today <= *day) return;
  day = today;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    accounts[i].day_start_equity = accounts[i].last_equity;
    for (const InstrumentId instrument : accounts[i].traded) {
      Holding& holding = holdings[place(static_cast<AccountId>(i), instrument)];
      const auto result = sum(holding.realized, holding.unrealized);
      if (result) holding.day_start_result = *result;
    }
    publish(static_cast<AccountId>(i));
  }
}

void Portfolio::Impl::set_stale(InstrumentId instrument, bool stale) noexcept {
  Mark& mark = marks[orders::index(instrument)];
  if (mark.stale == stale) return;
  mark.stale = stale;
  for (const AccountId id : holders[orders::index(instrument)]) {
    std::uint32_t& count = accounts[orders::index(id)].stale_positions;
    count = stale ? count + 1 : count - 1;
  }
}

}  // namespace vigil::positions
