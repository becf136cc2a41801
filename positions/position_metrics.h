#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"
#include "positions/operation.h"
#include "positions/performance.h"
#include "positions/position.h"

namespace vigil::positions {

namespace metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 2> kOperationLabels{"operation", "status"};
inline constexpr std::array<std::string_view, 3> kPositionsLabels{"operation", "symbol", "status"};
inline constexpr std::array<std::string_view, 2> kAccountSymbolLabels{"account", "symbol"};
inline constexpr std::array<std::string_view, 3> kPositionValueLabels{"account", "symbol", "side"};
inline constexpr std::array<std::string_view, 1> kAccountLabels{"account"};
inline constexpr std::array<std::string_view, 1> kStrategyLabels{"strategy"};
inline constexpr std::array<std::string_view, 2> kStrategyPnlLabels{"strategy", "kind"};
inline constexpr std::array<std::string_view, 1> kSymbolLabels{"symbol"};

/// The bounds of execution_order_duration_seconds.
inline constexpr std::array kOperationBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                             0.05,   0.1,     0.25,   0.5,   1.0,    2.0,   5.0};

inline constexpr MetricDefinition kPositionDuration{
    "execution_position_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "Time to book a fill into its position. A flip is a close and an open, each of the whole duration.",
    kOperationLabels,
    kOperationBounds};
inline constexpr MetricDefinition kPositions{"execution_positions_total", MetricType::Counter, "1",
                                             "Operations on positions: open, modify, close. A flip counts as "
                                             "a close and an open; status=failure changed "
                                             "nothing.",
                                             kPositionsLabels};
inline constexpr MetricDefinition kPositionsOpen{"execution_positions_open_count", MetricType::Gauge, "1",
                                                 "1 while the account holds the symbol, else 0.",
                                                 kAccountSymbolLabels};
inline constexpr MetricDefinition kPositionValue{
    "trading_position_value_usd", MetricType::Gauge, "USD",
    "Value of the position at its mark; negative on side=short. Absent while held without a mark or a rate.",
    kPositionValueLabels};
inline constexpr MetricDefinition kRealizedPnl{"execution_pnl_realized_total", MetricType::Gauge, "USD",
                                               "Realized P&L net of commissions since the start; falls with "
                                               "losses. Other currencies at the present rate.",
                                               kAccountSymbolLabels};
inline constexpr MetricDefinition kGrossProfit{
    "trading_gross_profit_usd_total", MetricType::Counter, "USD",
    "Sum of the P&L of round trips that ended with a gain, commissions included.", kAccountLabels};
inline constexpr MetricDefinition kGrossLoss{
    "trading_gross_loss_usd_total", MetricType::Counter, "USD",
    "Sum of the P&L of round trips that ended with a loss, commissions included, as a positive number.",
    kAccountLabels};
inline constexpr MetricDefinition kUnrealizedPnl{
    "trading_unrealized_pnl_usd", MetricType::Gauge, "USD",
    "P&L of the open position at its mark. Absent while held without a mark or a rate.",
    kAccountSymbolLabels};
inline constexpr MetricDefinition kDailyPnl{"trading_daily_pnl_usd", MetricType::Gauge, "USD",
                                            "Equity less equity at the start of the day (00:00 UTC unless "
                                            "configured). Absent while equity is not known.",
                                            kAccountLabels};
inline constexpr MetricDefinition kStrategyPnl{"trading_strategy_pnl_usd", MetricType::Gauge, "USD",
                                               "P&L of the strategy's own netting positions over all "
                                               "accounts: realized (net of commissions) and unrealized.",
                                               kStrategyPnlLabels};
inline constexpr MetricDefinition kPortfolioValue{"trading_portfolio_value_usd", MetricType::Gauge, "USD",
                                                  "Cash and the signed value of all positions: the account's "
                                                  "equity. Absent while a mark or a rate is missing.",
                                                  kAccountLabels};
inline constexpr MetricDefinition kInitialCapital{"trading_initial_capital_usd", MetricType::Gauge, "USD",
                                                  "Capital the account started with.", kAccountLabels};
inline constexpr MetricDefinition kAccountBalance{"account_balance_usd", MetricType::Gauge, "USD",
                                                  "Initial capital and realized P&L.", kAccountLabels};
inline constexpr MetricDefinition kAccountEquity{
    "account_equity_usd", MetricType::Gauge, "USD",
    "Balance and unrealized P&L. Absent while a mark or a rate is missing.", kAccountLabels};
inline constexpr MetricDefinition kMarginUsed{
    "account_margin_used_usd", MetricType::Gauge, "USD",
    "Sum over positions of |value at the mark| times the instrument's initial margin.", kAccountLabels};
inline constexpr MetricDefinition kMarginAvailable{"account_margin_available_usd", MetricType::Gauge, "USD",
                                                   "Equity less margin used.", kAccountLabels};
inline constexpr MetricDefinition kMarginUsage{
    "account_margin_usage_ratio", MetricType::Gauge, "ratio",
    "Margin used over equity; +Inf where margin is used and equity is not positive.", kAccountLabels};
inline constexpr MetricDefinition kWinRatio{
    "trading_win_ratio", MetricType::Gauge, "ratio",
    "Round trips won over round trips won or lost. Absent before the first.", kStrategyLabels};
inline constexpr MetricDefinition kProfitFactor{
    "trading_profit_factor_ratio", MetricType::Gauge, "ratio",
    "Gross profit over gross loss of the strategy's round trips. Absent without losses.", kStrategyLabels};
