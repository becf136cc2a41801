#include "risk/risk_metrics.h"

#include <doctest/doctest.h>

#include "risk/update_times.h"
#include "risk_desk.h"

using namespace risk_desk;
namespace metric = vigil::risk::metric;

namespace {

/// Left out of the exposition.
bool is_absent(RiskDesk& desk, const vigil::monitoring::MetricDefinition& definition,
               std::initializer_list<std::string_view> labels) {
  return vigil::monitoring::is_unset(desk.gauge(definition, labels));
}

Duration stepping_clock() noexcept {
  static Duration now{};
  return now += 3us;
}

}  // namespace

TEST_CASE("an order that passes counts every check once, a denied one stops at the check that failed") {
  Limits limits;
  fine(limits).max_position = quantity("10");
  RiskDesk desk{limits};
  const auto passed = [&](CheckType type) {
    return desk.counted(metric::kChecksPerformed, {to_string(type), "pass"});
  };
  const auto failed = [&](CheckType type) {
    return desk.counted(metric::kChecksPerformed, {to_string(type), "fail"});
  };

  CHECK(desk.check(desk.order(Side::Buy, "10", "100")).allowed());
  for (std::size_t i = 0; i < kCheckTypeCount; ++i) {
    const auto type = static_cast<CheckType>(i);
    CAPTURE(to_string(type));
    CHECK(passed(type) == (type == CheckType::VenueBreaker ? 0 : 1));
    CHECK(failed(type) == 0);
  }

  CHECK_FALSE(desk.check(desk.order(Side::Buy, "11", "100")).allowed());
  CHECK(passed(CheckType::MessageRate) == 2);
  CHECK(passed(CheckType::PositionLimit) == 1);
  CHECK(failed(CheckType::PositionLimit) == 1);
  CHECK(passed(CheckType::ExposureLimit) == 1);
  CHECK(desk.counted(metric::kRiskFailures, {"position_limit_exceeded", "FINE"}) == 1);
}

TEST_CASE("position limit, exposure limit and the trading breaker each refuse and are counted") {
  Limits limits;
  fine(limits).max_position = quantity("10");
  alpha(limits).max_gross_exposure = money("500");
  RiskDesk desk{limits};
  CHECK(desk.check(desk.order(Side::Buy, "11", "1")).reason == DenyReason::PositionLimit);
  CHECK(desk.check(desk.order(Side::Buy, "6", "100")).reason == DenyReason::GrossExposureLimit);
  desk.risk.set_trading_state(TradingState::Halted, HaltReason::CircuitBreaker, desk.now());
  CHECK(desk.check(desk.order(Side::Buy, "1", "1")).reason == DenyReason::TradingHalted);
  for (const char* type : {"position_limit", "exposure_limit", "circuit_breaker"}) {
    CAPTURE(type);
    CHECK(desk.counted(metric::kChecksPerformed, {type, "fail"}) == 1);
  }
  CHECK(desk.counted(metric::kRiskFailures, {"exposure_limit_exceeded", "FINE"}) == 1);
  CHECK(desk.counted(metric::kRiskFailures, {"trading_restricted", "FINE"}) == 1);
  CHECK(desk.counted(metric::kRiskFailures, {"circuit_breaker_triggered", "other"}) == 1);
  CHECK(desk.gauge(metric::kTradingHalted, {"circuit_breaker"}) == 1);
}

TEST_CASE("an unknown symbol counts as other") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "1", "100");
  order.instrument = kNoInstrument;
  CHECK_FALSE(desk.check(order).allowed());
  CHECK(desk.counted(metric::kRiskFailures, {"invalid_order", "other"}) == 1);
}

