#include "engine/analysis/day_book.h"

#include <utility>

#include "engine/analysis/session_day.h"
#include "engine/config/engine_config.h"
#include "engine/output/day_report.h"
#include "engine/output/report_parts.h"

namespace vigil::engine {
namespace {

/// Of a day there are no windows but all of it.
positions::PerformanceConfig of_a_day(positions::PerformanceConfig config) {
  config.windows.clear();
  return config;
}

double as_double(const std::optional<orders::Money>& money) noexcept {
  return money ? money->to_double() : ValueCurve::kUnknown;
}

}  // namespace

DayBook::DayBook(const EngineConfig& config, const AnalysisConfig& analysis, const Names& names,
                 const orders::ExecutionFigures& nothing)
    : config_(config),
      width_(analysis.sample_interval),
      performance_config_(of_a_day(analysis.performance)),
      capital_(names.strategy_capital),
      performance_metrics_(silence_, names.accounts, names.strategies, {"all"}, names.bounds),
      executions_at_begin_(nothing),
      performance_(std::in_place, performance_config_, performance_metrics_, names.accounts.size(), capital_),
      curves_(names.accounts.size(), names.strategies.size(), width_),
      activity_(names.venues.size()),
      equity_at_begin_(names.accounts.size()),
      pnl_at_begin_(names.strategies.size()),
      regimes_at_begin_(names.strategies.size() * MarketStudy::kStates) {}

void DayBook::filled(const orders::FillNote& fill) {
  performance_->paid_fee(fill.order.strategy, fill.fee_usd);
  activity_.add(fill);
}

void DayBook::alert(const AlertMark& mark) {
  if (mark.alert.state != AlertNote::State::Firing) return;
  ++alert_count_;
  if (alerts_.size() < kMostAlerts) alerts_.push_back(mark);
}

void DayBook::traded(bool is_strategy, std::uint16_t id, const positions::TradeFigures& figures) noexcept {
  if (is_strategy) return performance_->traded(static_cast<orders::StrategyId>(id), figures);
  performance_->traded(static_cast<orders::AccountId>(id), figures);
}

void DayBook::sample(orders::Timestamp time) noexcept {
  sampled_ = time;
  performance_->sample(time);
}

void DayBook::value(bool is_strategy, std::uint16_t id, double value) {
  if (is_strategy) {
    performance_->pnl(static_cast<orders::StrategyId>(id), value);
    curves_.strategies[id].add(sampled_, value);
  } else {
    performance_->equity(static_cast<orders::AccountId>(id), value);
    curves_.accounts[id].add(sampled_, value);
  }
}

void DayBook::mark(const LossMark& loss) {
  auto& losses = loss.is_stress ? closing_.stresses : closing_.losses;
  losses.push_back({loss.account, loss.place, loss.value, loss.expected});
}

void DayBook::mark(const StrategyMark& strategy) {
  closing_.strategies.resize(pnl_at_begin_.size());
  closing_.strategies[orders::index(strategy.strategy)] = strategy.pnl;
}

void DayBook::mark(const DayMark& day, const Computed& computed) {
  closing_.scenarios_at = day.scenarios_at;
  closing_.scenarios = day.scenarios;
  closing_.strategies.resize(pnl_at_begin_.size());
  if (session_) {
    const orders::Timestamp end = begin_of_session(*session_ + 1, config_.session_end);
    sample(end);
    for (const positions::AccountView& account : closing_.accounts)
      value(false, static_cast<std::uint16_t>(account.account), as_double(account.equity));
    for (std::size_t i = 0; i < closing_.strategies.size(); ++i)
      value(true, static_cast<std::uint16_t>(i), as_double(closing_.strategies[i]));
    dropped_ = day.dropped - dropped_before_;
    if (ended_.size() == kMostEnded) ended_.erase(ended_.begin());
    ended_.push_back(
        {*session_, report_text(day_report_json(config_, *this, closing_, computed, end, true))});
    dropped_ = 0;
  }
  begin_anew(day, computed);
}

void DayBook::begin_anew(const DayMark& day, const Computed& computed) {
  is_partial_ = !session_;
  session_ = day.session;
  begin_ = is_partial_ ? day.time : begin_of_session(day.session, config_.session_end);
  dropped_before_ = day.dropped;
  executions_at_begin_ = computed.execution.figures();
  performance_.emplace(performance_config_, performance_metrics_, equity_at_begin_.size(), capital_);
  curves_ = ValueCurves(equity_at_begin_.size(), pnl_at_begin_.size(), width_);
  activity_ = Activity(activity_.venue_count);
  alerts_.clear();
  alert_count_ = 0;
  equity_at_begin_.assign(equity_at_begin_.size(), std::nullopt);
  for (const positions::AccountView& account : closing_.accounts)
    equity_at_begin_[orders::index(account.account)] = account.equity;
  pnl_at_begin_ = closing_.strategies;
  for (std::size_t i = 0; i < pnl_at_begin_.size(); ++i) {
    for (std::size_t state = 0; state < MarketStudy::kStates; ++state) {
      regimes_at_begin_[i * MarketStudy::kStates + state] =
          computed.market.regime_pnl(static_cast<orders::StrategyId>(i), state);
    }
  }
  closing_.clear();
}

}  // namespace vigil::engine