inline constexpr MetricDefinition kBreakevenTrades{
    "positions_breakeven_trades_total", MetricType::Counter, "1",
    "Round trips that ended at exactly zero; they are left out of the win ratio.", kStrategyLabels};
inline constexpr MetricDefinition kIdentityResidual{"positions_cash_identity_residual", MetricType::Gauge,
                                                    "1",
                                                    "Sum of |cash + value - realized - unrealized| over the "
                                                    "account's positions, in settlement currencies. Anything "
                                                    "but 0 is a fault in the books.",
                                                    kAccountLabels};
inline constexpr MetricDefinition kMarkAge{
    "positions_mark_age_seconds", MetricType::Gauge, "seconds",
    "Age of the quote that marks positions in the symbol. Absent before the first quote.", kSymbolLabels};
inline constexpr MetricDefinition kMarkStale{
    "positions_mark_stale", MetricType::Gauge, "1",
    "1 while that quote is older than allowed: P&L in the symbol is not to be trusted.", kSymbolLabels};
inline constexpr MetricDefinition kMissingConversion{
    "positions_missing_conversion_total",
    MetricType::Counter,
    "1",
    "Amounts that no rate could convert: a commission booked as 0, a round trip left out of the statistics.",
    {}};
inline constexpr MetricDefinition kRefusedFills{"positions_refused_fills_total",
                                                MetricType::Counter,
                                                "1",
                                                "Fills that changed nothing because a figure did not fit or "
                                                "the fill made no sense. Books and venue differ.",
                                                {}};

}  // namespace metric

/// What is published of an account, in the reporting currency; nothing = absent.
struct AccountFigures {
  std::optional<orders::Money> initial_capital;
  std::optional<orders::Money> balance;
  std::optional<orders::Money> equity;
  std::optional<orders::Money> margin_used;
  std::optional<orders::Money> day_pnl;
};

/// All that positions/ publishes. Money is in the reporting currency. Every series exists from the start; one
/// whose value is not known is absent. Core thread only.
class PositionMetrics {
 public:
  /// Names in the order of their ids.
  PositionMetrics(monitoring::Registry& registry, const std::vector<std::string>& accounts,
                  const std::vector<std::string>& symbols, const std::vector<std::string>& strategies);
  PositionMetrics(const PositionMetrics&) = delete;
  PositionMetrics& operator=(const PositionMetrics&) = delete;
  static void declare(monitoring::Registry& registry);

  // Reported by the portfolio within the event that changed it.
  void booked(orders::InstrumentId instrument, PositionChange change, bool ok) noexcept;
  void refused() noexcept { refused_.add(); }
  void missing_conversion() noexcept { missing_conversion_.add(); }
  void open(orders::AccountId account, orders::InstrumentId instrument, bool held) noexcept;
  void realized(orders::AccountId account, orders::InstrumentId instrument,
                const std::optional<orders::Money>& pnl) noexcept;
  /// `direction`: sign of the quantity held; `value` has that sign (or the opposite at a negative price).
  void marked(orders::AccountId account, orders::InstrumentId instrument, int direction,
              const std::optional<orders::Money>& value,
              const std::optional<orders::Money>& unrealized) noexcept;
  void account(orders::AccountId account, const AccountFigures& figures) noexcept;
  void account_trade(orders::AccountId account, orders::Money pnl) noexcept;
  void residual(orders::AccountId account, double amount) noexcept;
  void strategy(orders::StrategyId strategy, const std::optional<orders::Money>& realized,
                const std::optional<orders::Money>& unrealized) noexcept;
  /// `trades` holds the trade already.
  void strategy_trade(orders::StrategyId strategy, orders::Money pnl, const TradeStatistics& trades) noexcept;
  void mark(orders::InstrumentId instrument, orders::Duration age, bool stale) noexcept;

 private:
  struct Holding {
    monitoring::Gauge open;
    monitoring::Gauge realized;
    monitoring::Gauge unrealized;
    monitoring::Gauge value_long;
    monitoring::Gauge value_short;
  };
  struct Account {
    monitoring::Gauge initial_capital;
    monitoring::Gauge portfolio_value;
    monitoring::Gauge daily_pnl;
    monitoring::Gauge balance;
    monitoring::Gauge equity;
    monitoring::Gauge margin_used;
    monitoring::Gauge margin_available;
    monitoring::Gauge margin_usage;
    monitoring::Gauge residual;
    monitoring::AmountCounter gross_profit;
    monitoring::AmountCounter gross_loss;
  };
  struct Strategy {
    monitoring::Gauge realized;
    monitoring::Gauge unrealized;
    monitoring::Gauge win_ratio;
    monitoring::Gauge profit_factor;
    monitoring::Counter breakeven;
  };
  struct Symbol {
    std::array<std::array<monitoring::Counter, 2>, kOperationCount> operations;  ///< [operation][status]
    monitoring::Gauge mark_age;
    monitoring::Gauge mark_stale;
  };

  [[nodiscard]] Holding& holding(orders::AccountId account, orders::InstrumentId instrument) noexcept;

  std::vector<Holding> holdings_;  ///< accounts x symbols
  std::vector<Account> accounts_;
  std::vector<Strategy> strategies_;
  std::vector<Symbol> symbols_;
  monitoring::Counter missing_conversion_;
  monitoring::Counter refused_;
};

}  // namespace vigil::positions