TEST_CASE("a day loss shows as a breach, a tripped breaker, a halt and its reason") {
  Limits limits;
  alpha(limits).max_day_loss = money("500");
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "10", "100");
  desk.mark(kFine, "75", "75");
  CHECK(desk.gauge(metric::kUtilization, {"alpha", "max_daily_loss"}) == doctest::Approx(0.5));
  CHECK(desk.state(metric::kTradingState, {}) == "active");
  CHECK(desk.gauge(metric::kTradingHalted, {"max_daily_loss"}) == 0);
  desk.mark(kFine, "40", "40");
  desk.mark(kFine, "39", "39");
  CHECK(desk.counted(metric::kRiskFailures, {"daily_loss_exceeded", "FINE"}) == 1);
  CHECK(desk.counted(metric::kRiskFailures, {"circuit_breaker_triggered", "FINE"}) == 1);
  CHECK(desk.gauge(metric::kTradingHalted, {"max_daily_loss"}) == 1);
  CHECK(desk.gauge(metric::kTradingHalted, {"operator"}) == 0);
  CHECK(desk.state(metric::kTradingState, {}) == "halted");
  CHECK(desk.gauge(metric::kDrawdown, {"alpha"}) == doctest::Approx(0.0061));
  desk.mark(kFine, "100", "100");
  CHECK(desk.gauge(metric::kDrawdown, {"alpha"}) == 0);
  CHECK(desk.gauge(metric::kMaxDrawdown, {"alpha"}) == doctest::Approx(0.0061));
  desk.risk.set_trading_state(TradingState::Active, HaltReason::None, desk.now());
  CHECK(desk.gauge(metric::kTradingHalted, {"max_daily_loss"}) == 0);
}

TEST_CASE("a halt by an operator trips no breaker") {
  RiskDesk desk;
  desk.risk.set_trading_state(TradingState::Halted, HaltReason::Operator, desk.now());
  CHECK(desk.gauge(metric::kTradingHalted, {"operator"}) == 1);
  CHECK(desk.counted(metric::kRiskFailures, {"circuit_breaker_triggered", "other"}) == 0);
}

TEST_CASE("each limit shows how much of it is used") {
  Limits limits;
  fine(limits).max_position = quantity("100");
  limits.instruments[index(kFuture)].max_position = quantity("10");
  alpha(limits) = {.max_gross_exposure = money("20000"),
                   .max_net_exposure = money("40000"),
                   .max_day_loss = money("1000"),
                   .max_drawdown = ratio("0.1"),
                   .max_margin_usage = ratio("0.5"),
                   .max_open_orders = 4,
                   .max_open_positions = 5,
                   .max_messages_per_second = 10};
  RiskDesk desk{limits};
  const auto use = [&](const char* type) { return desk.gauge(metric::kUtilization, {"alpha", type}); };
  desk.trade(Side::Buy, "20", "100");
  CHECK(use("max_position") == doctest::Approx(0.2));
  Order order = desk.order(Side::Buy, "60", "100");
  CHECK(desk.check(order).allowed());
  desk.work(order);
  CHECK(use("max_position") == doctest::Approx(0.8));
  CHECK(use("max_gross_exposure") == doctest::Approx(0.4));
  CHECK(use("max_net_exposure") == doctest::Approx(0.2));
  CHECK(use("max_open_orders") == doctest::Approx(0.25));
  CHECK(use("max_open_positions") == doctest::Approx(0.2));
  CHECK(use("max_margin_usage") == doctest::Approx(8000.0 / 100000 / 0.5));
  desk.mark(kFine, "75", "75");
  CHECK(use("max_daily_loss") == doctest::Approx(0.5));
  CHECK(use("max_drawdown") == doctest::Approx(0.05));
  desk.risk.tick(desk.now());
  CHECK(use("max_messages_per_second") == doctest::Approx(0.1));

  desk.trade(Side::Buy, "5", "100", kFuture);
  CHECK(use("max_position") == doctest::Approx(0.8));
  desk.close(order);  // the fullest becomes less full: the next one shows
  CHECK(use("max_position") == doctest::Approx(0.5));
}

TEST_CASE("a limit that is not set shows no use and no value") {
  RiskDesk desk;
  desk.trade(Side::Buy, "20", "100");
  CHECK(is_absent(desk, metric::kUtilization, {"alpha", "max_position"}));
  CHECK(is_absent(desk, metric::kUtilization, {"alpha", "max_gross_exposure"}));
  CHECK(is_absent(desk, metric::kLimitUsd, {"max_daily_loss", "alpha"}));
  CHECK(is_absent(desk, metric::kLimitOpenPositions, {"alpha"}));
}

