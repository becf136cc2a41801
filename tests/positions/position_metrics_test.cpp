#include "positions/position_metrics.h"

#include <doctest/doctest.h>
#include <prometheus/metric_family.h>

#include <algorithm>
#include <limits>
#include <map>

#include "desk.h"

using namespace desk;
using namespace std::chrono_literals;
namespace metric = vigil::positions::metric;
using vigil::monitoring::MetricDefinition;

namespace {

using Labels = std::map<std::string, std::string>;

/// The one series of `definition` with exactly these labels; nothing when it is absent.
std::optional<prometheus::ClientMetric> series(const Desk& d, const MetricDefinition& definition,
                                               const Labels& labels) {
  for (const prometheus::MetricFamily& family : d.registry.Collect()) {
    if (family.name != definition.name) continue;
    for (const prometheus::ClientMetric& candidate : family.metric) {
      Labels found;
      for (const auto& label : candidate.label) found[label.name] = label.value;
      if (found == labels) return candidate;
    }
  }
  return std::nullopt;
}

std::optional<double> gauge(const Desk& d, const MetricDefinition& definition, const Labels& labels) {
  const auto found = series(d, definition, labels);
  if (!found) return std::nullopt;
  return found->gauge.value;
}
double counter(const Desk& d, const MetricDefinition& definition, const Labels& labels) {
  const auto found = series(d, definition, labels);
  REQUIRE(found);
  return found->counter.value;
}
std::uint64_t observations(const Desk& d, const MetricDefinition& definition, const Labels& labels) {
  const auto found = series(d, definition, labels);
  REQUIRE(found);
  return found->histogram.sample_count;
}

const Labels kAlphaAbc{{"account", "alpha"}, {"symbol", "ABC"}};
const Labels kAlphaOnly{{"account", "alpha"}};
const Labels kTrendOnly{{"strategy", "trend"}};

Labels side(const char* word) {
  return {{"account", "alpha"}, {"symbol", "ABC"}, {"side", word}};
}
Labels operation(const char* word, const char* status = "success") {
  return {{"operation", word}, {"symbol", "ABC"}, {"status", status}};
}
Labels kind(const char* word) {
  return {{"strategy", "trend"}, {"kind", word}};
}

}  // namespace

TEST_CASE("what is known at the start is published, what is not is absent") {
  const Desk d;
  CHECK(gauge(d, metric::kPositionsOpen, kAlphaAbc) == 0);
  CHECK(gauge(d, metric::kRealizedPnl, kAlphaAbc) == 0);
  CHECK(gauge(d, metric::kUnrealizedPnl, kAlphaAbc) == 0);
  CHECK(gauge(d, metric::kPositionValue, side("long")) == 0);
  CHECK(gauge(d, metric::kPositionValue, side("short")) == 0);
  CHECK(gauge(d, metric::kInitialCapital, kAlphaOnly) == 100000);
  CHECK(gauge(d, metric::kAccountBalance, kAlphaOnly) == 100000);
  CHECK(gauge(d, metric::kAccountEquity, kAlphaOnly) == 100000);
  CHECK(gauge(d, metric::kPortfolioValue, kAlphaOnly) == 100000);
  CHECK(gauge(d, metric::kDailyPnl, kAlphaOnly) == 0);
  CHECK(gauge(d, metric::kMarginUsed, kAlphaOnly) == 0);
  CHECK(gauge(d, metric::kMarginAvailable, kAlphaOnly) == 100000);
  CHECK(gauge(d, metric::kMarginUsage, kAlphaOnly) == 0);
  CHECK(gauge(d, metric::kIdentityResidual, kAlphaOnly) == 0);
  CHECK(gauge(d, metric::kStrategyPnl, kind("realized")) == 0);
  CHECK(gauge(d, metric::kStrategyPnl, kind("unrealized")) == 0);
  CHECK(counter(d, metric::kGrossProfit, kAlphaOnly) == 0);
  CHECK(counter(d, metric::kGrossLoss, kAlphaOnly) == 0);
  CHECK(counter(d, metric::kMissingConversion, {}) == 0);
  CHECK(counter(d, metric::kRefusedFills, {}) == 0);
  for (const char* word : {"open", "modify", "close"}) {
    CHECK(counter(d, metric::kPositions, operation(word)) == 0);
    CHECK(observations(d, metric::kPositionDuration, {{"operation", word}, {"status", "failure"}}) == 0);
  }
  CHECK_FALSE(gauge(d, metric::kWinRatio, kTrendOnly));
  CHECK_FALSE(gauge(d, metric::kProfitFactor, kTrendOnly));
  CHECK_FALSE(gauge(d, metric::kMarkAge, {{"symbol", "ABC"}}));
  CHECK_FALSE(gauge(d, metric::kMarkStale, {{"symbol", "ABC"}}));
  CHECK_FALSE(gauge(d, metric::kInitialCapital, {{"account", "gamma"}}));  // no rate of EUR to USD yet
}

