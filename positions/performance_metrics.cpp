#include "positions/performance_metrics.h"

#include <algorithm>
#include <span>

namespace vigil::positions {
namespace {

/// What is 0 or more has no use for the others.
std::vector<double> from_zero(const std::vector<double>& bounds) {
  std::vector<double> result;
  std::ranges::copy_if(bounds, std::back_inserter(result), [](double bound) { return bound >= 0; });
  if (result.empty()) result.push_back(0);
  return result;
}

}  // namespace

void PerformanceMetrics::declare(monitoring::Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kPerformanceAll)
    registry.declare(*definition);
}

PerformanceMetrics::PerformanceMetrics(monitoring::Registry& registry,
                                       const std::vector<std::string>& accounts,
                                       const std::vector<std::string>& strategies,
                                       const std::vector<std::string>& windows, const Bounds& bounds) {
  declare(registry);
  const std::vector<double> excursions = from_zero(bounds.trade_pnl_usd);
  const auto histogram = [&registry](const monitoring::MetricDefinition& definition, const std::string& name,
                                     const std::vector<double>& of) {
    const std::array<std::string_view, 1> labels{name};
    return registry.histogram(definition, labels, std::span<const double>{of});
  };
  for (const std::string& name : accounts) {
    Account& account = accounts_.emplace_back();
    for (const std::string& window : windows) {
      account.ratios.push_back({registry.gauge(metric::kAccountSharpe, {name, window}),
                                registry.gauge(metric::kAccountSortino, {name, window})});
    }
    account.win_ratio = registry.gauge(metric::kAccountWinRatio, {name});
    account.profit_factor = registry.gauge(metric::kAccountProfitFactor, {name});
    account.duration = histogram(metric::kAccountTradeDuration, name, bounds.trade_duration_seconds);
    account.pnl = histogram(metric::kAccountTradePnl, name, bounds.trade_pnl_usd);
    account.adverse = histogram(metric::kAccountAdverse, name, excursions);
    account.favourable = histogram(metric::kAccountFavourable, name, excursions);
  }
  for (const std::string& name : strategies) {
    Strategy& strategy = strategies_.emplace_back();
    for (const std::string& window : windows) {
      strategy.ratios.push_back({registry.gauge(metric::kSharpe, {name, window}),
                                 registry.gauge(metric::kSortino, {name, window})});
    }
    strategy.drawdown = registry.gauge(metric::kStrategyDrawdown, {name});
    strategy.max_drawdown = registry.gauge(metric::kStrategyMaxDrawdown, {name});
    strategy.mean_pnl = registry.gauge(metric::kTradeMean, {name});
    strategy.fees = registry.gauge(metric::kStrategyFees, {name}, 0);
    strategy.duration = histogram(metric::kTradeDuration, name, bounds.trade_duration_seconds);
    strategy.pnl = histogram(metric::kTradePnl, name, bounds.trade_pnl_usd);
    strategy.adverse = histogram(metric::kTradeAdverse, name, excursions);
    strategy.favourable = histogram(metric::kTradeFavourable, name, excursions);
  }
}

void PerformanceMetrics::publish(std::vector<Ratios>& series, const std::vector<Returns>& returns) noexcept {
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[i].sharpe.set(returns[i].sharpe());
    series[i].sortino.set(returns[i].sortino());
  }
}

void PerformanceMetrics::account(orders::AccountId account, const std::vector<Returns>& returns) noexcept {
  publish(accounts_[orders::index(account)].ratios, returns);
}

void PerformanceMetrics::strategy(orders::StrategyId strategy, const std::vector<Returns>& returns) noexcept {
  publish(strategies_[orders::index(strategy)].ratios, returns);
}

void PerformanceMetrics::drawdown(orders::StrategyId strategy, std::optional<double> now,
                                  double largest) noexcept {
  strategies_[orders::index(strategy)].drawdown.set(now);
  strategies_[orders::index(strategy)].max_drawdown.set(largest);
}

void PerformanceMetrics::account_trade(orders::AccountId account, const TradeFigures& trade,
                                       std::optional<double> win_ratio,
                                       std::optional<double> profit_factor) noexcept {
  Account& series = accounts_[orders::index(account)];
  series.duration.observe(trade.held);
  series.pnl.observe(trade.pnl);
  series.adverse.observe(trade.adverse);
  series.favourable.observe(trade.favourable);
  series.win_ratio.set(win_ratio);
  series.profit_factor.set(profit_factor);
}

void PerformanceMetrics::strategy_trade(orders::StrategyId strategy, const TradeFigures& trade,
                                        std::optional<double> mean_pnl) noexcept {
  Strategy& series = strategies_[orders::index(strategy)];
  series.duration.observe(trade.held);
  series.pnl.observe(trade.pnl);
  series.adverse.observe(trade.adverse);
  series.favourable.observe(trade.favourable);
  series.mean_pnl.set(mean_pnl);
}

void PerformanceMetrics::fees(orders::StrategyId strategy, double usd) noexcept {
  strategies_[orders::index(strategy)].fees.set(usd);
}

}  // namespace vigil::positions
