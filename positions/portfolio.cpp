#include "positions/portfolio.h"

#include <stdexcept>
#include <utility>

#include "positions/portfolio_impl.h"

namespace vigil::positions {

using detail::absolute;
using detail::Account;
using detail::difference;
using detail::Holding;
using detail::kAnyPrice;
using detail::Mark;
using detail::sign_of;
using detail::Strategy;
using detail::sum;
using orders::AccountId;
using orders::CurrencyId;
using orders::Duration;
using orders::ExactMoney;
using orders::Instrument;
using orders::InstrumentId;
using orders::Money;
using orders::Price;
using orders::Ratio;
using orders::StrategyId;
using orders::Timestamp;

namespace {

/// Which instrument's mid is believed for a pair of currencies: what trades the currencies themselves before
/// contracts on them, then the configured order.
std::uint32_t rank_of(const Instrument& instrument, std::size_t place) noexcept {
  const std::uint32_t kind = detail::holds_base_currency(instrument) ? 0 : instrument.inverse ? 2 : 1;
  return (kind << 16) + static_cast<std::uint32_t>(place);
}

void check(const PortfolioConfig& config, const std::vector<Instrument>& instruments,
           const std::vector<orders::Currency>& currencies) {
  const auto exists = [&](CurrencyId currency) { return orders::index(currency) < currencies.size(); };
  for (const orders::Currency& currency : currencies) {
    if (currency.decimals >= 0 && currency.decimals <= orders::kScaleDigits) continue;
    throw std::invalid_argument("currencies: " + currency.code + ".decimals: must be from 0 to 8, was " +
                                std::to_string(currency.decimals));
  }
  if (!exists(config.reporting_currency)) {
    throw std::invalid_argument("reporting_currency: must be a configured currency");
  }
  if (config.day_start < Duration{0} || config.day_start >= std::chrono::hours{24}) {
    throw std::invalid_argument("day_start: must be a time of day from 00:00 to 23:59:59");
  }
  if (config.stale_mark_after <= Duration{0}) {
    throw std::invalid_argument("stale_mark_after: must be positive");
  }
  for (const AccountConfig& account : config.accounts) {
    if (exists(account.base_currency)) continue;
    throw std::invalid_argument("accounts: " + account.name +
                                ".base_currency: must be a configured currency");
  }
  for (const Instrument& instrument : instruments) {
    if (exists(instrument.settlement)) continue;
    throw std::invalid_argument("instruments: " + instrument.symbol +
                                ".settlement: must be a configured currency");
  }
}

}  // namespace

Portfolio::Impl::Impl(PortfolioConfig configuration, const std::vector<Instrument>& instrument_list,
                      const std::vector<orders::Currency>& currency_list, PositionMetrics* position_metrics)
    : config(std::move(configuration)),
      instruments(instrument_list),
      currencies(currency_list),
      metrics(position_metrics),
      table(currencies.size(), config.conversions),
      marks(instruments.size()),
      holdings(config.accounts.size() * instruments.size()),
      accounts(config.accounts.size()),
      strategy_holdings(config.strategy_count * instruments.size()),
      strategies(config.strategy_count),
      holders(instruments.size()),
      strategy_holders(instruments.size()),
      pair_read(currencies.size() * currencies.size()) {
  check(config, instruments, currencies);
  for (auto& list : holders) list.reserve(accounts.size());
  for (auto& list : strategy_holders) list.reserve(strategies.size());
  for (Strategy& strategy : strategies) strategy.traded.reserve(instruments.size());
  changed.reserve(accounts.size());
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    Account& account = accounts[i];
    const Money capital = config.accounts[i].initial_capital;
    account.balances.resize(currencies.size());
    account.traded.reserve(instruments.size());
    account.last_equity = account.day_start_equity = capital;
    account.drawdown.start(capital);
    touch(static_cast<AccountId>(i));
  }
  note_pairs_read();
  refresh_accounts();
}

Portfolio::Portfolio(PortfolioConfig config, const std::vector<Instrument>& instruments,
                     const std::vector<orders::Currency>& currencies, PositionMetrics* metrics)
    : impl_(std::make_unique<Impl>(std::move(config), instruments, currencies, metrics)) {}
Portfolio::~Portfolio() = default;