TEST_CASE("opening and closing a position counts and observes one operation each") {
  Desk d;
  const auto fill = [&](Side s, const char* q) {
    const BookedFill booked = d.fill(kAlpha, kShare, s, q, "10");
    d.times.took(booked.effect.change, 300us, booked.applied);
  };
  const auto seen = [&](const char* word) {
    return observations(d, metric::kPositionDuration, {{"operation", word}, {"status", "success"}});
  };
  fill(Side::Buy, "2");
  CHECK(counter(d, metric::kPositions, operation("open")) == 1);
  CHECK(seen("open") == 1);
  CHECK(gauge(d, metric::kPositionsOpen, kAlphaAbc) == 1);
  fill(Side::Buy, "2");
  fill(Side::Sell, "1");
  CHECK(counter(d, metric::kPositions, operation("modify")) == 2);
  CHECK(seen("modify") == 2);
  fill(Side::Sell, "3");
  CHECK(counter(d, metric::kPositions, operation("close")) == 1);
  CHECK(seen("close") == 1);
  CHECK(gauge(d, metric::kPositionsOpen, kAlphaAbc) == 0);
  CHECK(counter(d, metric::kPositions, operation("open")) == 1);

  fill(Side::Buy, "1");
  fill(Side::Sell, "2");  // a flip is a close and an open
  CHECK(counter(d, metric::kPositions, operation("close")) == 2);
  CHECK(counter(d, metric::kPositions, operation("open")) == 3);
  CHECK(seen("close") == 2);
  CHECK(seen("open") == 3);
  CHECK(gauge(d, metric::kPositionsOpen, kAlphaAbc) == 1);
  CHECK(series(d, metric::kPositionDuration, {{"operation", "open"}, {"status", "success"}})
            ->histogram.sample_sum == doctest::Approx(900e-6));
}

TEST_CASE("a refused fill is a failed operation") {
  Desk d;
  const BookedFill refused = d.fill(kAlpha, kShare, Side::Buy, "0", "10");
  d.times.took(refused.effect.change, 1us, refused.applied);
  CHECK(counter(d, metric::kRefusedFills, {}) == 1);
  CHECK(counter(d, metric::kPositions, operation("open", "failure")) == 1);
  CHECK(observations(d, metric::kPositionDuration, {{"operation", "open"}, {"status", "failure"}}) == 1);
  CHECK(counter(d, metric::kPositions, operation("open")) == 0);
}

TEST_CASE("the fill that changes a figure publishes it") {
  Desk d;
  d.quote(kShare, "49", "51");
  d.fill(kAlpha, kShare, Side::Buy, "100", "50", "1", kUsd, kTrend);
  CHECK(gauge(d, metric::kRealizedPnl, kAlphaAbc) == -1);
  CHECK(gauge(d, metric::kUnrealizedPnl, kAlphaAbc) == -100);
  CHECK(gauge(d, metric::kPositionValue, side("long")) == 4900);
  CHECK(gauge(d, metric::kPositionValue, side("short")) == 0);
  CHECK(gauge(d, metric::kAccountBalance, kAlphaOnly) == 99999);
  CHECK(gauge(d, metric::kAccountEquity, kAlphaOnly) == 99899);
  CHECK(gauge(d, metric::kPortfolioValue, kAlphaOnly) == 99899);
  CHECK(gauge(d, metric::kDailyPnl, kAlphaOnly) == -101);
  CHECK(gauge(d, metric::kMarginUsed, kAlphaOnly) == 4900);
  CHECK(gauge(d, metric::kMarginAvailable, kAlphaOnly) == 94999);
  CHECK(*gauge(d, metric::kMarginUsage, kAlphaOnly) == doctest::Approx(4900.0 / 99899));
  CHECK(gauge(d, metric::kStrategyPnl, kind("realized")) == -1);
  CHECK(gauge(d, metric::kStrategyPnl, kind("unrealized")) == -100);

  d.time += 50s;
  d.fill(kAlpha, kShare, Side::Sell, "150", "55", "1.50", kUsd, kTrend);
  CHECK(gauge(d, metric::kRealizedPnl, kAlphaAbc) == 497.5);
  CHECK(gauge(d, metric::kPositionValue, side("long")) == 0);
  CHECK(gauge(d, metric::kPositionValue, side("short")) == -2550);
  CHECK(gauge(d, metric::kUnrealizedPnl, kAlphaAbc) == 200);
  CHECK(counter(d, metric::kGrossProfit, kAlphaOnly) == 498);
  CHECK(gauge(d, metric::kWinRatio, kTrendOnly) == 1);
  CHECK_FALSE(gauge(d, metric::kProfitFactor, kTrendOnly));

  d.fill(kAlpha, kShare, Side::Buy, "50", "65", "0", kUsd, kTrend);
  CHECK(counter(d, metric::kGrossLoss, kAlphaOnly) == 500.5);
  CHECK(gauge(d, metric::kWinRatio, kTrendOnly) == .5);
  CHECK(*gauge(d, metric::kProfitFactor, kTrendOnly) == doctest::Approx(498 / 500.5));
  CHECK(gauge(d, metric::kPositionValue, side("short")) == 0);
  CHECK(gauge(d, metric::kUnrealizedPnl, kAlphaAbc) == 0);

  d.fill(kAlpha, kShare, Side::Buy, "1", "65", "0", kUsd, kTrend);
  d.fill(kAlpha, kShare, Side::Sell, "1", "65", "0", kUsd, kTrend);
  CHECK(gauge(d, metric::kWinRatio, kTrendOnly) == .5);
  CHECK(counter(d, metric::kBreakevenTrades, kTrendOnly) == 1);
}

