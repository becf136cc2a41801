#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/instruments.h"
#include "orders/ids.h"
#include "orders/time.h"
#include "risk/check_type.h"
#include "risk/circuit_breaker.h"
#include "risk/kill_switch.h"
#include "risk/trading_state.h"

namespace vigil::monitoring {
class Registry;
}

namespace vigil::risk {

/// What an account's use of a limit is published under (label limit_type of
/// execution_position_utilization_ratio).
enum class LimitType : std::uint8_t {
  Position,  ///< the instrument that uses most of its max_position
  GrossExposure,
  NetExposure,
  OpenOrders,
  OpenPositions,
  Margin,
  DailyLoss,
  Drawdown,
  MessageRate,
  ValueAtRisk,  ///< at the highest confidence; its limit is that of the day's loss, and it decides nothing
};
inline constexpr std::size_t kLimitTypeCount = static_cast<std::size_t>(LimitType::ValueAtRisk) + 1;
[[nodiscard]] std::string_view to_string(LimitType type) noexcept;  // "max_position", ...

/// Limits in money that rules compare with (label limit_type of risk_manager_limit_usd).
enum class MoneyLimit : std::uint8_t { DailyLoss, Exposure, NetExposure };
inline constexpr std::size_t kMoneyLimitCount = 3;
[[nodiscard]] std::string_view to_string(MoneyLimit limit) noexcept;  // "max_daily_loss", "max_exposure", ...

namespace metric {
using monitoring::MetricDefinition;
using monitoring::MetricType;
inline constexpr std::string_view kCheckTypeLabel[] = {"check_type"};
inline constexpr std::string_view kCheckResultLabels[] = {"check_type", "result"};
inline constexpr std::string_view kFailureLabels[] = {"failure_type", "symbol"};
inline constexpr std::string_view kSymbolLabel[] = {"symbol"};
inline constexpr std::string_view kCalculationLabel[] = {"calculation_type"};
inline constexpr std::string_view kMetricGroupLabel[] = {"metric_group"};
inline constexpr std::string_view kReasonLabel[] = {"reason"};
inline constexpr std::string_view kStateLabel[] = {"state"};
inline constexpr std::string_view kLevelLabel[] = {"level"};
inline constexpr std::string_view kStrategyLabel[] = {"strategy"};
inline constexpr std::string_view kAccountLabel[] = {"account"};
inline constexpr std::string_view kAccountLimitLabels[] = {"account", "limit_type"};
inline constexpr std::string_view kLimitAccountLabels[] = {"limit_type", "account"};
inline constexpr std::string_view kExposureLabels[] = {"account", "exchange", "symbol", "kind"};
inline constexpr std::string_view kVenueExposureLabels[] = {"account", "exchange", "kind"};
inline constexpr std::string_view kExchangeStateLabels[] = {"exchange", "state"};
inline constexpr std::string_view kExchangeTransitionLabels[] = {"exchange", "from_state", "to_state"};
inline constexpr std::string_view kExchangeLabel[] = {"exchange"};
inline constexpr std::string_view kTableLabel[] = {"table"};

inline constexpr double kCheckBounds[] = {5e-06,   1e-05,  2.5e-05, 5e-05, 0.0001,
                                          0.00025, 0.0005, 0.001,   0.005};
inline constexpr double kPositionUpdateBounds[] = {1e-05, 2.5e-05, 5e-05, 0.0001, 0.00025, 0.0005, 0.0025};
inline constexpr double kUpdateLagBounds[] = {1e-05,  2.5e-05, 5e-05, 0.0001, 0.00025,
                                              0.0005, 0.001,   0.002, 0.01};
inline constexpr double kPnlBounds[] = {1e-05, 2.5e-05, 5e-05, 0.0001, 0.00025, 0.0005, 0.001, 0.005};
inline constexpr double kKillSwitchBounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                               0.05,   0.1,     0.25,   0.5,   1,      2,     5};

inline constexpr MetricDefinition kCheckLatency{
    "risk_manager_pretrade_check_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Duration of the pre-trade checks of one order: all of them (all), and on sampled orders single groups",
    kCheckTypeLabel,
    kCheckBounds};
inline constexpr MetricDefinition kPositionUpdateLatency{
    "risk_manager_position_update_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "From a fill's arrival to its position, exposures and limits being up to date",
    kSymbolLabel,
    kPositionUpdateBounds};
inline constexpr MetricDefinition kPnlLatency{
    "risk_manager_pnl_calculation_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Duration of bringing the P&L up to date after a mark or a fill",
    kCalculationLabel,
    kPnlBounds};
inline constexpr MetricDefinition kUpdateLag{"risk_manager_metrics_update_lag_seconds",
                                             MetricType::Histogram,
                                             "seconds",
                                             "From a change of position until the figures of the group are "
                                             "published: within the event that changed it",
                                             kMetricGroupLabel,
                                             kUpdateLagBounds};
inline constexpr MetricDefinition kChecksPerformed{
    "risk_manager_checks_performed_total", MetricType::Counter, "1",
    "Pre-trade checks by group and result; an order stops at the first group that fails", kCheckResultLabels};
inline constexpr MetricDefinition kRiskFailures{
    "risk_manager_risk_failures_total", MetricType::Counter, "1",
    "Refusals and limit breaches by kind; circuit_breaker_triggered counts halts made without an operator",
    kFailureLabels};
inline constexpr MetricDefinition kTradingHalted{
    "execution_trading_halted", MetricType::Gauge, "1",
    "1 while trading is halted for this reason; latched until an operator resumes", kReasonLabel};
inline constexpr MetricDefinition kFalsePositives{"risk_manager_circuit_breaker_false_positives_total",
                                                  MetricType::Counter,
                                                  "1",
                                                  "Halts that an operator has marked as false positives",
                                                  {}};
inline constexpr MetricDefinition kLimitUsd{
    "risk_manager_limit_usd", MetricType::Gauge, "USD",
    "Configured limit in the reporting currency; absent where none is set", kLimitAccountLabels};
inline constexpr MetricDefinition kLimitOpenPositions{
    "risk_manager_limit_open_positions", MetricType::Gauge, "1",
    "Configured maximum of open positions; absent where none is set", kAccountLabel};
inline constexpr MetricDefinition kUtilization{
    "execution_position_utilization_ratio", MetricType::Gauge, "ratio",
    "Used part of a limit, working orders at their worst; absent where no limit is set", kAccountLimitLabels};
inline constexpr MetricDefinition kExposure{"execution_risk_exposure_notional", MetricType::Gauge, "USD",
                                            "Open position at the mid in the reporting currency: signed "
                                            "(net) and by size (gross); positions net over "
                                            "venues, so exchange is all; absent without a mark",
                                            kExposureLabels};
inline constexpr MetricDefinition kRiskScore{
    "risk_manager_risk_score", MetricType::Gauge, "1",
    "100 * the largest execution_position_utilization_ratio of the account: 100 = a limit is used up, or the "
    "value at risk is as large as the loss that a day may bring; absent where no limit is set",
    kAccountLabel};
inline constexpr MetricDefinition kVenueExposure{
    "risk_manager_venue_exposure_usd", MetricType::Gauge, "USD",
    "What was bought less what was sold at the venue, at the mid in the reporting currency: signed (net), "
    "and "
    "by size of each symbol (gross); absent where a mark or a rate is missing",
    kVenueExposureLabels};
inline constexpr MetricDefinition kStopTriggers{
    "risk_manager_stop_loss_triggers_total", MetricType::Counter, "1",
    "Stop and stop-limit orders whose stop price was reached", kSymbolLabel};
inline constexpr MetricDefinition kDrawdown{"risk_manager_drawdown_ratio", MetricType::Gauge, "ratio",
                                            "(peak equity - equity) / peak equity", kAccountLabel};
inline constexpr MetricDefinition kMaxDrawdown{"risk_manager_max_drawdown_ratio", MetricType::Gauge, "ratio",
                                               "Largest drawdown so far", kAccountLabel};
inline constexpr MetricDefinition kBreakerState{
    .name = "circuit_breaker_state",
    .type = MetricType::Gauge,
    .unit = "1",
    .help = "1 for the state that the venue's circuit breaker is in",
    .labels = kExchangeStateLabels,
    .states = kBreakerStateNames};
inline constexpr MetricDefinition kBreakerTransitions{
    "circuit_breaker_transitions_total", MetricType::Counter, "1",
    "Changes of state of the venue's circuit breaker", kExchangeTransitionLabels};
inline constexpr MetricDefinition kBreakerRejections{"circuit_breaker_rejections_total", MetricType::Counter,
                                                     "1", "Calls that the venue's circuit breaker refused",
                                                     kExchangeLabel};
// Beyond the catalogue:
inline constexpr MetricDefinition kVenuePaused{"risk_venue_paused", MetricType::Gauge, "1",
                                               "1 while a person or an alert keeps new orders off the venue",
                                               kExchangeLabel};
inline constexpr MetricDefinition kTradingState{.name = "risk_trading_state",
                                                .type = MetricType::Gauge,
                                                .unit = "1",
                                                .help = "1 for the trading state in force",
                                                .labels = kStateLabel,
                                                .states = kTradingStateNames};
inline constexpr MetricDefinition kKillSwitchEngaged{"risk_kill_switch_engaged", MetricType::Gauge, "1",
                                                     "Kill switches engaged at this level", kLevelLabel};
inline constexpr MetricDefinition kKillSwitchDuration{
    "risk_kill_switch_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "From the trigger of a kill switch to the last cancel acknowledged",
    {},
    kKillSwitchBounds};
inline constexpr MetricDefinition kStrategyEnabled{"risk_strategy_enabled", MetricType::Gauge, "1",
                                                   "0 while the strategy may not send orders",
                                                   kStrategyLabel};
inline constexpr MetricDefinition kForgottenEarly{
    "risk_window_entries_forgotten_total", MetricType::Counter, "1",
    "Entries that left a bounded window before their time because it was full", kTableLabel};
}  // namespace metric

