#include <doctest/doctest.h>

#include <string>

#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using orders::DenyReason;
using orders::OrderStatus;
using orders::ReportKind;
using orders::Side;
using Kind = VenueCommand::Kind;

TEST_CASE("an order goes through the checks to its venue and its fill becomes a position") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 100, "100.01"));
  REQUIRE(engine.commands.size() == 1);
  CHECK(engine.commands[0].kind == Kind::New);
  CHECK(engine.find("a").status == OrderStatus::Submitted);
  CHECK(engine.find("a").decision_mid == Price{100});
  CHECK(engine.find("a").arrival_ask == Price::parse("100.01"));

  engine.report(ReportKind::Accepted, engine.find("a").id);
  engine.fill(engine.find("a").id, 60, "100.01", "t1", "0.6");
  CHECK(engine.find("a").status == OrderStatus::PartiallyFilled);
  engine.fill(engine.find("a").id, 40, "100.00", "t2", "0.4");
  CHECK(engine.find("a").status == OrderStatus::Filled);
  CHECK(engine.find("a").average_price() == Price::parse("100.006"));

  const auto& position = engine.core.portfolio().position(kMain, kStock);
  CHECK(position.quantity() == Quantity{100});
  CHECK(position.commissions() == Money{1});
  CHECK(position.cash().to_string() == "-10001.6");
  CHECK(engine.core.portfolio().identity_residual() == orders::ExactMoney{});
  CHECK(engine.core.risk().account_exposure(kMain).open_orders == 0);
}

TEST_CASE("a denied order never reaches a venue and tells why") {
  EngineConfig config = small_config();
  config.limits.instruments.resize(1);
  config.limits.instruments[0].max_order_quantity = Quantity{10};
  CoreHarness engine(config);
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 11, "100.01"));
  CHECK(engine.commands.empty());
  CHECK(engine.find("a").status == OrderStatus::Denied);
  REQUIRE(engine.denials.size() == 1);
  CHECK(engine.denials[0].reason == DenyReason::MaxOrderQuantity);
  CHECK(engine.denials[0].observed.raw == Quantity{11}.raw());
  CHECK(engine.denials[0].limit.raw == Quantity{10}.raw());
}

TEST_CASE("a client order id is used once") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 1, "99"));
  engine.send(CoreHarness::order("a", Side::Buy, 1, "99"));
  CHECK(engine.commands.size() == 1);
  REQUIRE(engine.denials.size() == 1);
  CHECK(engine.denials[0].reason == DenyReason::DuplicateClientOrderId);
}

TEST_CASE("an order for a venue that is not configured is denied") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  orders::OrderRequest request = CoreHarness::order("a", Side::Buy, 1, "99", orders::kNoVenue);
  engine.core.on_request(request, false, engine.now());
  REQUIRE(engine.denials.size() == 1);
  CHECK(engine.denials[0].reason == DenyReason::UnknownVenue);
}

TEST_CASE("a routed order is split by displayed size and its parent follows the slices") {
  CoreHarness engine;
  engine.quote("99.99", "100.01", kStock, kVenueA, 60);
  engine.quote("99.98", "100.02", kStock, kVenueB, 60);
  engine.send(CoreHarness::order("a", Side::Buy, 100, "100.02", orders::kNoVenue));
  REQUIRE(engine.commands.size() == 2);
  CHECK(engine.commands[0].terms.quantity + engine.commands[1].terms.quantity == Quantity{100});
  orders::Order& parent = engine.find("a");
  CHECK(parent.is_parent);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{100});

  const orders::OrderId first = engine.commands[0].order;
  const orders::OrderId second = engine.commands[1].order;
  engine.report(ReportKind::Accepted, first);
  CHECK(parent.status == OrderStatus::Accepted);
  engine.fill(first, 60, "100.01", "t1");
  CHECK(parent.status == OrderStatus::PartiallyFilled);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{40});
  engine.report(ReportKind::Accepted, second);
  engine.fill(second, 40, "100.02", "t1");
  CHECK(parent.status == OrderStatus::Filled);
  CHECK(engine.core.portfolio().position(kMain, kStock).quantity() == Quantity{100});
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{0});
  CHECK(engine.core.risk().exposure(kMain, kStock).position == Quantity{100});
}

TEST_CASE("a cancel of a split order reaches every slice") {
  CoreHarness engine;
  engine.quote("99.99", "100.01", kStock, kVenueA, 60);
  engine.quote("99.98", "100.02", kStock, kVenueB, 60);
  engine.send(CoreHarness::order("a", Side::Buy, 100, "100.02", orders::kNoVenue));
  const orders::OrderId first = engine.commands[0].order;
  const orders::OrderId second = engine.commands[1].order;
  engine.report(ReportKind::Accepted, first);
  engine.report(ReportKind::Accepted, second);
  engine.cancel("a");
  REQUIRE(engine.commands.size() == 4);
  CHECK(engine.find("a").status == OrderStatus::PendingCancel);
  engine.report(ReportKind::Canceled, first);
  CHECK(engine.find("a").status == OrderStatus::PendingCancel);
  engine.report(ReportKind::Canceled, second);
  CHECK(engine.find("a").status == OrderStatus::Canceled);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{0});
}