TEST_CASE("the mark that changes a figure publishes it, and a missing one takes it away") {
  Desk d;
  d.fill(kAlpha, kShare, Side::Buy, "10", "50", "0", kUsd, kTrend);
  CHECK(gauge(d, metric::kPositionsOpen, kAlphaAbc) == 1);
  CHECK_FALSE(gauge(d, metric::kUnrealizedPnl, kAlphaAbc));
  CHECK_FALSE(gauge(d, metric::kPositionValue, side("long")));
  CHECK(gauge(d, metric::kPositionValue, side("short")) == 0);
  for (const auto* absent : {&metric::kAccountEquity, &metric::kPortfolioValue, &metric::kDailyPnl,
                             &metric::kMarginUsed, &metric::kMarginAvailable, &metric::kMarginUsage}) {
    CAPTURE(absent->name);
    CHECK_FALSE(gauge(d, *absent, kAlphaOnly));
  }
  CHECK_FALSE(gauge(d, metric::kStrategyPnl, kind("unrealized")));
  CHECK(gauge(d, metric::kAccountBalance, kAlphaOnly) == 100000);
  d.quote(kShare, "52");
  CHECK(gauge(d, metric::kUnrealizedPnl, kAlphaAbc) == 20);
  CHECK(gauge(d, metric::kPositionValue, side("long")) == 520);
  CHECK(gauge(d, metric::kAccountEquity, kAlphaOnly) == 100020);
  CHECK(gauge(d, metric::kDailyPnl, kAlphaOnly) == 20);
  CHECK(gauge(d, metric::kStrategyPnl, kind("unrealized")) == 20);
  d.quote(kShare, std::nullopt, "53");
  CHECK_FALSE(gauge(d, metric::kAccountEquity, kAlphaOnly));
}

TEST_CASE("the day's P&L starts again at the boundary") {
  Desk d;
  d.quote(kShare, "50");
  d.fill(kAlpha, kShare, Side::Buy, "10", "40");
  CHECK(gauge(d, metric::kDailyPnl, kAlphaOnly) == 100);
  d.time += 24h;
  d.tick();
  CHECK(gauge(d, metric::kDailyPnl, kAlphaOnly) == 0);
}

TEST_CASE("the age of a mark and its staleness are published by symbol") {
  Desk d;
  const Labels abc{{"symbol", "ABC"}};
  d.quote(kShare, "50");
  CHECK(gauge(d, metric::kMarkAge, abc) == 0);
  CHECK(gauge(d, metric::kMarkStale, abc) == 0);
  d.time += 10500ms;
  d.tick();
  CHECK(gauge(d, metric::kMarkAge, abc) == 10.5);
  CHECK(gauge(d, metric::kMarkStale, abc) == 1);
  d.quote(kShare, "50");
  CHECK(gauge(d, metric::kMarkStale, abc) == 0);
}

