#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "allocations.h"
#include "desk.h"

using namespace desk;
using namespace std::chrono_literals;

namespace {

struct LoggedFill {
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  PositionFill fill;
};

struct NaiveFigures {
  std::optional<Money> realized, unrealized, commissions, margin, cash, balance, equity;
  bool stale = false;
};

std::optional<Money>& operator+=(std::optional<Money>& total, const std::optional<Money>& amount) {
  if (!total || !amount) {
    total.reset();
  } else {
    *total += *amount;
  }
  return total;
}

/// All figures worked out anew from the list of fills and the last quotes, the plain way.
struct Naive {
  explicit Naive(PortfolioConfig settings)
      : config(std::move(settings)), quotes(all.size()), states(config.accounts.size()) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      const Money capital = config.accounts[i].initial_capital;
      states[i] = {capital, capital, capital, 0};
    }
  }

  struct State {  ///< what depends on the way here
    Money last_equity{};
    Money day_start{};
    Money peak{};
    double greatest = 0;
  };

  [[nodiscard]] Position position(AccountId account, InstrumentId instrument) const {
    Position result;
    for (const LoggedFill& f : fills) {
      if (f.account != account || f.instrument != instrument) continue;
      const Instrument& what = all[index(instrument)];
      REQUIRE(result.apply(what, currencies()[index(what.settlement)].decimals, f.fill).applied);
    }
    return result;
  }
  [[nodiscard]] Position strategy_position(StrategyId strategy, InstrumentId instrument) const {
    Position result;
    for (const LoggedFill& f : fills) {
      if (f.strategy != strategy || f.instrument != instrument) continue;
      const Instrument& what = all[index(instrument)];
      REQUIRE(result.apply(what, currencies()[index(what.settlement)].decimals, f.fill).applied);
    }
    return result;
  }
  [[nodiscard]] std::optional<Price> mark(InstrumentId instrument, const Position& held) const {
    const Quote& quote = quotes[index(instrument)];
    if (config.mark_basis == MarkBasis::Mid) return quote.mid();
    return held.quantity() < Quantity{0} ? quote.ask : quote.bid;
  }
  [[nodiscard]] NaiveFigures account(AccountId id, const Portfolio& rates, Timestamp now) const {
    const AccountConfig& settings = config.accounts[index(id)];
    NaiveFigures result{Money{}, Money{}, Money{}, Money{}, settings.initial_capital, {}, {}, false};
    std::map<CurrencyId, ExactMoney> cash;
    for (const Instrument& instrument : all) {
      const Position held = position(id, instrument.id);
      const auto convert = [&](const std::optional<Money>& amount) -> std::optional<Money> {
        if (!amount) return std::nullopt;
        return rates.convert(*amount, instrument.settlement, settings.base_currency);
      };
      cash[instrument.settlement] += held.exact_cash();
      result.realized += convert(held.realized());
      result.commissions += convert(held.commissions());
      if (held.flat()) continue;
      const auto at = mark(instrument.id, held);
      std::optional<Money> unrealized, margin;
      if (at) {
        unrealized = held.unrealized(instrument, *at);
        const auto value = value_of(instrument, *at, absolute(held.quantity()));
        if (value) {
          const Money rounded = value->rounded();
          margin = scale(rounded < Money{} ? -rounded : rounded, instrument.initial_margin);
        }
      }
      result.unrealized += convert(unrealized);
      result.margin += convert(margin);
      const Quote& quote = quotes[index(instrument.id)];
      if (quote.time != Timestamp{} && now - quote.time > config.stale_mark_after) result.stale = true;
    }
    for (const auto& [currency, amount] : cash) {
      result.cash += rates.convert(amount.rounded(), currency, settings.base_currency);
    }
    result.balance = result.realized;
    result.balance += settings.initial_capital;
    result.equity = result.balance;
    result.equity += result.unrealized;
    return result;
  }
  void roll_day(Timestamp now) {
    const auto today = std::chrono::floor<std::chrono::days>(now - config.day_start);
    if (today > day && day != Timestamp{}) {
      for (State& state : states) state.day_start = state.last_equity;
    }
    day = std::max<Timestamp>(day, today);
  }
  void settle(const Portfolio& rates, Timestamp now) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      const auto equity = account(static_cast<AccountId>(i), rates, now).equity;
      if (!equity) continue;
      State& state = states[i];
      state.last_equity = *equity;
      state.peak = std::max(state.peak, *equity);
      const double drawdown =
          static_cast<double>((state.peak - *equity).raw()) / static_cast<double>(state.peak.raw());
      state.greatest = std::max(state.greatest, drawdown);
    }
  }

  PortfolioConfig config;
  std::vector<Instrument> all = instruments();
  std::vector<Quote> quotes;
  std::vector<State> states;
  std::vector<LoggedFill> fills;
  Timestamp day{};
};

