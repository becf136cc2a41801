#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "positions/portfolio.h"
#include "risk/risk_manager.h"
#include "risk/risk_metrics.h"

/// A firm under risk control for tests: two accounts in USD, one in EUR, four instruments, two strategies,
/// two venues, and a clock that a test moves. Every instrument is quoted 99 to 101 unless a test says
/// otherwise.
namespace risk_desk {

using namespace vigil::orders;
using namespace vigil::risk;
using namespace std::chrono_literals;
using vigil::positions::Portfolio;
using vigil::positions::PortfolioConfig;

inline constexpr CurrencyId kUsd{0}, kBtc{1}, kEur{2};
/// kFine has the smallest tick and lot there are; kFuture multiplier 50 and 10 % margin; kInverse settles in
/// BTC.
inline constexpr InstrumentId kFine{0}, kFuture{1}, kInverse{2}, kCoarse{3};
inline constexpr AccountId kAlpha{0}, kBeta{1}, kEuro{2};
inline constexpr StrategyId kTrend{0}, kMaker{1};
inline constexpr VenueId kEast{0}, kWest{1};

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

inline Instrument instrument(InstrumentId id, const char* symbol) {
  Instrument result;
  result.id = id;
  result.symbol = symbol;
  result.quote = result.settlement = kUsd;
  result.tick_size = Price::from_raw(1);
  result.lot_size = Quantity::from_raw(1);
  return result;
}

inline std::vector<Instrument> instruments() {
  std::vector<Instrument> all{instrument(kFine, "FINE"), instrument(kFuture, "FUT"),
                              instrument(kInverse, "INV"), instrument(kCoarse, "COARSE")};
  all[index(kFuture)].multiplier = Multiplier{50};
  all[index(kFuture)].initial_margin = ratio("0.1");
  Instrument& inverse = all[index(kInverse)];
  inverse.base = inverse.settlement = kBtc;
  inverse.inverse = true;
  inverse.multiplier = Multiplier{100};
  all[index(kCoarse)].tick_size = price("0.05");
  all[index(kCoarse)].lot_size = quantity("10");
  return all;
}

inline PortfolioConfig portfolio_config() {
  PortfolioConfig config;
  config.accounts = {
      {"alpha", kUsd, money("100000")}, {"beta", kUsd, money("50000")}, {"euro", kEur, money("100000")}};
  config.reporting_currency = kUsd;
  config.mark_basis = vigil::positions::MarkBasis::Mid;
  config.strategy_count = 2;
  return config;
}

struct RiskDesk {
  explicit RiskDesk(const Limits& limits = {})
      : portfolio(portfolio_config(), instruments(), {{"USD", 2}, {"BTC", 8}, {"EUR", 2}}, nullptr),
        metrics(registry, names({"alpha", "beta", "euro"}), names({"FINE", "FUT", "INV", "COARSE"}),
                names({"east", "west"}), names({"trend", "maker"})),
        risk(limits, portfolio, portfolio.instruments(), 2, 2, &metrics),
        quotes(4) {
    for (const auto id : {kFine, kFuture, kInverse, kCoarse}) mark(id, "99", "101");
  }

  static std::vector<std::string> names(std::initializer_list<const char*> words) {
    return {words.begin(), words.end()};
  }

  EventTime now() const { return manual_time(Timestamp{time}); }

  void mark(InstrumentId id, const char* bid, const char* ask) {
    Quote quote;
    quote.bid = price(bid);
    quote.ask = price(ask);
    mark(id, quote);
  }
  void mark(InstrumentId id, Quote quote) {
    quote.time = now().wall;
    quotes[index(id)] = quote;
    portfolio.mark(id, quote, now());
    risk.on_mark(id, quote, now());
  }

  Order order(Side side, const char* amount, const char* limit) const {
    Order order;
    order.account = kAlpha;
    order.strategy = kTrend;
    order.instrument = kFine;
    order.side = side;
    order.terms.quantity = quantity(amount);
    order.terms.limit_price = price(limit);
    return order;
  }
  Order market(Side side, const char* amount) const {
    Order result = order(side, amount, "1");
    result.type = OrderType::Market;
    result.terms.limit_price.reset();
    return result;
  }

  const Quote& reference(const Order& order) const {
    static const Quote kNone;
    return index(order.instrument) < quotes.size() ? quotes[index(order.instrument)] : kNone;
  }
  Verdict check(const Order& order) { return risk.check_new(order, reference(order), now()); }
  Verdict check_replace(const Order& order, const char* amount, const char* limit) {
    OrderTerms terms = order.terms;
    terms.quantity = quantity(amount);
    terms.limit_price = price(limit);
    return risk.check_replace(order, terms, reference(order), now());
  }

  void recount(Order& order) { risk.recount(order, reference(order)); }
  /// Puts the order to work at the venue without asking.
  Order& work(Order& order) {
    order.status = OrderStatus::Accepted;
    recount(order);
    return order;
  }
  void close(Order& order) {
    order.status = OrderStatus::Canceled;
    recount(order);
  }
  void fill(Order& order, const char* amount, const char* at) {
    ExecutionReport report;
    report.kind = ReportKind::Fill;
    report.price = price(at);
    report.quantity = quantity(amount);
    report.trade_id = VenueTradeId::truncated(std::to_string(++trades));
    order.cum_quantity = order.cum_quantity + report.quantity;
    order.status = order.leaves_quantity() <= Quantity{} ? OrderStatus::Filled : OrderStatus::PartiallyFilled;
    CHECK(portfolio.book(order, report, now()).applied);
    risk.on_fill(order, reference(order), now());
  }
  /// Trades `amount` at `at` through an order of its own.
  void trade(Side side, const char* amount, const char* at, InstrumentId id = kFine,
             AccountId account = kAlpha) {
    Order traded = order(side, amount, at);
    traded.instrument = id;
    traded.account = account;
    fill(traded, amount, at);
  }

  std::uint64_t counted(const vigil::monitoring::MetricDefinition& metric,
                        std::initializer_list<std::string_view> labels) {
    return registry.counter(metric, labels).value();
  }
  double gauge(const vigil::monitoring::MetricDefinition& metric,
               std::initializer_list<std::string_view> labels) {
    return registry.gauge(metric, labels).value();
  }

  /// The name of the state that a state set shows.
  std::string_view state(const vigil::monitoring::MetricDefinition& metric,
                         std::initializer_list<std::string_view> labels) {
    return metric.states[registry.state_set(metric, labels, 0).state()];
  }

  Duration time = 1000h;
  std::uint64_t trades = 0;
  vigil::monitoring::Registry registry;
  Portfolio portfolio;
  RiskMetrics metrics;
  RiskManager risk;
  std::vector<Quote> quotes;
};

inline InstrumentLimits& fine(Limits& limits) {
  limits.instruments.resize(4);
  return limits.instruments[index(kFine)];
}
inline AccountLimits& alpha(Limits& limits) {
  limits.accounts.resize(3);
  return limits.accounts[index(kAlpha)];
}

}  // namespace risk_desk
