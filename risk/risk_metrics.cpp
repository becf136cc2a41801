#include "risk/risk_metrics.h"

#include <cassert>
#include <cmath>

#include "monitoring/metrics/registry.h"

namespace vigil::risk {

using monitoring::Counter;
using monitoring::Registry;
using orders::AccountId;
using orders::Duration;
using orders::InstrumentId;
using orders::StrategyId;
using orders::VenueId;

namespace {

constexpr std::string_view kOther = "other";
/// Positions net over venues, so their exposure cannot be told apart by venue.
constexpr std::string_view kAllExchanges = "all";

template <typename Enum>
constexpr std::size_t place(Enum value) noexcept {
  return static_cast<std::size_t>(value);
}

void follow(Counter& counter, std::uint64_t total) noexcept {
  const std::uint64_t counted = counter.value();
  if (total > counted) counter.add(total - counted);
}

/// The changes of state that a circuit breaker can make.
constexpr std::pair<BreakerState, BreakerState> kBreakerMoves[] = {
    {BreakerState::Closed, BreakerState::Open},
    {BreakerState::Open, BreakerState::HalfOpen},
    {BreakerState::HalfOpen, BreakerState::Closed},
    {BreakerState::HalfOpen, BreakerState::Open},
};

constexpr std::string_view kTimedCheckWords[] = {"all", "position_limit", "exposure_limit",
                                                 "circuit_breaker"};

}  // namespace

std::string_view to_string(LimitType type) noexcept {
  switch (type) {
    case LimitType::Position:
      return "max_position";
    case LimitType::GrossExposure:
      return "max_gross_exposure";
    case LimitType::NetExposure:
      return "max_net_exposure";
    case LimitType::OpenOrders:
      return "max_open_orders";
    case LimitType::OpenPositions:
      return "max_open_positions";
    case LimitType::Margin:
      return "max_margin_usage";
    case LimitType::DailyLoss:
      return "max_daily_loss";
    case LimitType::Drawdown:
      return "max_drawdown";
    case LimitType::MessageRate:
      return "max_messages_per_second";
    case LimitType::ValueAtRisk:
      return "value_at_risk";
  }
  return "unknown";
}

std::string_view to_string(MoneyLimit limit) noexcept {
  switch (limit) {
    case MoneyLimit::DailyLoss:
      return "max_daily_loss";
    case MoneyLimit::Exposure:
      return "max_exposure";
    case MoneyLimit::NetExposure:
      return "max_net_exposure";
  }
  return "unknown";
}

RiskMetrics::RiskMetrics(Registry& registry, std::span<const std::string> accounts,
                         std::span<const std::string> symbols, std::span<const std::string> venues,
                         std::span<const std::string> strategies)
    : symbol_count_(symbols.size()) {
  for (std::size_t i = 0; i < kTimedChecks; ++i) {
    check_latency_[i] = registry.histogram(metric::kCheckLatency, {kTimedCheckWords[i]});
  }
  registry.declare(metric::kPositionUpdateLatency);
  for (const auto& symbol : symbols) {
    stop_triggers_.push_back(registry.counter(metric::kStopTriggers, {symbol}));
  }
  unrealized_pnl_latency_ = registry.histogram(metric::kPnlLatency, {"unrealized"});
  registry.declare(metric::kUpdateLag);

  for (std::size_t i = 0; i < kCheckTypeCount; ++i) {
    const auto word = to_string(static_cast<CheckType>(i));
    passed_[i] = registry.counter(metric::kChecksPerformed, {word, "pass"});
    failed_[i] = registry.counter(metric::kChecksPerformed, {word, "fail"});
  }
  for (std::size_t i = 0; i < kFailureTypeCount; ++i) {
    const auto word = to_string(static_cast<FailureType>(i));
    for (const auto& symbol : symbols)
      failures_.push_back(registry.counter(metric::kRiskFailures, {word, symbol}));
    failures_.push_back(registry.counter(metric::kRiskFailures, {word, kOther}));
  }

  for (std::size_t i = place(HaltReason::Operator); i < kHaltReasonCount; ++i) {
    halted_[i] = registry.gauge(metric::kTradingHalted, {to_string(static_cast<HaltReason>(i))}, 0);
  }
  false_positives_ = registry.counter(metric::kFalsePositives, {});
  trading_state_ = registry.state_set(metric::kTradingState, {}, place(TradingState::Active));
  for (std::size_t i = 0; i < kKillLevelCount; ++i) {
    kill_switches_[i] =
        registry.gauge(metric::kKillSwitchEngaged, {to_string(static_cast<KillScope::Level>(i))}, 0);
  }
  kill_duration_ = registry.histogram(metric::kKillSwitchDuration, {});
  registry.declare(metric::kStrategyEnabled);
  for (const auto& strategy : strategies) {
    strategies_.push_back(registry.gauge(metric::kStrategyEnabled, {strategy}, 1));
  }

  for (const auto& account : accounts) {
    AccountHandles& handles = accounts_.emplace_back();
    for (std::size_t i = 0; i < kLimitTypeCount; ++i) {
      handles.utilization[i] =
          registry.gauge(metric::kUtilization, {account, to_string(static_cast<LimitType>(i))});
    }
    for (std::size_t i = 0; i < kMoneyLimitCount; ++i) {
      handles.money_limits[i] =
          registry.gauge(metric::kLimitUsd, {to_string(static_cast<MoneyLimit>(i)), account});
    }
    handles.open_positions_limit = registry.gauge(metric::kLimitOpenPositions, {account});
    handles.risk_score = registry.gauge(metric::kRiskScore, {account});
    handles.drawdown = registry.gauge(metric::kDrawdown, {account}, 0);
    handles.max_drawdown = registry.gauge(metric::kMaxDrawdown, {account}, 0);
    for (const auto& symbol : symbols) {
      exposures_.push_back({registry.gauge(metric::kExposure, {account, kAllExchanges, symbol, "net"}, 0),
                            registry.gauge(metric::kExposure, {account, kAllExchanges, symbol, "gross"}, 0)});
    }
    for (const auto& venue : venues) {
      venue_exposures_.push_back({registry.gauge(metric::kVenueExposure, {account, venue, "net"}, 0),
                                  registry.gauge(metric::kVenueExposure, {account, venue, "gross"}, 0)});
    }
  }

  for (const auto* family : {&metric::kBreakerState, &metric::kBreakerTransitions,
                             &metric::kBreakerRejections, &metric::kVenuePaused}) {
    registry.declare(*family);
  }
  for (const auto& venue : venues) {
    VenueHandles& handles = venues_.emplace_back();
    handles.state = registry.state_set(metric::kBreakerState, {venue}, place(BreakerState::Closed));
    for (const auto& [from, to] : kBreakerMoves) {
      handles.transitions[place(from)][place(to)] =
          registry.counter(metric::kBreakerTransitions, {venue, to_string(from), to_string(to)});
    }
    handles.rejections = registry.counter(metric::kBreakerRejections, {venue});
    handles.paused = registry.gauge(metric::kVenuePaused, {venue}, 0);
  }
  duplicates_forgotten_ = registry.counter(metric::kForgottenEarly, {"duplicate_orders"});
  executions_forgotten_ = registry.counter(metric::kForgottenEarly, {"repeated_executions"});
}

std::size_t RiskMetrics::symbol_place(InstrumentId instrument) const noexcept {
  return index(instrument) < symbol_count_ ? index(instrument) : symbol_count_;
}

void RiskMetrics::pre_trade_took(Duration duration) noexcept {
  check_latency_[0].observe(duration);
}

void RiskMetrics::check_timed(CheckType type, Duration duration) noexcept {
  switch (type) {
    case CheckType::PositionLimit:
      check_latency_[1].observe(duration);
      return;
    case CheckType::ExposureLimit:
      check_latency_[2].observe(duration);
      return;
    case CheckType::CircuitBreaker:
      check_latency_[3].observe(duration);
      return;
    default:
      assert(false);
  }
}

void RiskMetrics::unrealized_pnl_took(Duration duration) noexcept {
  unrealized_pnl_latency_.observe(duration);
}

void RiskMetrics::failed(FailureType type, InstrumentId instrument) noexcept {
  failures_[place(type) * (symbol_count_ + 1) + symbol_place(instrument)].add();
}

void RiskMetrics::trading_state(TradingState state, HaltReason reason, bool firm_killed) noexcept {
  trading_state_.set(place(state));
  const bool halted = state == TradingState::Halted;
  for (std::size_t i = place(HaltReason::Operator); i < kHaltReasonCount; ++i) {
    halted_[i].set(halted && i == place(reason) ? 1 : 0);
  }
  if (firm_killed) halted_[place(HaltReason::KillSwitch)].set(1);
}

void RiskMetrics::kill_switches(KillScope::Level level, std::size_t engaged) noexcept {
  kill_switches_[place(level)].set(static_cast<double>(engaged));
}

void RiskMetrics::kill_completed(Duration duration) noexcept {
  kill_duration_.observe(duration);
}

void RiskMetrics::strategy_enabled(StrategyId strategy, bool enabled) noexcept {
  assert(index(strategy) < strategies_.size());
  strategies_[index(strategy)].set(enabled ? 1 : 0);
}

void RiskMetrics::breaker_moved(VenueId venue, BreakerState from, BreakerState to) noexcept {
  assert(index(venue) < venues_.size());
  VenueHandles& handles = venues_[index(venue)];
  handles.state.set(place(to));
  handles.transitions[place(from)][place(to)].add();
}

void RiskMetrics::breaker_refused(VenueId venue) noexcept {
  assert(index(venue) < venues_.size());
  venues_[index(venue)].rejections.add();
}

void RiskMetrics::venue_paused(VenueId venue, bool paused) noexcept {
  assert(index(venue) < venues_.size());
  venues_[index(venue)].paused.set(paused ? 1 : 0);
}

void RiskMetrics::utilization(AccountId account, LimitType type, std::optional<double> ratio) noexcept {
  accounts_[index(account)].utilization[place(type)].set(ratio);
}

void RiskMetrics::money_limit(AccountId account, MoneyLimit limit, std::optional<double> amount) noexcept {
  accounts_[index(account)].money_limits[place(limit)].set(amount);
}

void RiskMetrics::open_positions_limit(AccountId account, std::optional<std::uint32_t> limit) noexcept {
  accounts_[index(account)].open_positions_limit.set(limit);
}

void RiskMetrics::exposure(AccountId account, InstrumentId instrument, std::optional<double> net) noexcept {
  ExposureHandles& handles = exposures_[index(account) * symbol_count_ + index(instrument)];
  handles.net.set(net);
  handles.gross.set(net ? std::optional{std::fabs(*net)} : std::nullopt);
}

void RiskMetrics::venue_exposure(AccountId account, VenueId venue, std::optional<double> net,
                                 std::optional<double> gross) noexcept {
  ExposureHandles& handles = venue_exposures_[index(account) * venues_.size() + index(venue)];
  handles.net.set(net);
  handles.gross.set(gross);
}

void RiskMetrics::risk_score(AccountId account, std::optional<double> score) noexcept {
  accounts_[index(account)].risk_score.set(score);
}

void RiskMetrics::stop_triggered(InstrumentId instrument) noexcept {
  stop_triggers_[index(instrument)].add();
}

void RiskMetrics::drawdown(AccountId account, double now, double largest) noexcept {
  accounts_[index(account)].drawdown.set(now);
  accounts_[index(account)].max_drawdown.set(largest);
}

void RiskMetrics::windows_forgot(std::uint64_t duplicates, std::uint64_t executions) noexcept {
  follow(duplicates_forgotten_, duplicates);
  follow(executions_forgotten_, executions);
}

}  // namespace vigil::risk