TEST_CASE("limits are published in the reporting currency and follow a reload") {
  Limits limits;
  alpha(limits).max_day_loss = money("5000");
  alpha(limits).max_gross_exposure = money("1000000");
  alpha(limits).max_open_positions = 7;
  RiskDesk desk{limits};
  CHECK(desk.gauge(metric::kLimitUsd, {"max_daily_loss", "alpha"}) == 5000);
  CHECK(desk.gauge(metric::kLimitUsd, {"max_exposure", "alpha"}) == 1000000);
  CHECK(desk.gauge(metric::kLimitOpenPositions, {"alpha"}) == 7);
  alpha(limits).max_day_loss = money("4000");
  alpha(limits).max_gross_exposure.reset();
  desk.risk.reload(limits);
  CHECK(desk.gauge(metric::kLimitUsd, {"max_daily_loss", "alpha"}) == 4000);
  CHECK(is_absent(desk, metric::kLimitUsd, {"max_exposure", "alpha"}));
}

TEST_CASE("exposure follows fills and marks in the same event, and is absent without a mark") {
  RiskDesk desk;
  const auto net = [&] { return desk.gauge(metric::kExposure, {"alpha", "all", "FINE", "net"}); };
  const auto gross = [&] { return desk.gauge(metric::kExposure, {"alpha", "all", "FINE", "gross"}); };
  CHECK(net() == 0);
  desk.trade(Side::Sell, "20", "100");
  CHECK(net() == -2000);
  CHECK(gross() == 2000);
  desk.mark(kFine, "109", "111");
  CHECK(net() == -2200);
  desk.trade(Side::Buy, "20", "110");
  CHECK(net() == 0);
  CHECK(gross() == 0);

  desk.trade(Side::Buy, "1", "100", kInverse, kEuro);  // BTC and USD have no rate to EUR
  CHECK(is_absent(desk, metric::kExposure, {"euro", "all", "INV", "net"}));
}

TEST_CASE("a venue's breaker shows its state, its transitions and what it refused") {
  Limits limits;
  limits.breaker = {.failures_to_open = 1, .open_for = 10s, .successes_to_close = 1};
  RiskDesk desk{limits};
  const auto state = [&] { return desk.state(metric::kBreakerState, {"east"}); };
  const auto moves = [&](const char* from, const char* to) {
    return desk.counted(metric::kBreakerTransitions, {"east", from, to});
  };
  CHECK(state() == "closed");
  desk.risk.venue_failed(kEast, desk.now());
  CHECK(state() == "open");
  CHECK_FALSE(desk.risk.check_venue(kEast, desk.now()).allowed());
  CHECK(desk.counted(metric::kBreakerRejections, {"east"}) == 1);
  desk.time += 10s;
  desk.risk.tick(desk.now());
  CHECK(state() == "half_open");
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  desk.risk.venue_failed(kEast, desk.now());
  CHECK(state() == "open");
  desk.time += 10s;
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  CHECK(state() == "half_open");
  desk.risk.venue_succeeded(kEast, desk.now());
  CHECK(state() == "closed");
  CHECK(moves("closed", "open") == 1);
  CHECK(moves("open", "half_open") == 2);
  CHECK(moves("half_open", "open") == 1);
  CHECK(moves("half_open", "closed") == 1);
  CHECK(desk.state(metric::kBreakerState, {"west"}) == "closed");
}

TEST_CASE("kill switches show by level, a firm's as a halt too, and their duration") {
  RiskDesk desk;
  desk.risk.engage_kill_switch({KillScope::Level::Account, 0}, 0, desk.now());
  desk.risk.engage_kill_switch({KillScope::Level::Account, 1}, 0, desk.now());
  CHECK(desk.gauge(metric::kKillSwitchEngaged, {"account"}) == 2);
  CHECK(desk.gauge(metric::kTradingHalted, {"kill_switch"}) == 0);
  desk.risk.engage_kill_switch({}, 1, desk.now());
  CHECK(desk.gauge(metric::kKillSwitchEngaged, {"firm"}) == 1);
  CHECK(desk.gauge(metric::kTradingHalted, {"kill_switch"}) == 1);
  CHECK(desk.registry.histogram(metric::kKillSwitchDuration, {}).count() == 2);
  desk.time += 5ms;
  desk.risk.kill_cancel_acknowledged(desk.now());
  CHECK(desk.registry.histogram(metric::kKillSwitchDuration, {}).count() == 3);
  CHECK(desk.registry.histogram(metric::kKillSwitchDuration, {}).sum() == doctest::Approx(0.005));
  desk.risk.release_kill_switch({});
  CHECK(desk.gauge(metric::kTradingHalted, {"kill_switch"}) == 0);
}

