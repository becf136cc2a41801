#include "risk/risk_manager.h"

#include <doctest/doctest.h>

#include "risk_desk.h"

using namespace risk_desk;
using Level = KillScope::Level;

namespace {

Limits with_day_loss(const char* amount) {
  Limits limits;
  alpha(limits).max_day_loss = money(amount);
  return limits;
}

}  // namespace

TEST_CASE("halted, nothing but cancels passes") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "1", "100");
  desk.work(order);
  desk.risk.set_trading_state(TradingState::Halted, HaltReason::Operator, desk.now());
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).reason == DenyReason::TradingHalted);
  CHECK(desk.check_replace(order, "0.5", "100").reason == DenyReason::TradingHalted);
  CHECK(desk.risk.check_cancel(order, false, desk.now()).allowed());
}

TEST_CASE("reducing, only what shrinks the position passes, less what already works to shrink it") {
  RiskDesk desk;
  desk.trade(Side::Buy, "10", "100");
  Order working = desk.order(Side::Sell, "4", "110");
  desk.work(working);
  desk.risk.set_trading_state(TradingState::Reducing, HaltReason::Operator, desk.now());

  CHECK(desk.check(desk.order(Side::Sell, "6", "100")).allowed());
  const Verdict denied = desk.check(desk.order(Side::Sell, "6.00000001", "100"));
  CHECK(denied.reason == DenyReason::TradingReducing);
  CHECK(denied.observed.raw == quantity("6.00000001").raw());
  CHECK(denied.limit.raw == quantity("6").raw());
  CHECK(desk.check(desk.order(Side::Buy, "1", "100")).reason == DenyReason::TradingReducing);

  CHECK(desk.check_replace(working, "10", "110").allowed());
  CHECK(desk.check_replace(working, "10.00000001", "110").reason == DenyReason::TradingReducing);
}

TEST_CASE("reducing, a short is shrunk by buying and nothing passes when flat") {
  RiskDesk desk;
  desk.trade(Side::Sell, "10", "100");
  desk.risk.set_trading_state(TradingState::Reducing, HaltReason::Operator, desk.now());
  CHECK(desk.check(desk.order(Side::Buy, "10", "100")).allowed());
  CHECK(desk.check(desk.order(Side::Buy, "10.00000001", "100")).reason == DenyReason::TradingReducing);
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).reason == DenyReason::TradingReducing);
  Order elsewhere = desk.order(Side::Sell, "10", "100");
  elsewhere.instrument = kCoarse;
  CHECK(desk.check(elsewhere).reason == DenyReason::TradingReducing);
}

TEST_CASE("the trading state gets stricter by anyone and looser by a person only") {
  RiskDesk desk;
  desk.risk.set_trading_state(TradingState::Halted, HaltReason::CircuitBreaker, desk.now());
  desk.risk.set_trading_state(TradingState::Reducing, HaltReason::CircuitBreaker, desk.now());
  CHECK(desk.risk.trading_state() == TradingState::Halted);
  desk.risk.set_trading_state(TradingState::Halted, HaltReason::Operator, desk.now());
  CHECK(desk.risk.halt_reason() == HaltReason::CircuitBreaker);
  desk.risk.set_trading_state(TradingState::Active, HaltReason::None, desk.now());
  CHECK(desk.risk.trading_state() == TradingState::Active);
  CHECK(desk.risk.halt_reason() == HaltReason::None);
}

TEST_CASE(
    "a day's loss exactly at the limit trades on and one unit more halts in the same call as the fill") {
  RiskDesk desk{with_day_loss("500")};
  desk.mark(kFine, "100", "100");
  desk.trade(Side::Buy, "10", "150");  // marked at 100: -500
  CHECK(desk.risk.trading_state() == TradingState::Active);
  CHECK_FALSE(desk.risk.take_cancel_all_request());
  desk.trade(Side::Buy, "0.00000001", "101");
  CHECK(desk.risk.trading_state() == TradingState::Halted);
  CHECK(desk.risk.halt_reason() == HaltReason::MaxDailyLoss);
  CHECK(desk.risk.take_cancel_all_request());
  CHECK_FALSE(desk.risk.take_cancel_all_request());
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).reason == DenyReason::TradingHalted);
}

TEST_CASE("a mark that brings the loss halts in the same call, for the whole firm") {
  RiskDesk desk{with_day_loss("500")};
  desk.trade(Side::Buy, "10", "100");
  desk.mark(kFine, "50", "50");
  CHECK(desk.risk.trading_state() == TradingState::Active);
  desk.mark(kFine, "49.99999998", "50");  // mid 49.99999999
  CHECK(desk.risk.trading_state() == TradingState::Halted);
  Order other = desk.order(Side::Buy, "1", "100");
  other.account = kBeta;
  CHECK(desk.check(other).reason == DenyReason::TradingHalted);
}