std::optional<double> published(const Desk& d, const vigil::monitoring::MetricDefinition& definition,
                                std::initializer_list<std::string_view> labels) {
  const double value = const_cast<Desk&>(d).registry.gauge(definition, labels).value();
  if (std::isnan(value)) return std::nullopt;
  return value;
}

std::optional<double> as_double(const std::optional<Money>& money) {
  if (!money) return std::nullopt;
  return money->to_double();
}

void agree(const Desk& d, const Naive& naive) {
  FirmView firm{Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, Money{}, false};
  for (std::size_t i = 0; i < naive.states.size(); ++i) {
    const auto id = static_cast<AccountId>(i);
    const NaiveFigures expected = naive.account(id, d.portfolio, d.time);
    const Naive::State& state = naive.states[i];
    const AccountView view = d.account(id);
    RC_ASSERT(view.realized == expected.realized);
    RC_ASSERT(view.commissions == expected.commissions);
    RC_ASSERT(view.unrealized == expected.unrealized);
    RC_ASSERT(view.margin_used == expected.margin);
    RC_ASSERT(view.cash == expected.cash);
    RC_ASSERT(view.balance == expected.balance);
    RC_ASSERT(view.equity == expected.equity);
    RC_ASSERT(view.peak_equity == state.peak);
    RC_ASSERT(view.max_drawdown == state.greatest);
    std::optional<Money> day_pnl = expected.equity;
    day_pnl += -state.day_start;
    RC_ASSERT(view.day_pnl == day_pnl);

    const std::string& name = naive.config.accounts[i].name;
    const CurrencyId base = naive.config.accounts[i].base_currency;
    const auto reported = [&](const std::optional<Money>& amount) {
      return amount ? d.portfolio.convert(*amount, base, kUsd) : std::nullopt;
    };
    RC_ASSERT(published(d, vigil::positions::metric::kAccountEquity, {name}) ==
              as_double(reported(expected.equity)));
    RC_ASSERT(published(d, vigil::positions::metric::kDailyPnl, {name}) == as_double(reported(day_pnl)));
    RC_ASSERT(published(d, vigil::positions::metric::kMarginUsed, {name}) ==
              as_double(reported(expected.margin)));
    RC_ASSERT(published(d, vigil::positions::metric::kIdentityResidual, {name}) == 0.0);
    firm.realized += reported(view.realized);
    firm.equity += reported(view.equity);
    std::size_t open = 0;
    for (const Instrument& instrument : naive.all) {
      const PositionView held = d.view(id, instrument.id);
      open += held.quantity == Quantity{} ? 0 : 1;
      RC_ASSERT(published(d, vigil::positions::metric::kRealizedPnl, {name, instrument.symbol}) ==
                as_double(reported(held.realized_account)));
      RC_ASSERT(published(d, vigil::positions::metric::kUnrealizedPnl, {name, instrument.symbol}) ==
                as_double(reported(held.unrealized_account)));
    }
    RC_ASSERT(d.portfolio.open_positions(id) == open);
  }
  RC_ASSERT(d.portfolio.firm(d.time).realized == firm.realized);
  RC_ASSERT(d.portfolio.firm(d.time).equity == firm.equity);
  for (const StrategyId id : {kTrend, kMaker}) {
    std::optional<Money> realized = Money{};
    std::optional<Money> unrealized = Money{};
    for (const Instrument& instrument : naive.all) {
      const Position held = naive.strategy_position(id, instrument.id);
      realized += d.portfolio.convert(held.realized(), instrument.settlement, kUsd);
      if (held.flat()) continue;
      const auto at = naive.mark(instrument.id, held);
      const auto amount = at ? held.unrealized(instrument, *at) : std::nullopt;
      unrealized += amount ? d.portfolio.convert(*amount, instrument.settlement, kUsd) : std::nullopt;
    }
    RC_ASSERT(d.portfolio.strategy(id).realized == realized);
    RC_ASSERT(d.portfolio.strategy(id).unrealized == unrealized);
    const std::string_view name = id == kTrend ? "trend" : "maker";
    RC_ASSERT(published(d, vigil::positions::metric::kStrategyPnl, {name, "realized"}) ==
              as_double(realized));
    RC_ASSERT(published(d, vigil::positions::metric::kStrategyPnl, {name, "unrealized"}) ==
              as_double(unrealized));
  }
  RC_ASSERT(d.portfolio.identity_residual().raw() == 0);
}