TEST_CASE("a send that fails is tried three times with growing delays, then the order is denied") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.answer = SendResult::Disconnected;
  engine.send(CoreHarness::order("a", Side::Buy, 10, "100.01"));
  CHECK(engine.find("a").status == OrderStatus::Initialized);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{10});  // it may go out any moment
  engine.pass(std::chrono::milliseconds{100 + 200});
  CHECK(engine.find("a").status == OrderStatus::Initialized);
  engine.pass(std::chrono::milliseconds{400});
  CHECK(engine.find("a").status == OrderStatus::Denied);
  REQUIRE(engine.denials.size() == 1);
  CHECK(engine.denials[0].reason == DenyReason::VenueUnavailable);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{0});
}

TEST_CASE("a send that fails twice gets out on the third try") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.answer = SendResult::Disconnected;
  engine.send(CoreHarness::order("a", Side::Buy, 10, "100.01"));
  engine.pass(std::chrono::milliseconds{150});
  engine.answer = SendResult::Sent;
  engine.pass(std::chrono::milliseconds{200});
  CHECK(engine.commands.size() == 1);
  CHECK(engine.find("a").status == OrderStatus::Submitted);
}

TEST_CASE("an order that waits to be sent is not sent once trading is halted") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.answer = SendResult::Disconnected;
  engine.send(CoreHarness::order("a", Side::Buy, 10, "100.01"));
  engine.control(ControlCommand::Kind::Halt);
  engine.answer = SendResult::Sent;
  engine.pass(std::chrono::seconds{1});
  CHECK(engine.commands.empty());
  CHECK(engine.find("a").status == OrderStatus::Denied);
  CHECK(engine.denials.back().reason == DenyReason::TradingHalted);
}

TEST_CASE("an order that waits to be sent can be cancelled") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.answer = SendResult::Disconnected;
  engine.send(CoreHarness::order("a", Side::Buy, 10, "100.01"));
  engine.cancel("a");
  CHECK(engine.find("a").status == OrderStatus::Denied);
  engine.answer = SendResult::Sent;
  engine.pass(std::chrono::seconds{2});
  CHECK(engine.commands.empty());
}

TEST_CASE("a cancel that cannot be sent is tried until it gets out") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.report(ReportKind::Accepted, engine.find("a").id);
  engine.answer = SendResult::Disconnected;
  engine.cancel("a");
  CHECK(engine.find("a").status == OrderStatus::PendingCancel);
  engine.pass(std::chrono::seconds{60});
  engine.answer = SendResult::Sent;
  engine.pass(std::chrono::seconds{1});
  REQUIRE(engine.commands.size() == 2);
  CHECK(engine.commands[1].kind == Kind::Cancel);
}

TEST_CASE("a replace takes effect once the venue confirms it") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.report(ReportKind::Accepted, engine.find("a").id);
  orders::OrderRequest replace = CoreHarness::order("a", Side::Buy, 20, "99.5");
  replace.action = orders::OrderRequest::Action::Replace;
  engine.send(replace);
  REQUIRE(engine.commands.size() == 2);
  CHECK(engine.commands[1].kind == Kind::Replace);
  CHECK(engine.commands[1].terms.quantity == Quantity{20});
  CHECK(engine.find("a").terms.quantity == Quantity{10});
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{20});  // the larger of the two
  engine.report(ReportKind::Updated, engine.find("a").id);
  CHECK(engine.find("a").terms.quantity == Quantity{20});
  CHECK(engine.find("a").terms.limit_price == Price::parse("99.5"));
}

TEST_CASE("the kill switch cancels what works, lets nothing new out, and knows when the last cancel came") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.send(CoreHarness::order("b", Side::Sell, 10, "101"));
  engine.report(ReportKind::Accepted, engine.find("a").id);
  engine.report(ReportKind::Accepted, engine.find("b").id);
  engine.control(ControlCommand::Kind::EngageKillSwitch);
  REQUIRE(engine.commands.size() == 4);
  engine.send(CoreHarness::order("c", Side::Buy, 10, "99"));
  CHECK(engine.denials.back().reason == DenyReason::KillSwitch);

  engine.pass(std::chrono::milliseconds{3});
  engine.report(ReportKind::Canceled, engine.find("a").id);
  CHECK_FALSE(engine.core.risk().last_kill_duration());
  engine.pass(std::chrono::milliseconds{4});
  engine.report(ReportKind::Canceled, engine.find("b").id);
  CHECK(engine.core.risk().last_kill_duration() == std::chrono::milliseconds{7});
}