/// Every metric of this module, with all series made at construction (counters at 0). Methods report events;
/// the core thread calls them.
class RiskMetrics {
 public:
  RiskMetrics(monitoring::Registry& registry, std::span<const std::string> accounts,
              std::span<const std::string> symbols, std::span<const std::string> venues,
              std::span<const std::string> strategies);

  // From the caller, which owns the clock:
  /// All pre-trade checks of one order.
  void pre_trade_took(orders::Duration duration) noexcept;
  /// Bringing unrealized P&L up to date after a mark. (UpdateTimes has what follows a fill.)
  void unrealized_pnl_took(orders::Duration duration) noexcept;
  /// An operator closes a halt as a false positive.
  void false_positive() noexcept { false_positives_.add(); }

  // From the risk manager:
  void checked(CheckType type, bool passed) noexcept {
    (passed ? passed_ : failed_)[static_cast<std::size_t>(type)].add();
  }
  void check_timed(CheckType type, orders::Duration duration) noexcept;
  /// kNoInstrument and unknown ones count under symbol "other".
  void failed(FailureType type, orders::InstrumentId instrument) noexcept;
  void trading_state(TradingState state, HaltReason reason, bool firm_killed) noexcept;
  void kill_switches(KillScope::Level level, std::size_t engaged) noexcept;
  void kill_completed(orders::Duration duration) noexcept;
  void strategy_enabled(orders::StrategyId strategy, bool enabled) noexcept;
  void breaker_moved(orders::VenueId venue, BreakerState from, BreakerState to) noexcept;
  void breaker_refused(orders::VenueId venue) noexcept;
  void venue_paused(orders::VenueId venue, bool paused) noexcept;
  /// Nothing = no such limit, or no figure to compare it with.
  void utilization(orders::AccountId account, LimitType type, std::optional<double> ratio) noexcept;
  void utilization(orders::AccountId account, LimitType type, double ratio) noexcept {
    accounts_[orders::index(account)].utilization[static_cast<std::size_t>(type)].set(ratio);
  }
  void money_limit(orders::AccountId account, MoneyLimit limit, std::optional<double> amount) noexcept;
  void open_positions_limit(orders::AccountId account, std::optional<std::uint32_t> limit) noexcept;
  /// Signed value in the reporting currency; nothing when it is not known.
  void exposure(orders::AccountId account, orders::InstrumentId instrument,
                std::optional<double> net) noexcept;
  /// Signed, and the sum of sizes, in the reporting currency; nothing when they are not known.
  void venue_exposure(orders::AccountId account, orders::VenueId venue, std::optional<double> net,
                      std::optional<double> gross) noexcept;
  void risk_score(orders::AccountId account, std::optional<double> score) noexcept;
  void stop_triggered(orders::InstrumentId instrument) noexcept;
  void drawdown(orders::AccountId account, double now, double largest) noexcept;
  /// Totals so far; the counters follow.
  void windows_forgot(std::uint64_t duplicates, std::uint64_t executions) noexcept;

