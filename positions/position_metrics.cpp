#include "positions/position_metrics.h"

#include <cassert>
#include <chrono>
#include <limits>

namespace vigil::positions {

using monitoring::Gauge;
using orders::Money;

namespace {

void publish(Gauge& gauge, const std::optional<Money>& money) noexcept {
  gauge.set(money ? money->to_double() : monitoring::kUnsetGauge);
}

std::optional<double> margin_usage(const AccountFigures& figures) noexcept {
  if (!figures.equity || !figures.margin_used) return std::nullopt;
  if (figures.margin_used->raw() == 0) return 0;
  if (figures.equity->raw() <= 0) return std::numeric_limits<double>::infinity();
  return orders::nearest_double(figures.margin_used->raw()) / orders::nearest_double(figures.equity->raw());
}

}  // namespace

void PositionMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kPositionDuration, &metric::kPositions,       &metric::kPositionsOpen,
        &metric::kPositionValue,    &metric::kRealizedPnl,     &metric::kGrossProfit,
        &metric::kGrossLoss,        &metric::kUnrealizedPnl,   &metric::kDailyPnl,
        &metric::kStrategyPnl,      &metric::kPortfolioValue,  &metric::kInitialCapital,
        &metric::kAccountBalance,   &metric::kAccountEquity,   &metric::kMarginUsed,
        &metric::kMarginAvailable,  &metric::kMarginUsage,     &metric::kWinRatio,
        &metric::kProfitFactor,     &metric::kBreakevenTrades, &metric::kIdentityResidual,
        &metric::kMarkAge,          &metric::kMarkStale,       &metric::kMissingConversion,
        &metric::kRefusedFills}) {
    registry.declare(*definition);
  }
}

PositionMetrics::PositionMetrics(monitoring::Registry& registry, const std::vector<std::string>& accounts,
                                 const std::vector<std::string>& symbols,
                                 const std::vector<std::string>& strategies)
    : missing_conversion_(registry.counter(metric::kMissingConversion, {})),
      refused_(registry.counter(metric::kRefusedFills, {})) {
  declare(registry);
  for (const std::string& name : symbols) {
    Symbol& symbol = symbols_.emplace_back();
    for (std::size_t operation = 0; operation < kOperationCount; ++operation) {
      for (std::size_t status = 0; status < kOperationStatusNames.size(); ++status) {
        symbol.operations[operation][status] = registry.counter(
            metric::kPositions, {kOperationNames[operation], name, kOperationStatusNames[status]});
      }
    }
    symbol.mark_age = registry.gauge(metric::kMarkAge, {name});
    symbol.mark_stale = registry.gauge(metric::kMarkStale, {name});
  }
  for (const std::string& name : accounts) {
    accounts_.push_back({
        .initial_capital = registry.gauge(metric::kInitialCapital, {name}),
        .portfolio_value = registry.gauge(metric::kPortfolioValue, {name}),
        .daily_pnl = registry.gauge(metric::kDailyPnl, {name}),
        .balance = registry.gauge(metric::kAccountBalance, {name}),
        .equity = registry.gauge(metric::kAccountEquity, {name}),
        .margin_used = registry.gauge(metric::kMarginUsed, {name}),
        .margin_available = registry.gauge(metric::kMarginAvailable, {name}),
        .margin_usage = registry.gauge(metric::kMarginUsage, {name}),
        .residual = registry.gauge(metric::kIdentityResidual, {name}, 0),
        .gross_profit = registry.amount_counter(metric::kGrossProfit, {name}),
        .gross_loss = registry.amount_counter(metric::kGrossLoss, {name}),
    });
    for (const std::string& symbol : symbols) {
      holdings_.push_back({
          .open = registry.gauge(metric::kPositionsOpen, {name, symbol}, 0),
          .realized = registry.gauge(metric::kRealizedPnl, {name, symbol}, 0),
          .unrealized = registry.gauge(metric::kUnrealizedPnl, {name, symbol}, 0),
          .value_long = registry.gauge(metric::kPositionValue, {name, symbol, "long"}, 0),
          .value_short = registry.gauge(metric::kPositionValue, {name, symbol, "short"}, 0),
      });
    }
  }
  for (const std::string& name : strategies) {
    strategies_.push_back({
        .realized = registry.gauge(metric::kStrategyPnl, {name, "realized"}, 0),
        .unrealized = registry.gauge(metric::kStrategyPnl, {name, "unrealized"}, 0),
        .win_ratio = registry.gauge(metric::kWinRatio, {name}),
        .profit_factor = registry.gauge(metric::kProfitFactor, {name}),
        .breakeven = registry.counter(metric::kBreakevenTrades, {name}),
    });
  }
}

