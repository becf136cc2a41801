#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/ids.h"
#include "orders/time.h"
#include "positions/returns.h"

namespace vigil::positions {

/// A round trip that has ended; money in the reporting currency, excursions positive.
struct TradeFigures {
  double pnl = 0;  ///< commissions included
  orders::Duration held{};
  double adverse = 0;     ///< MAE
  double favourable = 0;  ///< MFE
};

namespace metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 2> kStrategyWindowLabels{"strategy", "window"};
inline constexpr std::array<std::string_view, 2> kAccountWindowLabels{"account", "window"};
inline constexpr std::array<std::string_view, 1> kOfStrategy{"strategy"};
inline constexpr std::array<std::string_view, 1> kOfAccount{"account"};

inline constexpr MetricDefinition kSharpe{
    "trading_sharpe_ratio", MetricType::Gauge, "1",
    "(mean return - risk-free rate) / standard deviation (n - 1) * sqrt(periods a year), of the strategy's "
    "returns on its capital per performance.interval, the last ones of the window or all. Absent before two "
    "returns and while they do not deviate.",
    kStrategyWindowLabels};
inline constexpr MetricDefinition kSortino{
    "trading_sortino_ratio", MetricType::Gauge, "1",
    "(mean return - MAR) / sqrt(sum of min(r - MAR, 0)^2 / n) * sqrt(periods a year), of the same returns. "
    "Absent while none is below the MAR.",
    kStrategyWindowLabels};
inline constexpr MetricDefinition kAccountSharpe{"account_sharpe_ratio", MetricType::Gauge, "1",
                                                 "As trading_sharpe_ratio, of the account's equity.",
                                                 kAccountWindowLabels};
inline constexpr MetricDefinition kAccountSortino{"account_sortino_ratio", MetricType::Gauge, "1",
                                                  "As trading_sortino_ratio, of the account's equity.",
                                                  kAccountWindowLabels};
inline constexpr MetricDefinition kStrategyDrawdown{
    "trading_drawdown_ratio", MetricType::Gauge, "ratio",
    "(peak - value) / peak of the strategy's capital and P&L, seen once a second.", kOfStrategy};
inline constexpr MetricDefinition kStrategyMaxDrawdown{"trading_max_drawdown_ratio", MetricType::Gauge,
                                                       "ratio", "The largest of them since the start.",
                                                       kOfStrategy};
inline constexpr MetricDefinition kTradeDuration{
    "trading_trade_duration_seconds", MetricType::Histogram, "seconds",
    "Holding time of the strategy's round trips, from the first fill to the one that closed it.",
    kOfStrategy};
inline constexpr MetricDefinition kTradePnl{
    .name = "trading_trade_pnl_usd",
    .type = MetricType::Histogram,
    .unit = "USD",
    .help = "P&L of the strategy's round trips, commissions included. The sum can fall.",
    .labels = kOfStrategy,
    .signed_values = true};
inline constexpr MetricDefinition kTradeAdverse{
    "trading_trade_adverse_excursion_usd", MetricType::Histogram, "USD",
    "The worst that each of the strategy's round trips stood at while it was open (MAE), as a positive "
    "number; 0 = never below 0.",
    kOfStrategy};
inline constexpr MetricDefinition kTradeFavourable{
    "trading_trade_favourable_excursion_usd", MetricType::Histogram, "USD",
    "The best that each of the strategy's round trips stood at while it was open (MFE); 0 = never above 0.",
    kOfStrategy};
inline constexpr MetricDefinition kTradeMean{
    "trading_trade_pnl_mean_usd", MetricType::Gauge, "USD",
    "Mean P&L of the strategy's round trips since the start, commissions included.", kOfStrategy};
inline constexpr MetricDefinition kStrategyFees{
    "trading_strategy_fees_usd", MetricType::Gauge, "USD",
    "Commissions of the strategy's fills less rebates, since the start.", kOfStrategy};
inline constexpr MetricDefinition kAccountWinRatio{
    "account_win_ratio", MetricType::Gauge, "ratio",
    "The account's round trips won over round trips won or lost. Absent before the first.", kOfAccount};
inline constexpr MetricDefinition kAccountProfitFactor{
    "account_profit_factor_ratio", MetricType::Gauge, "ratio",
    "Gross profit over gross loss of the account's round trips. Absent without losses.", kOfAccount};
inline constexpr MetricDefinition kAccountTradeDuration{
    "account_trade_duration_seconds", MetricType::Histogram, "seconds",
    "Holding time of the account's round trips.", kOfAccount};
inline constexpr MetricDefinition kAccountTradePnl{
    .name = "account_trade_pnl_usd",
    .type = MetricType::Histogram,
    .unit = "USD",
    .help = "P&L of the account's round trips, commissions included. The sum can fall.",
    .labels = kOfAccount,
    .signed_values = true};
inline constexpr MetricDefinition kAccountAdverse{
    "account_trade_adverse_excursion_usd", MetricType::Histogram, "USD",
    "The worst that each of the account's round trips stood at while it was open (MAE), positive.",
    kOfAccount};
inline constexpr MetricDefinition kAccountFavourable{
    "account_trade_favourable_excursion_usd", MetricType::Histogram, "USD",
    "The best that each of the account's round trips stood at while it was open (MFE).", kOfAccount};

inline constexpr std::array kPerformanceAll{&kTradeDuration,
                                            &kTradePnl,
                                            &kSharpe,
                                            &kSortino,
                                            &kAccountSharpe,
                                            &kAccountSortino,
                                            &kStrategyDrawdown,
                                            &kStrategyMaxDrawdown,
                                            &kTradeAdverse,
                                            &kTradeFavourable,
                                            &kTradeMean,
                                            &kStrategyFees,
                                            &kAccountWinRatio,
                                            &kAccountProfitFactor,
                                            &kAccountTradeDuration,
                                            &kAccountTradePnl,
                                            &kAccountAdverse,
                                            &kAccountFavourable};

}  // namespace metric

