#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/activity.h"
#include "engine/analysis/analysis_config.h"
#include "engine/analysis/day_notes.h"
#include "engine/analysis/market_study.h"
#include "engine/analysis/value_curve.h"
#include "monitoring/metrics/registry.h"
#include "orders/execution_analysis.h"
#include "positions/performance_analysis.h"

namespace vigil::engine {

struct EngineConfig;

/// Curves of all accounts (equity, base currency) and strategies (P&L, reporting currency).
struct ValueCurves {
  std::vector<ValueCurve> accounts;
  std::vector<ValueCurve> strategies;

  ValueCurves(std::size_t account_count, std::size_t strategy_count, orders::Duration width)
      : accounts(account_count, ValueCurve(width)), strategies(strategy_count, ValueCurve(width)) {}
  template <typename Wire>
  void state(Wire& wire) {
    wire(accounts);
    wire(strategies);
  }
};

/// What is computed of one session alone, and the reports of those that ended last. Told of the same notes as
/// the analysis it belongs to; publishes no metrics.
///
/// A fill whose markout horizon reaches over the roll counts, for that horizon, in the session in which it is
/// reached; an order that works over the roll counts in the one in which it ends. One thread.
class DayBook {
 public:
  /// Days that have ended, as JSON. The newest; beyond kMostEnded the oldest goes.
  struct Ended {
    std::int64_t session = 0;
    std::string report;
  };
  static constexpr std::size_t kMostEnded = 4;
  static constexpr std::size_t kMostAlerts = 200;
  static constexpr std::size_t kMostReportBytes = std::size_t{64} << 20U;

  /// What the analysis had computed when a session began or ended, of all since the start.
  struct Computed {
    const orders::ExecutionAnalysis& execution;
    const MarketStudy& market;
  };
  struct Names {
    const std::vector<std::string>& venues;
    const std::vector<std::string>& accounts;
    const std::vector<std::string>& strategies;
    const std::vector<double>& strategy_capital;
    const positions::PerformanceMetrics::Bounds& bounds;
  };
  /// The configuration outlives it. `nothing`: execution quality before the first note.
  DayBook(const EngineConfig& config, const AnalysisConfig& analysis, const Names& names,
          const orders::ExecutionFigures& nothing);

  void filled(const orders::FillNote& fill);
  void ended(const orders::OrderEndNote& order) noexcept { activity_.add(order); }
  void outcome(const OrderOutcome& outcome) noexcept { activity_.add(outcome); }
  void alert(const AlertMark& mark);
  void traded(bool is_strategy, std::uint16_t id, const positions::TradeFigures& figures) noexcept;
  void sample(orders::Timestamp time) noexcept;
  void value(bool is_strategy, std::uint16_t id, double value);

  // At the roll, in this order; `day` ends what was and begins what comes.
  void mark(const positions::AccountView& account) { closing_.accounts.push_back(account); }
  void mark(const positions::PositionView& position) { closing_.positions.push_back(position); }
  void mark(const LimitsMark& limits) { closing_.limits.push_back(limits); }
  void mark(const LossMark& loss);
  void mark(const StrategyMark& strategy);
  void mark(const DayMark& day, const Computed& computed);