TEST_CASE("a disabled strategy shows") {
  RiskDesk desk;
  CHECK(desk.gauge(metric::kStrategyEnabled, {"maker"}) == 1);
  desk.risk.enable_strategy(kMaker, false);
  CHECK(desk.gauge(metric::kStrategyEnabled, {"maker"}) == 0);
  CHECK(desk.gauge(metric::kStrategyEnabled, {"trend"}) == 1);
}

TEST_CASE("durations from the caller go to their histograms, single checks on one order in so many") {
  RiskDesk desk;
  desk.metrics.pre_trade_took(10us);
  desk.metrics.unrealized_pnl_took(40us);
  CHECK(desk.registry.histogram(metric::kCheckLatency, {"all"}).sum() == doctest::Approx(10e-6));
  CHECK(desk.registry.histogram(metric::kPnlLatency, {"unrealized"}).sum() == doctest::Approx(40e-6));

  desk.risk.time_checks(stepping_clock, 4);
  for (int i = 0; i < 9; ++i) CHECK(desk.check(desk.order(Side::Buy, "1", "100")).allowed());
  for (const char* type : {"position_limit", "exposure_limit", "circuit_breaker"}) {
    CHECK(desk.registry.histogram(metric::kCheckLatency, {type}).count() == 3);
    CHECK(desk.registry.histogram(metric::kCheckLatency, {type}).sum() == doctest::Approx(9e-6));
  }
  desk.risk.time_checks(nullptr, 0);
  CHECK(desk.check(desk.order(Side::Buy, "1", "100")).allowed());
  CHECK(desk.registry.histogram(metric::kCheckLatency, {"position_limit"}).count() == 3);
}

TEST_CASE(
    "what follows a fill is timed from the fill on: P&L with the booking, the rest when all is published") {
  vigil::monitoring::Registry registry;
  const std::vector<std::string> symbols{"FINE", "FUTURE"};
  vigil::risk::UpdateTimes times(registry, symbols);
  times.updated(kFine, 20us, 30us);
  times.updated(kFine, 20us, 40us);
  CHECK(registry.histogram(metric::kPositionUpdateLatency, {"FINE"}).sum() == doctest::Approx(70e-6));
  CHECK(registry.histogram(metric::kPositionUpdateLatency, {"FUTURE"}).count() == 0);
  CHECK(registry.histogram(metric::kPnlLatency, {"realized"}).sum() == doctest::Approx(40e-6));
  CHECK(registry.histogram(metric::kUpdateLag, {"pnl"}).sum() == doctest::Approx(40e-6));
  for (const char* group : {"exposure", "var", "drawdown"}) {
    CHECK(registry.histogram(metric::kUpdateLag, {group}).count() == 2);
    CHECK(registry.histogram(metric::kUpdateLag, {group}).sum() == doctest::Approx(70e-6));
  }
}

TEST_CASE("a false positive is counted when an operator says so") {
  RiskDesk desk;
  desk.metrics.false_positive();
  CHECK(desk.counted(metric::kFalsePositives, {}) == 1);
}

TEST_CASE("words of reasons, checks and limits are distinct and known") {
  for (std::size_t i = 0; i < kCheckTypeCount; ++i) CHECK(to_string(static_cast<CheckType>(i)) != "unknown");
  for (std::size_t i = 0; i < kFailureTypeCount; ++i)
    CHECK(to_string(static_cast<FailureType>(i)) != "unknown");
  for (std::size_t i = 0; i < kLimitTypeCount; ++i) CHECK(to_string(static_cast<LimitType>(i)) != "unknown");
}