TEST_CASE("the kill switch asks again when a venue refuses a cancel") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.report(ReportKind::Accepted, engine.find("a").id);
  engine.control(ControlCommand::Kind::EngageKillSwitch);
  engine.report(ReportKind::CancelRejected, engine.find("a").id, orders::RejectReason::RateLimited);
  engine.pass(std::chrono::seconds{1});
  REQUIRE(engine.commands.size() == 3);
  CHECK(engine.commands[2].kind == Kind::Cancel);
}

TEST_CASE("cancel all reaches a thousand orders in bounded steps") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  for (int i = 0; i < 1000; ++i) {
    engine.send(CoreHarness::order(("o" + std::to_string(i)).c_str(), Side::Buy, 1, "99"));
  }
  engine.commands.clear();
  engine.control(ControlCommand::Kind::CancelAll);
  CHECK(engine.commands.size() == 256);
  CHECK(engine.core.sweep_pending());
  engine.pass(std::chrono::milliseconds{1});
  CHECK(engine.commands.size() == 1000);
  CHECK_FALSE(engine.core.sweep_pending());
}

TEST_CASE("a request without an answer is in doubt after its time-out and still counts as working") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.pass(std::chrono::seconds{6});
  CHECK(engine.core.orders().in_doubt_count() == 1);
  CHECK(engine.core.risk().exposure(kMain, kStock).working_buy == Quantity{10});
  engine.report(ReportKind::Accepted, engine.find("a").id);
  CHECK(engine.core.orders().in_doubt_count() == 0);
}

TEST_CASE("a day's loss beyond the limit halts trading in the very event of the fill and cancels the rest") {
  EngineConfig config = small_config();
  config.limits.accounts.resize(1);
  config.limits.accounts[0].max_day_loss = Money{50};
  CoreHarness engine(config);
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("rest", Side::Buy, 10, "99"));
  engine.report(ReportKind::Accepted, engine.find("rest").id);
  engine.send(CoreHarness::order("loss", Side::Buy, 100, "101"));
  engine.commands.clear();
  engine.fill(engine.find("loss").id, 100, "101", "t1");  // marked at the bid: 101 down
  CHECK(engine.core.risk().trading_state() == risk::TradingState::Halted);
  CHECK(engine.core.risk().halt_reason() == risk::HaltReason::MaxDailyLoss);
  REQUIRE(engine.commands.size() == 1);
  CHECK(engine.commands[0].kind == Kind::Cancel);
  engine.send(CoreHarness::order("next", Side::Sell, 1, "99"));
  CHECK(engine.denials.back().reason == DenyReason::TradingHalted);

  engine.control(ControlCommand::Kind::Resume);
  CHECK(engine.core.risk().trading_state() != risk::TradingState::Halted);
}

TEST_CASE("a fill that comes twice is booked once") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "100.01"));
  engine.fill(engine.find("a").id, 5, "100.01", "t1");
  engine.fill(engine.find("a").id, 5, "100.01", "t1");
  CHECK(engine.core.portfolio().position(kMain, kStock).quantity() == Quantity{5});
  engine.fill(engine.find("a").id, 4, "100.01", "t1");  // the same identity, other data
  CHECK(engine.core.portfolio().position(kMain, kStock).quantity() == Quantity{5});
}

TEST_CASE("a late fill after a cancel changes the position and does not reopen the order") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  engine.send(CoreHarness::order("a", Side::Buy, 10, "99"));
  engine.report(ReportKind::Accepted, engine.find("a").id);
  engine.cancel("a");
  engine.report(ReportKind::Canceled, engine.find("a").id);
  engine.fill(engine.find("a").id, 4, "99", "t1");
  CHECK(engine.find("a").status == OrderStatus::Canceled);
  CHECK(engine.core.portfolio().position(kMain, kStock).quantity() == Quantity{4});
}

TEST_CASE("reloaded limits hold from the next order on") {
  CoreHarness engine;
  engine.quote("99.99", "100.01");
  risk::Limits limits = engine.config.limits;
  limits.instruments.resize(1);
  limits.instruments[0].max_order_quantity = Quantity{5};
  ControlCommand reload;
  reload.kind = ControlCommand::Kind::ReloadLimits;
  reload.limits = &limits;
  engine.core.on_control(reload, engine.now());
  engine.send(CoreHarness::order("a", Side::Buy, 6, "99"));
  CHECK(engine.denials.back().reason == DenyReason::MaxOrderQuantity);
}