void Portfolio::mark(InstrumentId instrument_id, const orders::Quote& quote, orders::EventTime now) noexcept {
  Impl& impl = *impl_;
  assert(orders::index(instrument_id) < impl.instruments.size());
  impl.roll_day(now.wall);
  const Instrument& instrument = impl.instrument_of(instrument_id);
  Mark& mark = impl.marks[orders::index(instrument_id)];
  const bool moved = mark.quote.bid != quote.bid || mark.quote.ask != quote.ask;
  mark.quote = quote;
  mark.time = quote.time == Timestamp{} ? now.wall : quote.time;
  mark.seen = true;
  const Duration age = impl.mark_age(mark, now.wall);
  impl.set_stale(instrument_id, age > impl.config.stale_mark_after);
  if (impl.metrics != nullptr) impl.metrics->mark(instrument_id, age, mark.stale);
  if (!moved) return;

  for (const AccountId id : impl.holders[orders::index(instrument_id)]) impl.revalue(id, instrument_id);
  for (const StrategyId id : impl.strategy_holders[orders::index(instrument_id)]) {
    impl.revalue_strategy(id, instrument_id);
    impl.publish_strategy(id);
  }
  const std::size_t count = impl.currencies.size();
  const std::size_t from = orders::index(instrument.base);
  const std::size_t to = orders::index(instrument.quote);
  if (const auto mid = quote.mid(); mid && from < count && to < count && from != to) {
    using Observation = ConversionTable::Observation;
    const std::uint32_t rank = rank_of(instrument, orders::index(instrument_id));
    const Observation seen = impl.table.observe(instrument.base, instrument.quote, *mid, rank);
    if (seen == Observation::NewSource) impl.note_pairs_read();
    if (seen == Observation::NewSource ||
        (seen == Observation::Moved && impl.pair_read[from * count + to] != 0)) {
      impl.revalue_readers(instrument.base, instrument.quote, seen == Observation::NewSource);
    }
  }
  impl.refresh_accounts();
}

void Portfolio::tick(orders::EventTime now) noexcept {
  Impl& impl = *impl_;
  impl.roll_day(now.wall);
  for (std::size_t i = 0; i < impl.marks.size(); ++i) {
    const Mark& mark = impl.marks[i];
    if (!mark.seen) continue;
    const Duration age = impl.mark_age(mark, now.wall);
    impl.set_stale(static_cast<InstrumentId>(i), age > impl.config.stale_mark_after);
    if (impl.metrics != nullptr) impl.metrics->mark(static_cast<InstrumentId>(i), age, mark.stale);
  }
}

const Position& Portfolio::position(AccountId account, InstrumentId instrument) const noexcept {
  return impl_->holdings[impl_->place(account, instrument)].position;
}

const Position& Portfolio::strategy_position(StrategyId strategy, InstrumentId instrument) const noexcept {
  return impl_->strategy_holdings[impl_->place(strategy, instrument)].position;
}

PositionView Portfolio::view(AccountId account, InstrumentId instrument, Timestamp now) const noexcept {
  const Holding& holding = impl_->holdings[impl_->place(account, instrument)];
  const Position& position = holding.position;
  const Mark& mark = impl_->marks[orders::index(instrument)];
  const int direction = sign_of(position.quantity());
  PositionView view{.account = account,
                    .instrument = instrument,
                    .quantity = position.quantity(),
                    .average_price = position.average_price(impl_->instrument_of(instrument)),
                    .realized = position.realized(),
                    .commissions = position.commissions(),
                    .unrealized = Money{},
                    .mark = impl_->mark_price(instrument, direction),
                    .mark_age = impl_->mark_age(mark, now),
                    .mark_stale = mark.seen && impl_->mark_age(mark, now) > impl_->config.stale_mark_after,
                    .cash = position.cash(),
                    .value = Money{},
                    .realized_account = holding.realized,
                    .unrealized_account = holding.unrealized,
                    .commissions_account = holding.commissions,
                    .margin_account = holding.margin,
                    .day_pnl_account = day_pnl(account, instrument)};
  if (direction == 0) return view;
  view.value = view.unrealized = std::nullopt;
  if (const auto value = impl_->value_at_mark(position, instrument)) {
    view.value = direction < 0 ? -value->rounded() : value->rounded();
    view.unrealized = position.unrealized_at(impl_->instrument_of(instrument), *value);
  }
  return view;
}

std::optional<Money> Portfolio::day_pnl(AccountId account, InstrumentId instrument) const noexcept {
  const Holding& holding = impl_->holdings[impl_->place(account, instrument)];
  return difference(sum(holding.realized, holding.unrealized), holding.day_start_result);
}