TEST_CASE("a halt stays when the loss is recovered, and a resume holds while the loss does not") {
  RiskDesk desk{with_day_loss("500")};
  desk.trade(Side::Buy, "10", "100");
  desk.mark(kFine, "40", "40");
  desk.mark(kFine, "100", "100");
  CHECK(desk.risk.trading_state() == TradingState::Halted);
  desk.risk.set_trading_state(TradingState::Active, HaltReason::Operator, desk.now());
  desk.mark(kFine, "99", "99");
  CHECK(desk.risk.trading_state() == TradingState::Active);

  desk.mark(kFine, "40", "40");
  desk.risk.set_trading_state(TradingState::Active, HaltReason::Operator, desk.now());
  const Verdict denied = desk.check(desk.order(Side::Sell, "1", "40"));
  CHECK(denied.reason == DenyReason::DayLossLimit);
  CHECK(denied.observed.raw == money("-600").raw());
  CHECK(denied.limit.raw == money("-500").raw());
  desk.risk.tick(desk.now());
  CHECK(desk.risk.trading_state() == TradingState::Halted);
}

TEST_CASE("a drawdown beyond its limit halts, exactly at it trades on") {
  Limits limits;
  alpha(limits).max_drawdown = ratio("0.05");  // 5,000 of 100,000
  limits.cancel_on_halt = false;
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "100", "100");
  desk.mark(kFine, "50", "50");
  CHECK(desk.risk.trading_state() == TradingState::Active);
  desk.mark(kFine, "49.99999999", "49.99999999");
  CHECK(desk.risk.trading_state() == TradingState::Halted);
  CHECK(desk.risk.halt_reason() == HaltReason::Drawdown);
  CHECK_FALSE(desk.risk.take_cancel_all_request());
  desk.risk.set_trading_state(TradingState::Active, HaltReason::None, desk.now());
  CHECK(desk.check(desk.order(Side::Sell, "1", "50")).reason == DenyReason::DrawdownLimit);
}

TEST_CASE("a loss through a conversion rate halts too") {
  Limits limits;
  alpha(limits).max_day_loss = money("1");
  RiskDesk desk{limits};
  desk.trade(Side::Sell, "100", "100", kInverse);  // 100 BTC short of the contract's own price
  desk.mark(kInverse, "100", "100");
  CHECK(desk.risk.trading_state() == TradingState::Active);
  desk.mark(kInverse, "110", "110");
  CHECK(desk.risk.trading_state() == TradingState::Halted);
}

TEST_CASE("each kill switch denies its orders, first of all, and spares the others") {
  for (const KillScope scope : {KillScope{Level::Firm, 0}, KillScope{Level::Account, 0},
                                KillScope{Level::Strategy, 0}, KillScope{Level::Instrument, 0}}) {
    RiskDesk desk;
    Order order = desk.order(Side::Buy, "1", "100");
    Order other = order;
    other.account = kBeta;
    other.strategy = kMaker;
    other.instrument = kFuture;
    desk.risk.set_trading_state(TradingState::Halted, HaltReason::Operator, desk.now());
    desk.risk.engage_kill_switch(scope, 0, desk.now());
    CHECK(desk.check(order).reason == DenyReason::KillSwitch);
    CHECK(desk.risk.kill_matches(order));
    desk.risk.set_trading_state(TradingState::Active, HaltReason::None, desk.now());
    CHECK(desk.check(other).allowed() == (scope.level != Level::Firm));
    desk.risk.release_kill_switch(scope);
    CHECK(desk.check(order).allowed());
  }
}

TEST_CASE("a killed venue is closed to orders and their slices, and to the router") {
  RiskDesk desk;
  desk.risk.engage_kill_switch({Level::Venue, 1}, 0, desk.now());
  CHECK(desk.risk.check_venue(kWest, desk.now()).reason == DenyReason::KillSwitch);
  CHECK_FALSE(desk.risk.venue_open_for_orders(kWest, desk.now()));
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  CHECK(desk.risk.venue_open_for_orders(kEast, desk.now()));
  Order order = desk.order(Side::Buy, "1", "100");
  order.venue = kWest;
  CHECK(desk.check(order).reason == DenyReason::KillSwitch);
}

TEST_CASE("the kill switch reports the time to the last cancel acknowledged") {
  RiskDesk desk;
  desk.risk.engage_kill_switch({}, 2, desk.now());
  desk.time += 1ms;
  desk.risk.kill_cancel_acknowledged(desk.now());
  CHECK_FALSE(desk.risk.last_kill_duration());
  desk.time += 2ms;
  desk.risk.kill_cancel_acknowledged(desk.now());
  CHECK(desk.risk.last_kill_duration() == 3ms);
}