  /// The session that goes on; nothing before the first mark.
  [[nodiscard]] std::optional<std::int64_t> session() const noexcept { return session_; }
  /// When what is known of it begins: the roll, or later where the engine was not there yet.
  [[nodiscard]] orders::Timestamp begin() const noexcept { return begin_; }
  /// The engine's first session, which it did not see from its beginning.
  [[nodiscard]] bool is_partial() const noexcept { return is_partial_; }
  /// Notes of the session that ends that found no room.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }
  /// Of the session is what came after it.
  [[nodiscard]] const orders::ExecutionFigures& executions_at_begin() const noexcept {
    return executions_at_begin_;
  }
  [[nodiscard]] const positions::PerformanceAnalysis& performance() const noexcept { return *performance_; }
  [[nodiscard]] const ValueCurves& curves() const noexcept { return curves_; }
  [[nodiscard]] const Activity& activity() const noexcept { return activity_; }
  [[nodiscard]] const std::vector<AlertMark>& alerts() const noexcept { return alerts_; }
  /// That fired, those beyond kMostAlerts included.
  [[nodiscard]] std::uint64_t alert_count() const noexcept { return alert_count_; }
  [[nodiscard]] const std::vector<std::optional<orders::Money>>& equity_at_begin() const noexcept {
    return equity_at_begin_;
  }
  [[nodiscard]] const std::vector<std::optional<orders::Money>>& pnl_at_begin() const noexcept {
    return pnl_at_begin_;
  }
  /// By strategy, then state of the market.
  [[nodiscard]] const std::vector<double>& regimes_at_begin() const noexcept { return regimes_at_begin_; }
  /// The oldest first.
  [[nodiscard]] const std::vector<Ended>& ended_days() const noexcept { return ended_; }

  template <typename Wire>
  void state(Wire& wire);

 private:
  void begin_anew(const DayMark& day, const Computed& computed);
  template <typename Wire>
  void ended_state(Wire& wire);

  const EngineConfig& config_;
  orders::Duration width_;
  positions::PerformanceConfig performance_config_;
  std::vector<double> capital_;
  monitoring::Registry silence_{false};  ///< for what is published nowhere
  positions::PerformanceMetrics performance_metrics_;
  orders::ExecutionFigures executions_at_begin_;
  std::optional<positions::PerformanceAnalysis> performance_;  ///< always there; made anew for each session
  ValueCurves curves_;
  Activity activity_;
  std::vector<AlertMark> alerts_;
  std::uint64_t alert_count_ = 0;
  std::optional<std::int64_t> session_;
  orders::Timestamp begin_{};
  orders::Timestamp sampled_{};
  bool is_partial_ = false;
  std::vector<std::optional<orders::Money>> equity_at_begin_;
  std::vector<std::optional<orders::Money>> pnl_at_begin_;
  std::vector<double> regimes_at_begin_;
  std::vector<Ended> ended_;
  Closing closing_;                   ///< between the first note of a roll and its last
  std::uint64_t dropped_ = 0;         ///< only while a day is being ended
  std::uint64_t dropped_before_ = 0;  ///< of this process, when the session began
};

template <typename Wire>
void DayBook::ended_state(Wire& wire) {
  auto count = static_cast<std::uint32_t>(ended_.size());
  wire(count);
  if constexpr (Wire::kReads) {
    if (count > kMostEnded) return wire.fail();
    ended_.assign(count, {});
  }
  for (Ended& day : ended_) {
    wire(day.session);
    auto size = static_cast<std::uint32_t>(day.report.size());
    wire(size);
    if constexpr (Wire::kReads) {
      if (size > kMostReportBytes) return wire.fail();
      day.report = wire.bytes(size);
    } else {
      wire.bytes(day.report);
    }
  }
}

template <typename Wire>
void DayBook::state(Wire& wire) {
  wire(executions_at_begin_);
  wire(*performance_);
  wire(curves_);
  wire(activity_);
  std::uint32_t alerts = static_cast<std::uint32_t>(alerts_.size());
  wire(alerts);
  if constexpr (Wire::kReads) {
    if (alerts > kMostAlerts) return wire.fail();
    alerts_.assign(alerts, {});
  }
  for (AlertMark& mark : alerts_) {
    wire(mark.time);
    mark.alert.state_of(wire);
  }
  wire(alert_count_);
  wire(session_);
  wire(begin_);
  wire(sampled_);
  wire(is_partial_);
  wire(equity_at_begin_);
  wire(pnl_at_begin_);
  wire(regimes_at_begin_);
  ended_state(wire);
}

}  // namespace vigil::engine