/// The series of performance. Publishes what it is told. One thread.
class PerformanceMetrics {
 public:
  /// Bounds come from the configuration: those of excursions are the ones of trade P&L from 0 on.
  struct Bounds {
    std::vector<double> trade_duration_seconds;
    std::vector<double> trade_pnl_usd;
  };
  /// `windows`: what the label says of each, the last one for all returns.
  PerformanceMetrics(monitoring::Registry& registry, const std::vector<std::string>& accounts,
                     const std::vector<std::string>& strategies, const std::vector<std::string>& windows,
                     const Bounds& bounds);
  static void declare(monitoring::Registry& registry);

  /// `returns`: by window.
  void account(orders::AccountId account, const std::vector<Returns>& returns) noexcept;
  void strategy(orders::StrategyId strategy, const std::vector<Returns>& returns) noexcept;
  void drawdown(orders::StrategyId strategy, std::optional<double> now, double largest) noexcept;
  void account_trade(orders::AccountId account, const TradeFigures& trade, std::optional<double> win_ratio,
                     std::optional<double> profit_factor) noexcept;
  void strategy_trade(orders::StrategyId strategy, const TradeFigures& trade,
                      std::optional<double> mean_pnl) noexcept;
  void fees(orders::StrategyId strategy, double usd) noexcept;

 private:
  struct Ratios {
    monitoring::Gauge sharpe;
    monitoring::Gauge sortino;
  };
  struct Account {
    std::vector<Ratios> ratios;
    monitoring::Gauge win_ratio;
    monitoring::Gauge profit_factor;
    monitoring::Histogram duration;
    monitoring::Histogram pnl;
    monitoring::Histogram adverse;
    monitoring::Histogram favourable;
  };
  struct Strategy {
    std::vector<Ratios> ratios;
    monitoring::Gauge drawdown;
    monitoring::Gauge max_drawdown;
    monitoring::Gauge mean_pnl;
    monitoring::Gauge fees;
    monitoring::Histogram duration;
    monitoring::Histogram pnl;
    monitoring::Histogram adverse;
    monitoring::Histogram favourable;
  };
  static void publish(std::vector<Ratios>& series, const std::vector<Returns>& returns) noexcept;

  std::vector<Account> accounts_;
  std::vector<Strategy> strategies_;
};

}  // namespace vigil::positions