TEST_CASE("a venue that fails is closed and probed again after a while") {
  Limits limits;
  limits.breaker = {.failures_to_open = 2, .open_for = 10s, .successes_to_close = 1};
  RiskDesk desk{limits};
  desk.risk.venue_failed(kEast, desk.now());
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  desk.risk.venue_failed(kEast, desk.now());
  const Verdict denied = desk.risk.check_venue(kEast, desk.now());
  CHECK(denied.reason == DenyReason::VenueCircuitOpen);
  CHECK(denied.observed.raw == measure_count(2).raw);
  CHECK(denied.limit.raw == measure_count(2).raw);
  CHECK_FALSE(desk.risk.venue_open_for_orders(kEast, desk.now()));
  CHECK(desk.risk.check_venue(kWest, desk.now()).allowed());
  desk.time += 10s;
  CHECK(desk.risk.venue_open_for_orders(kEast, desk.now()));
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  CHECK(desk.risk.check_venue(kEast, desk.now()).reason == DenyReason::VenueCircuitOpen);
  desk.risk.venue_succeeded(kEast, desk.now());
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
}

TEST_CASE("outcomes without a venue of their own are ignored") {
  RiskDesk desk;
  desk.risk.venue_failed(kNoVenue, desk.now());
  desk.risk.venue_succeeded(kNoVenue, desk.now());
  CHECK_FALSE(desk.risk.venue_open_for_orders(kNoVenue, desk.now()));
}

TEST_CASE("too many executions on one side disable the strategy until a person enables it") {
  Limits limits;
  limits.max_repeated_executions = 2;
  limits.repeated_executions_window = 1s;
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "1", "100");
  desk.trade(Side::Buy, "1", "100");
  CHECK(desk.risk.strategy_enabled(kTrend));
  desk.trade(Side::Buy, "1", "100");
  CHECK_FALSE(desk.risk.strategy_enabled(kTrend));
  CHECK(desk.risk.strategy_enabled(kMaker));
  const Verdict denied = desk.check(desk.order(Side::Sell, "1", "100"));
  CHECK(denied.reason == DenyReason::RepeatedExecutions);
  CHECK(denied.observed.raw == measure_count(3).raw);
  CHECK(denied.limit.raw == measure_count(2).raw);
  desk.time += 1h;
  desk.risk.tick(desk.now());
  CHECK_FALSE(desk.risk.strategy_enabled(kTrend));

  desk.risk.enable_strategy(kTrend, true);
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).allowed());
  desk.trade(Side::Buy, "1", "100");
  CHECK(desk.risk.strategy_enabled(kTrend));
}

TEST_CASE("a strategy that a person disabled is denied until enabled") {
  RiskDesk desk;
  desk.risk.enable_strategy(kMaker, false);
  Order order = desk.order(Side::Buy, "1", "100");
  CHECK(desk.check(order).allowed());
  order.strategy = kMaker;
  CHECK(desk.check(order).reason == DenyReason::StrategyDisabled);
  desk.risk.enable_strategy(kMaker, true);
  CHECK(desk.check(order).allowed());
}

TEST_CASE("a reload changes limits and keeps windows, latches and breakers") {
  Limits limits;
  alpha(limits).max_messages_per_second = 100;
  limits.breaker.failures_to_open = 1;
  limits.duplicate_window = 1s;
  RiskDesk desk{limits};
  for (int i = 1; i <= 5; ++i) {
    CHECK(desk.check(desk.order(Side::Buy, std::to_string(i).c_str(), "100")).allowed());
  }
  desk.risk.venue_failed(kEast, desk.now());
  desk.risk.enable_strategy(kMaker, false);
  desk.risk.engage_kill_switch({Level::Venue, 1}, 0, desk.now());
  desk.risk.set_trading_state(TradingState::Reducing, HaltReason::Operator, desk.now());

  alpha(limits).max_messages_per_second = 5;
  limits.breaker.failures_to_open = 3;
  desk.risk.reload(limits);
  CHECK(desk.risk.limits().breaker.failures_to_open == 3);
  CHECK(desk.risk.trading_state() == TradingState::Reducing);
  CHECK_FALSE(desk.risk.strategy_enabled(kMaker));
  CHECK(desk.risk.check_venue(kEast, desk.now()).reason == DenyReason::VenueCircuitOpen);
  CHECK(desk.risk.check_venue(kWest, desk.now()).reason == DenyReason::KillSwitch);
  desk.risk.set_trading_state(TradingState::Active, HaltReason::None, desk.now());
  CHECK(desk.check(desk.order(Side::Buy, "1", "100")).reason == DenyReason::DuplicateOrder);
  CHECK(desk.check(desk.order(Side::Buy, "6", "100")).reason == DenyReason::AccountMessageRate);
}

TEST_CASE("it works without metrics") {
  RiskDesk desk;
  RiskManager risk{with_day_loss("1"), desk.portfolio, desk.portfolio.instruments(), 2, 2, nullptr};
  Order order = desk.order(Side::Buy, "10", "100");
  CHECK(risk.check_new(order, desk.reference(order), desk.now()).allowed());
  CHECK(risk.check_venue(kEast, desk.now()).allowed());
  risk.venue_failed(kEast, desk.now());
  risk.engage_kill_switch({}, 0, desk.now());
  risk.release_kill_switch({});
  order.status = OrderStatus::Submitted;
  risk.recount(order, desk.reference(order));
  risk.tick(desk.now());
  risk.reload({});
  CHECK(risk.exposure(kAlpha, kFine).working_buy == quantity("10"));
}
