#include "positions/performance_analysis.h"

#include <cmath>

namespace vigil::positions {
namespace {

/// Intervals in which nothing happened and that a window does not hold any more leave no trace in it.
constexpr std::uint64_t kMostIdle = 1'000'000;

}  // namespace

ReturnBenchmark PerformanceConfig::benchmark() const noexcept {
  const double periods = static_cast<double>(trading_year.count()) / static_cast<double>(interval.count());
  return {risk_free_rate / periods, minimum_acceptable_return / periods, periods};
}

void TradeTotals::add(const TradeFigures& trade) noexcept {
  if (trade.pnl > 0) {
    ++wins;
    gross_profit += trade.pnl;
  } else if (trade.pnl < 0) {
    ++losses;
    gross_loss -= trade.pnl;
  } else {
    ++breakeven;
  }
  held_seconds += orders::seconds_of(trade.held);
  adverse += trade.adverse;
  favourable += trade.favourable;
}

std::optional<double> TradeTotals::win_ratio() const noexcept {
  if (wins + losses == 0) return std::nullopt;
  return static_cast<double>(wins) / static_cast<double>(wins + losses);
}

std::optional<double> TradeTotals::profit_factor() const noexcept {
  if (!(gross_loss > 0)) return std::nullopt;
  return gross_profit / gross_loss;
}

std::optional<double> TradeTotals::mean(double sum) const noexcept {
  if (count() == 0) return std::nullopt;
  return sum / static_cast<double>(count());
}

PerformanceSeries::PerformanceSeries(const PerformanceConfig& config) {
  for (const orders::Duration window : config.windows) {
    returns_.emplace_back(config.periods_of(window), config.benchmark());
  }
  returns_.emplace_back(0, config.benchmark());
}

void PerformanceSeries::value(double value, std::uint64_t periods) {
  if (!std::isnan(value)) {
    peak_ = std::max(peak_, value);
    if (peak_ > 0) max_drawdown_ = std::max(max_drawdown_, (peak_ - value) / peak_);
  }
  last_ = value;
  if (periods == 0 && has_base_) return;
  const double before = base_;
  base_ = value;
  has_base_ = true;
  if (periods == 0 || std::isnan(value) || !(before > 0)) return;
  const std::uint64_t idle = std::min(periods - 1, kMostIdle);
  for (Returns& each : returns_) {
    each.add(value / before - 1);
    for (std::uint64_t i = 0; i < idle; ++i) each.add(0);
  }
}

std::optional<double> PerformanceSeries::drawdown() const noexcept {
  if (!(peak_ > 0) || std::isnan(last_)) return std::nullopt;
  return (peak_ - last_) / peak_;
}

PerformanceAnalysis::PerformanceAnalysis(const PerformanceConfig& config, PerformanceMetrics& metrics,
                                         std::size_t account_count,
                                         const std::vector<double>& strategy_capital)
    : config_(config),
      metrics_(metrics),
      capital_(strategy_capital),
      accounts_(account_count, PerformanceSeries(config)),
      strategies_(strategy_capital.size(), PerformanceSeries(config)),
      fees_(strategy_capital.size()) {}

void PerformanceAnalysis::sample(orders::Timestamp time) noexcept {
  sampled_ = time;
  const std::int64_t interval = time.time_since_epoch() / config_.interval;
  periods_ =
      last_interval_ ? static_cast<std::uint64_t>(std::max<std::int64_t>(interval - *last_interval_, 0)) : 0;
  if (!last_interval_ || interval > *last_interval_) last_interval_ = interval;
}

void PerformanceAnalysis::equity(orders::AccountId account, double equity) {
  if (orders::index(account) >= accounts_.size()) return;
  PerformanceSeries& series = accounts_[orders::index(account)];
  series.value(equity, periods_);
  if (periods_ > 0) metrics_.account(account, series.returns());
}

void PerformanceAnalysis::pnl(orders::StrategyId strategy, double pnl) {
  if (orders::index(strategy) >= strategies_.size() || !(capital_[orders::index(strategy)] > 0)) return;
  PerformanceSeries& series = strategies_[orders::index(strategy)];
  series.value(capital_[orders::index(strategy)] + pnl, periods_);
  metrics_.drawdown(strategy, series.drawdown(), series.max_drawdown());
  if (periods_ > 0) metrics_.strategy(strategy, series.returns());
}

void PerformanceAnalysis::traded(orders::AccountId account, const TradeFigures& trade) noexcept {
  if (orders::index(account) >= accounts_.size()) return;
  PerformanceSeries& series = accounts_[orders::index(account)];
  series.traded(trade);
  const TradeTotals& totals = series.trades();
  metrics_.account_trade(account, trade, totals.win_ratio(), totals.profit_factor());
}

void PerformanceAnalysis::traded(orders::StrategyId strategy, const TradeFigures& trade) noexcept {
  if (orders::index(strategy) >= strategies_.size()) return;
  PerformanceSeries& series = strategies_[orders::index(strategy)];
  series.traded(trade);
  const TradeTotals& totals = series.trades();
  metrics_.strategy_trade(strategy, trade, totals.mean(totals.gross_profit - totals.gross_loss));
}

void PerformanceAnalysis::paid_fee(orders::StrategyId strategy, double usd) noexcept {
  if (orders::index(strategy) >= fees_.size() || std::isnan(usd)) return;
  fees_[orders::index(strategy)] += usd;
  metrics_.fees(strategy, fees_[orders::index(strategy)]);
}

}  // namespace vigil::positions
