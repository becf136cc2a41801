#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "orders/ids.h"
#include "orders/time.h"
#include "positions/performance_metrics.h"
#include "positions/returns.h"

namespace vigil::positions {

struct PerformanceConfig {
  orders::Duration interval = std::chrono::minutes{1};  ///< of returns
  std::vector<orders::Duration> windows = {std::chrono::hours{1}, std::chrono::hours{24}};
  double risk_free_rate = 0;             ///< a year
  double minimum_acceptable_return = 0;  ///< a year
  /// The time in a year in which there are returns: a year of 252 days of 6.5 hours has 1638 hours.
  orders::Duration trading_year = std::chrono::hours{8766};

  [[nodiscard]] ReturnBenchmark benchmark() const noexcept;
  [[nodiscard]] std::size_t periods_of(orders::Duration window) const noexcept {
    return static_cast<std::size_t>(std::max<std::int64_t>(window / interval, 1));
  }
};

/// Of a strategy or an account, since the start.
struct TradeTotals {
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  std::uint64_t breakeven = 0;
  double gross_profit = 0;
  double gross_loss = 0;  ///< positive
  double held_seconds = 0;
  double adverse = 0;
  double favourable = 0;

  void add(const TradeFigures& trade) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return wins + losses + breakeven; }
  [[nodiscard]] std::optional<double> win_ratio() const noexcept;
  [[nodiscard]] std::optional<double> profit_factor() const noexcept;
  [[nodiscard]] std::optional<double> mean(double sum) const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(wins);
    wire(losses);
    wire(breakeven);
    wire(gross_profit);
    wire(gross_loss);
    wire(held_seconds);
    wire(adverse);
    wire(favourable);
  }
};

/// One strategy or account: its value at whole intervals, and its trades.
class PerformanceSeries {
 public:
  explicit PerformanceSeries(const PerformanceConfig& config);

  /// What it is worth; NaN: not known. `periods`: whole intervals that have ended since the value before, 0
  /// within one. In those but the first nothing happened.
  void value(double value, std::uint64_t periods);
  void traded(const TradeFigures& trade) noexcept { trades_.add(trade); }

  /// By window, and all of them last.
  [[nodiscard]] const std::vector<Returns>& returns() const noexcept { return returns_; }
  [[nodiscard]] const TradeTotals& trades() const noexcept { return trades_; }
  /// (peak - value) / peak; nothing before a positive value.
  [[nodiscard]] std::optional<double> drawdown() const noexcept;
  [[nodiscard]] double max_drawdown() const noexcept { return max_drawdown_; }

  template <typename Wire>
  void state(Wire& wire) {
    // There may be other windows now.
    if constexpr (Wire::kReads) {
      std::uint32_t count = 0;
      wire(count);
      for (std::uint32_t i = 0; i < count && !wire.has_failed(); ++i) {
        Returns spare = returns_.back();
        wire(i + 1 == count ? returns_.back() : i + 1 < returns_.size() ? returns_[i] : spare);
      }
    } else {
      wire(static_cast<std::uint32_t>(returns_.size()));
      for (Returns& each : returns_) wire(each);
    }
    wire(trades_);
    wire(base_);
    wire(has_base_);
    wire(last_);
    wire(peak_);
    wire(max_drawdown_);
  }

 private:
  std::vector<Returns> returns_;
  TradeTotals trades_;
  double base_ = kUnknown;  ///< at the end of the last interval
  bool has_base_ = false;
  double last_ = kUnknown;
  double peak_ = 0;
  double max_drawdown_ = 0;

  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
};

/// Risk-adjusted returns, drawdowns and trades by strategy and account. Told of values at whole intervals and
/// of trades in their order. A return is value / value before - 1: of an account its equity, of a strategy
/// its capital and P&L. One thread.
class PerformanceAnalysis {
 public:
  /// `strategy_capital` by StrategyId, in the reporting currency; 0: none, so no returns.
  PerformanceAnalysis(const PerformanceConfig& config, PerformanceMetrics& metrics, std::size_t account_count,
                      const std::vector<double>& strategy_capital);

  /// Values that follow are those at `time`.
  void sample(orders::Timestamp time) noexcept;
  /// In the base currency; NaN: not known.
  void equity(orders::AccountId account, double equity);
  /// In the reporting currency; NaN: not known.
  void pnl(orders::StrategyId strategy, double pnl);
  void traded(orders::AccountId account, const TradeFigures& trade) noexcept;
  void traded(orders::StrategyId strategy, const TradeFigures& trade) noexcept;
  void paid_fee(orders::StrategyId strategy, double usd) noexcept;

  [[nodiscard]] const PerformanceConfig& config() const noexcept { return config_; }
  /// Of the last values.
  [[nodiscard]] orders::Timestamp as_of() const noexcept { return sampled_; }
  [[nodiscard]] const std::vector<PerformanceSeries>& accounts() const noexcept { return accounts_; }
  [[nodiscard]] const std::vector<PerformanceSeries>& strategies() const noexcept { return strategies_; }
  [[nodiscard]] const std::vector<double>& fees() const noexcept { return fees_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(accounts_);
    wire(strategies_);
    wire(fees_);
    wire(sampled_);
    wire(last_interval_);
    wire(periods_);
  }

 private:
  PerformanceConfig config_;
  PerformanceMetrics& metrics_;
  std::vector<double> capital_;  ///< by StrategyId
  std::vector<PerformanceSeries> accounts_;
  std::vector<PerformanceSeries> strategies_;
  std::vector<double> fees_;  ///< by StrategyId, USD less rebates
  orders::Timestamp sampled_{};
  std::optional<std::int64_t> last_interval_;  ///< number of the last one that has ended
  std::uint64_t periods_ = 0;                  ///< that ended with the last sample
};

}  // namespace vigil::positions