Price some_price(InstrumentId instrument) {
  constexpr std::int64_t kCenters[] = {100, 50'000, 50'000, 4'000, 1, 1, 50'000};
  const std::int64_t center = kCenters[index(instrument)] * kScale;
  return Price::from_raw(*rc::gen::inRange<std::int64_t>(center / 2, center * 2));
}

void random_fill(Desk& d, Naive& naive) {
  LoggedFill logged{};
  logged.account = *rc::gen::element(kAlpha, kBeta, kGamma);
  logged.strategy = *rc::gen::element(kTrend, kMaker, kNoStrategy);
  logged.instrument = static_cast<InstrumentId>(*rc::gen::inRange(0, 7));
  const Instrument& instrument = naive.all[index(logged.instrument)];
  Order order;
  order.account = logged.account;
  order.strategy = logged.strategy;
  order.instrument = logged.instrument;
  order.side = *rc::gen::element(Side::Buy, Side::Sell);
  ExecutionReport report;
  report.quantity = *rc::gen::inRange(0, 2) == 0 ? Quantity{*rc::gen::inRange(1, 4)}
                                                 : Quantity::from_raw(*rc::gen::inRange(1, 300'000'001));
  report.price = some_price(logged.instrument);
  report.commission = Money::from_raw(*rc::gen::inRange(-1'000'000, 5'000'000));
  report.commission_currency =
      *rc::gen::element(instrument.settlement, instrument.base, kEur, kNoCurrency, kGbp);

  logged.fill = {order.side, report.quantity, report.price, {}, {}, d.time};
  const std::size_t before = allocations();
  const BookedFill booked = d.portfolio.book(order, report, d.now());
  const std::size_t taken = allocations() - before;  // RC_ASSERT itself allocates
  RC_ASSERT(taken == 0U);
  RC_ASSERT(booked.applied);
  const bool spot = !instrument.inverse && instrument.multiplier == Multiplier{1};
  if (report.commission_currency == instrument.base && instrument.base != kNoCurrency &&
      instrument.base != instrument.settlement && spot) {
    logged.fill.base_commission = Quantity::from_raw(static_cast<std::int64_t>(report.commission.raw()));
  } else {
    logged.fill.commission = booked.conversion.booked;
  }
  naive.fills.push_back(logged);
}

void random_quote(Desk& d, Naive& naive) {
  const auto instrument = static_cast<InstrumentId>(*rc::gen::inRange(0, 7));
  Quote quote;
  quote.time = d.time;
  if (*rc::gen::inRange(0, 10) != 0) quote.bid = some_price(instrument);
  if (*rc::gen::inRange(0, 10) != 0) quote.ask = some_price(instrument);
  naive.quotes[index(instrument)] = quote;
  const std::size_t before = allocations();
  d.portfolio.mark(instrument, quote, d.now());
  const std::size_t taken = allocations() - before;  // RC_ASSERT itself allocates
  RC_ASSERT(taken == 0U);
}

}  // namespace

TEST_CASE("after any fills and marks every figure equals one worked out anew, and nothing was allocated") {
  CHECK(rc::check([] {
    PortfolioConfig settings = config();
    settings.mark_basis = *rc::gen::element(MarkBasis::Touch, MarkBasis::Mid);
    settings.day_start = *rc::gen::element<Duration>(0h, 7h, 23h);
    Desk d(settings);
    Naive naive(settings);
    const int events = *rc::gen::inRange(1, 60);
    for (int i = 0; i < events; ++i) {
      d.time += std::chrono::seconds{*rc::gen::element(0, 1, 5, 11, 4 * 3600)};
      naive.roll_day(d.time);
      const int what = *rc::gen::inRange(0, 10);
      if (what < 4) {
        random_fill(d, naive);
      } else if (what < 9) {
        random_quote(d, naive);
      }
      naive.settle(d.portfolio, d.time);
      d.tick();
      for (const AccountId id : {kAlpha, kBeta, kGamma}) {
        RC_ASSERT(d.account(id).mark_stale == naive.account(id, d.portfolio, d.time).stale);
      }
    }
    agree(d, naive);
  }));
}