TEST_CASE("figures are in the reporting currency and follow its rate") {
  Desk d;
  const Labels gamma{{"account", "gamma"}};
  d.quote(kEurUsd, "1.25");
  CHECK(gauge(d, metric::kInitialCapital, gamma) == 25000);
  CHECK(gauge(d, metric::kAccountEquity, gamma) == 25000);
  d.quote(kEurUsd, "1.5");
  CHECK(gauge(d, metric::kInitialCapital, gamma) == 30000);
  d.quote(kShare, "60");
  d.fill(kGamma, kShare, Side::Buy, "3", "50");
  CHECK(gauge(d, metric::kUnrealizedPnl, {{"account", "gamma"}, {"symbol", "ABC"}}) == 30);
  CHECK(gauge(d, metric::kAccountEquity, gamma) == 30030);
}

TEST_CASE("a conversion that is missing is counted") {
  Desk d;
  d.fill(kAlpha, kShare, Side::Buy, "1", "50", "1", kGbp);
  CHECK(counter(d, metric::kMissingConversion, {}) == 1);
}

TEST_CASE("margin used without equity to carry it is an infinite usage") {
  Desk d;
  d.metrics.account(
      kAlpha,
      {.initial_capital = {}, .balance = {}, .equity = Money{0}, .margin_used = Money{1}, .day_pnl = {}});
  CHECK(gauge(d, metric::kMarginUsage, kAlphaOnly) == std::numeric_limits<double>::infinity());
  CHECK(gauge(d, metric::kMarginAvailable, kAlphaOnly) == -1);
  d.metrics.account(
      kAlpha,
      {.initial_capital = {}, .balance = {}, .equity = Money{-1}, .margin_used = Money{0}, .day_pnl = {}});
  CHECK(gauge(d, metric::kMarginUsage, kAlphaOnly) == 0);
}

TEST_CASE("a residual as small as the books' last digit is seen") {
  Desk d;
  d.metrics.residual(kAlpha, 1e-16);
  CHECK(gauge(d, metric::kIdentityResidual, kAlphaOnly) == 1e-16);
  CHECK(gauge(d, metric::kIdentityResidual, {{"account", "beta"}}) == 0);
}

TEST_CASE("the sum of a symbol's series is the account's figure") {
  Desk d;
  d.quote(kShare, "33.25");
  d.quote(kFuture, "4000.75");
  d.fill(kAlpha, kShare, Side::Buy, "7", "31.125", "0.5", kUsd);
  d.fill(kAlpha, kShare, Side::Sell, "3", "32.5", "0.25", kUsd);
  d.fill(kAlpha, kFuture, Side::Sell, "1", "4010.5", "2.25", kUsd);
  double realized = 0;
  double unrealized = 0;
  for (const char* symbol : {"ABC", "BTCUSDT", "BTCUSD", "ES", "EURUSD", "ETHBTC", "BTCSWAP"}) {
    realized += *gauge(d, metric::kRealizedPnl, {{"account", "alpha"}, {"symbol", symbol}});
    unrealized += *gauge(d, metric::kUnrealizedPnl, {{"account", "alpha"}, {"symbol", symbol}});
  }
  CHECK(realized == d.account(kAlpha).realized->to_double());
  CHECK(unrealized == d.account(kAlpha).unrealized->to_double());
}

TEST_CASE("all that is declared is in the registry, also in one that records nothing") {
  vigil::monitoring::Registry registry(false);
  PositionMetrics::declare(registry);
  const auto definitions = registry.definitions();
  const auto listed = [&](std::string_view name) {
    return std::any_of(definitions.begin(), definitions.end(),
                       [&](const MetricDefinition& d) { return d.name == name; });
  };
  for (const char* name : {"execution_position_duration_seconds",
                           "execution_positions_total",
                           "execution_positions_open_count",
                           "trading_position_value_usd",
                           "execution_pnl_realized_total",
                           "trading_gross_profit_usd_total",
                           "trading_gross_loss_usd_total",
                           "trading_unrealized_pnl_usd",
                           "trading_daily_pnl_usd",
                           "trading_strategy_pnl_usd",
                           "trading_portfolio_value_usd",
                           "trading_initial_capital_usd",
                           "account_balance_usd",
                           "account_equity_usd",
                           "account_margin_used_usd",
                           "account_margin_available_usd",
                           "account_margin_usage_ratio",
                           "trading_win_ratio",
                           "trading_profit_factor_ratio",
                           "positions_cash_identity_residual",
                           "positions_mark_age_seconds",
                           "positions_mark_stale",
                           "positions_missing_conversion_total",
                           "positions_refused_fills_total",
                           "positions_breakeven_trades_total"}) {
    CAPTURE(name);
    CHECK(listed(name));
  }
}
