#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "positions/booking_times.h"
#include "positions/portfolio.h"
#include "positions/position_metrics.h"

/// A small firm for tests: its currencies, instruments, accounts and strategies, and a clock that a test
/// moves.
namespace desk {

using namespace vigil::orders;
using namespace vigil::positions;

inline constexpr CurrencyId kUsd{0}, kUsdt{1}, kBtc{2}, kEur{3}, kEth{4}, kGbp{5};
inline constexpr InstrumentId kShare{0}, kBtcUsdt{1}, kInverse{2}, kFuture{3}, kEurUsd{4}, kEthBtc{5},
    kSwap{6};
inline constexpr AccountId kAlpha{0}, kBeta{1}, kGamma{2};
inline constexpr StrategyId kTrend{0}, kMaker{1};

inline Price price(const char* text) {
  return Price::parse(text).value();
}
inline Quantity quantity(const char* text) {
  return Quantity::parse(text).value();
}
inline Money money(const char* text) {
  return Money::parse(text).value();
}
inline Ratio ratio(const char* text) {
  return Ratio::parse(text).value();
}

inline std::vector<Currency> currencies() {
  return {{"USD", 2}, {"USDT", 8}, {"BTC", 8}, {"EUR", 2}, {"ETH", 8}, {"GBP", 2}};
}

inline Instrument instrument(const char* symbol, CurrencyId base, CurrencyId quote) {
  Instrument result;
  result.symbol = symbol;
  result.base = base;
  result.quote = quote;
  result.settlement = quote;
  return result;
}

inline std::vector<Instrument> instruments() {
  std::vector<Instrument> all{instrument("ABC", kNoCurrency, kUsd), instrument("BTCUSDT", kBtc, kUsdt),
                              instrument("BTCUSD", kBtc, kUsd),     instrument("ES", kNoCurrency, kUsd),
                              instrument("EURUSD", kEur, kUsd),     instrument("ETHBTC", kEth, kBtc),
                              instrument("BTCSWAP", kBtc, kUsdt)};
  for (std::size_t i = 0; i < all.size(); ++i) all[i].id = static_cast<InstrumentId>(i);
  Instrument& inverse = all[index(kInverse)];
  inverse.settlement = kBtc;
  inverse.inverse = true;
  inverse.multiplier = Multiplier{100};
  inverse.initial_margin = ratio("0.1");
  all[index(kFuture)].multiplier = Multiplier{50};
  all[index(kFuture)].initial_margin = ratio("0.05");
  all[index(kSwap)].multiplier = Multiplier::parse("0.01").value();
  return all;
}

/// Alpha and Beta in USD, Gamma in EUR; 1 USDT is 1 USD until the market says otherwise.
inline PortfolioConfig config() {
  PortfolioConfig result;
  result.accounts = {
      {"alpha", kUsd, money("100000")}, {"beta", kUsd, money("50000")}, {"gamma", kEur, money("20000")}};
  result.conversions = {{kUsdt, kUsd, ratio("1")}};
  result.reporting_currency = kUsd;
  result.strategy_count = 2;
  return result;
}

struct Desk {
  explicit Desk(PortfolioConfig settings = config())
      : metrics(registry, {"alpha", "beta", "gamma"},
                {"ABC", "BTCUSDT", "BTCUSD", "ES", "EURUSD", "ETHBTC", "BTCSWAP"}, {"trend", "maker"}),
        portfolio(std::move(settings), instruments(), currencies(), &metrics) {}

  BookedFill fill(AccountId account, InstrumentId traded, Side side, const char* q, const char* p,
                  const char* commission = "0", CurrencyId currency = kNoCurrency,
                  StrategyId strategy = kNoStrategy) {
    Order order;
    order.account = account;
    order.instrument = traded;
    order.side = side;
    order.strategy = strategy;
    ExecutionReport report;
    report.kind = ReportKind::Fill;
    report.quantity = quantity(q);
    report.price = price(p);
    report.commission = money(commission);
    report.commission_currency = currency;
    return portfolio.book(order, report, now());
  }
  void quote(InstrumentId quoted, std::optional<const char*> bid, std::optional<const char*> ask) {
    Quote quote;
    if (bid) quote.bid = price(*bid);
    if (ask) quote.ask = price(*ask);
    quote.time = time;
    portfolio.mark(quoted, quote, now());
  }
  void quote(InstrumentId quoted, const char* both) { quote(quoted, both, both); }
  void tick() { portfolio.tick(now()); }
  [[nodiscard]] EventTime now() const { return manual_time(time); }
  [[nodiscard]] AccountView account(AccountId id) const { return portfolio.account(id, time); }
  [[nodiscard]] PositionView view(AccountId id, InstrumentId held) const {
    return portfolio.view(id, held, time);
  }

  vigil::monitoring::Registry registry;
  PositionMetrics metrics;
  BookingTimes times{registry};
  Portfolio portfolio;
  Timestamp time{std::chrono::sys_days{std::chrono::year{2024} / 3 / 5} + std::chrono::hours{12}};
};

}  // namespace desk