PositionMetrics::Holding& PositionMetrics::holding(orders::AccountId account,
                                                   orders::InstrumentId instrument) noexcept {
  assert(orders::index(account) < accounts_.size() && orders::index(instrument) < symbols_.size());
  return holdings_[orders::index(account) * symbols_.size() + orders::index(instrument)];
}

void PositionMetrics::booked(orders::InstrumentId instrument, PositionChange change, bool ok) noexcept {
  Symbol& symbol = symbols_[orders::index(instrument)];
  for_each_operation(change, [&](Operation operation) { symbol.operations[operation][ok ? 0 : 1].add(); });
}

void PositionMetrics::open(orders::AccountId account, orders::InstrumentId instrument, bool held) noexcept {
  holding(account, instrument).open.set(held ? 1 : 0);
}

void PositionMetrics::realized(orders::AccountId account, orders::InstrumentId instrument,
                               const std::optional<Money>& pnl) noexcept {
  publish(holding(account, instrument).realized, pnl);
}

void PositionMetrics::marked(orders::AccountId account, orders::InstrumentId instrument, int direction,
                             const std::optional<Money>& value,
                             const std::optional<Money>& unrealized) noexcept {
  Holding& series = holding(account, instrument);
  publish(series.unrealized, unrealized);
  publish(direction < 0 ? series.value_short : series.value_long, value);
  (direction < 0 ? series.value_long : series.value_short).set(0);
}

void PositionMetrics::account(orders::AccountId account, const AccountFigures& figures) noexcept {
  Account& series = accounts_[orders::index(account)];
  publish(series.initial_capital, figures.initial_capital);
  publish(series.balance, figures.balance);
  publish(series.equity, figures.equity);
  publish(series.portfolio_value, figures.equity);
  publish(series.daily_pnl, figures.day_pnl);
  publish(series.margin_used, figures.margin_used);
  std::optional<Money> available;
  if (figures.equity && figures.margin_used) available = *figures.equity - *figures.margin_used;
  publish(series.margin_available, available);
  series.margin_usage.set(margin_usage(figures));
}

void PositionMetrics::account_trade(orders::AccountId account, Money pnl) noexcept {
  Account& series = accounts_[orders::index(account)];
  if (pnl.raw() > 0) series.gross_profit.add(pnl.to_double());
  if (pnl.raw() < 0) series.gross_loss.add(-pnl.to_double());
}

void PositionMetrics::residual(orders::AccountId account, double amount) noexcept {
  accounts_[orders::index(account)].residual.set(amount);
}

void PositionMetrics::strategy(orders::StrategyId strategy, const std::optional<Money>& realized,
                               const std::optional<Money>& unrealized) noexcept {
  Strategy& series = strategies_[orders::index(strategy)];
  publish(series.realized, realized);
  publish(series.unrealized, unrealized);
}

void PositionMetrics::strategy_trade(orders::StrategyId strategy, Money pnl,
                                     const TradeStatistics& trades) noexcept {
  Strategy& series = strategies_[orders::index(strategy)];
  if (pnl.raw() == 0) series.breakeven.add();
  series.win_ratio.set(trades.win_ratio());
  series.profit_factor.set(trades.profit_factor());
}

void PositionMetrics::mark(orders::InstrumentId instrument, orders::Duration age, bool stale) noexcept {
  Symbol& symbol = symbols_[orders::index(instrument)];
  symbol.mark_age.set(orders::seconds_of(age));
  symbol.mark_stale.set(stale ? 1 : 0);
}

}  // namespace vigil::positions