AccountView Portfolio::account(AccountId id, Timestamp /*now*/) const noexcept {
  const AccountResult result = this->result(id);
  const Account& account = impl_->accounts[orders::index(id)];
  std::optional<Money> cash = impl_->config.accounts[orders::index(id)].initial_capital;
  for (std::size_t i = 0; i < account.balances.size(); ++i) {
    cash = sum(cash, impl_->table.convert(account.balances[i].rounded(), static_cast<CurrencyId>(i),
                                          impl_->base_of(id)));
  }
  return {.account = id,
          .cash = cash,
          .realized = account.realized.total(),
          .unrealized = account.unrealized.total(),
          .commissions = account.commissions.total(),
          .balance = account.balance,
          .equity = account.equity,
          .margin_used = account.margin.total(),
          .margin_available = difference(account.equity, account.margin.total()),
          .day_pnl = result.day_pnl,
          .peak_equity = result.peak_equity,
          .drawdown = result.drawdown,
          .max_drawdown = result.max_drawdown,
          .mark_stale = account.stale_positions != 0};
}

AccountResult Portfolio::result(AccountId id) const noexcept {
  assert(orders::index(id) < impl_->accounts.size());
  const Account& account = impl_->accounts[orders::index(id)];
  return {.equity = account.equity,
          .day_pnl = difference(account.equity, account.day_start_equity),
          .peak_equity = account.drawdown.peak,
          .drawdown = account.drawdown.current,
          .max_drawdown = account.drawdown.greatest};
}

FirmView Portfolio::firm(Timestamp now) const noexcept {
  FirmView firm{Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, false};
  for (std::size_t i = 0; i < impl_->accounts.size(); ++i) {
    const auto id = static_cast<AccountId>(i);
    const AccountView view = account(id, now);
    const auto add = [&](std::optional<Money>& total, const std::optional<Money>& amount) {
      total = sum(total, impl_->reported(amount, impl_->base_of(id)));
    };
    add(firm.initial_capital, impl_->config.accounts[i].initial_capital);
    add(firm.cash, view.cash);
    add(firm.realized, view.realized);
    add(firm.unrealized, view.unrealized);
    add(firm.commissions, view.commissions);
    add(firm.balance, view.balance);
    add(firm.equity, view.equity);
    add(firm.margin_used, view.margin_used);
    add(firm.day_pnl, view.day_pnl);
    firm.mark_stale = firm.mark_stale || view.mark_stale;
  }
  return firm;
}

StrategyView Portfolio::strategy(StrategyId id) const noexcept {
  assert(orders::index(id) < impl_->strategies.size());
  const Strategy& strategy = impl_->strategies[orders::index(id)];
  return {strategy.realized.total(), strategy.unrealized.total(), strategy.trades};
}

std::size_t Portfolio::account_count() const noexcept {
  return impl_->accounts.size();
}

std::size_t Portfolio::open_positions(AccountId account) const noexcept {
  assert(orders::index(account) < impl_->accounts.size());
  return impl_->accounts[orders::index(account)].open_positions;
}

std::optional<Ratio> Portfolio::rate(CurrencyId from, CurrencyId to) const noexcept {
  return impl_->table.rate(from, to);
}

std::optional<Money> Portfolio::convert(Money amount, CurrencyId from, CurrencyId to) const noexcept {
  return impl_->table.convert(amount, from, to);
}

ExactMoney Portfolio::identity_residual() const noexcept {
  ExactMoney greatest;
  for (std::size_t i = 0; i < impl_->accounts.size(); ++i) {
    const auto id = static_cast<AccountId>(i);
    const Account& account = impl_->accounts[i];
    for (std::size_t currency = 0; currency < account.balances.size(); ++currency) {
      ExactMoney rest = account.balances[currency];
      for (const InstrumentId instrument : account.traded) {
        if (orders::index(impl_->instrument_of(instrument).settlement) != currency) continue;
        rest -= position(id, instrument).exact_cash();
      }
      greatest = std::max(greatest, absolute(rest));
    }
    for (const InstrumentId instrument : account.traded) {
      const Position& held = position(id, instrument);
      const Price mark = impl_->mark_price(instrument, sign_of(held.quantity())).value_or(kAnyPrice);
      greatest = std::max(greatest, absolute(held.identity_residual(impl_->instrument_of(instrument), mark)));
    }
  }
  return greatest;
}

std::uint64_t Portfolio::missing_conversions() const noexcept {
  return impl_->missing_conversions;
}
std::uint64_t Portfolio::refused_fills() const noexcept {
  return impl_->refused_fills;
}
const std::vector<Instrument>& Portfolio::instruments() const noexcept {
  return impl_->instruments;
}
const PortfolioConfig& Portfolio::config() const noexcept {
  return impl_->config;
}

}  // namespace vigil::positions