 private:
  struct AccountHandles {
    std::array<monitoring::Gauge, kLimitTypeCount> utilization;
    std::array<monitoring::Gauge, kMoneyLimitCount> money_limits;
    monitoring::Gauge open_positions_limit;
    monitoring::Gauge risk_score;
    monitoring::Gauge drawdown;
    monitoring::Gauge max_drawdown;
  };
  struct VenueHandles {
    monitoring::StateSet state;
    std::array<std::array<monitoring::Counter, kBreakerStateCount>, kBreakerStateCount> transitions;
    monitoring::Counter rejections;
    monitoring::Gauge paused;
  };
  struct ExposureHandles {
    monitoring::Gauge net;
    monitoring::Gauge gross;
  };
  static constexpr std::size_t kTimedChecks = 4;  ///< all, position_limit, exposure_limit, circuit_breaker

  [[nodiscard]] std::size_t symbol_place(orders::InstrumentId instrument) const noexcept;

  std::size_t symbol_count_ = 0;  ///< the place after the last symbol is "other"
  std::array<monitoring::Histogram, kTimedChecks> check_latency_;
  monitoring::Histogram unrealized_pnl_latency_;
  std::array<monitoring::Counter, kCheckTypeCount> passed_;
  std::array<monitoring::Counter, kCheckTypeCount> failed_;
  std::vector<monitoring::Counter> failures_;  ///< by failure type, then symbol
  std::array<monitoring::Gauge, kHaltReasonCount> halted_;
  monitoring::Counter false_positives_;
  monitoring::StateSet trading_state_;
  std::array<monitoring::Gauge, kKillLevelCount> kill_switches_;
  monitoring::Histogram kill_duration_;
  std::vector<monitoring::Gauge> strategies_;
  std::vector<AccountHandles> accounts_;
  std::vector<ExposureHandles> exposures_;          ///< by account, then symbol
  std::vector<ExposureHandles> venue_exposures_;    ///< by account, then venue
  std::vector<monitoring::Counter> stop_triggers_;  ///< by symbol
  std::vector<VenueHandles> venues_;
  monitoring::Counter duplicates_forgotten_;
  monitoring::Counter executions_forgotten_;
};

}  // namespace vigil::risk
