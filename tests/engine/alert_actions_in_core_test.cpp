#include <doctest/doctest.h>

#include <string>

#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using orders::DenyReason;
using orders::OrderStatus;
using orders::ReportKind;
using orders::Side;
using Command = ControlCommand::Kind;

namespace {

ControlCommand by_alert(Command kind, const CoreHarness& engine) {
  ControlCommand command;
  command.kind = kind;
  command.by_alert = true;
  command.detected = engine.now().monotonic;
  return command;
}

/// Buys (or sells, below zero) in one fill.
void trade(CoreHarness& engine, const char* id, std::int64_t quantity) {
  const bool buys = quantity > 0;
  engine.send(CoreHarness::order(id, buys ? Side::Buy : Side::Sell, buys ? quantity : -quantity,
                                 buys ? "100.01" : "99.99"));
  const orders::OrderId order = engine.find(id).id;
  engine.report(ReportKind::Accepted, order);
  engine.fill(order, buys ? quantity : -quantity, "100", id);
}

std::size_t histogram_count(const CoreHarness& engine, const std::string& stage) {
  for (const auto& family : engine.registry.Collect()) {
    if (family.name != "monitoring_alert_action_duration_seconds") continue;
    for (const auto& metric : family.metric) {
      for (const auto& label : metric.label) {
        if (label.value == stage) return metric.histogram.sample_count;
      }
    }
  }
  return 0;
}

/// The order that was sent last.
const VenueCommand& last(const CoreHarness& engine) {
  REQUIRE_FALSE(engine.commands.empty());
  return engine.commands.back();
}

orders::Quantity position(const CoreHarness& engine, orders::InstrumentId instrument = kStock) {
  return engine.core.portfolio().position(kMain, instrument).quantity();
}

}  // namespace

TEST_SUITE("alert actions in the core") {
  TEST_CASE("a halt by an alert says so, holds the next order back and waits for a person") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    engine.core.on_control(by_alert(Command::Halt, engine), engine.now());
    CHECK(engine.core.risk().trading_state() == risk::TradingState::Halted);
    CHECK(engine.core.risk().halt_reason() == risk::HaltReason::Alert);
    engine.send(CoreHarness::order("a", Side::Buy, 1, "100.01"));
    CHECK(engine.denials.back().reason == DenyReason::TradingHalted);
    CHECK(histogram_count(engine, "carried_out") == 1);
    engine.control(Command::Resume);
    CHECK(engine.core.risk().trading_state() == risk::TradingState::Active);
  }

  TEST_CASE("an alert that asks for less than what is in force changes nothing") {
    CoreHarness engine;
    engine.control(Command::Halt);
    engine.core.on_control(by_alert(Command::Reduce, engine), engine.now());
    CHECK(engine.core.risk().trading_state() == risk::TradingState::Halted);
    CHECK(engine.core.risk().halt_reason() == risk::HaltReason::Operator);
  }

  TEST_CASE("cancels that an alert asked for are measured until the last order has ended") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    for (const char* id : {"a", "b"}) {
      engine.send(CoreHarness::order(id, Side::Buy, 1, id[0] == 'a' ? "99" : "98"));
      engine.report(ReportKind::Accepted, engine.find(id).id);
    }
    engine.commands.clear();
    engine.core.on_control(by_alert(Command::CancelAll, engine), engine.now());
    CHECK(engine.commands.size() == 2);
    engine.report(ReportKind::Canceled, engine.find("a").id);
    CHECK(histogram_count(engine, "cancels_ended") == 0);
    engine.report(ReportKind::Canceled, engine.find("b").id);
    CHECK(histogram_count(engine, "cancels_ended") == 1);
  }

  TEST_CASE("with nothing to cancel the cancels have ended at once") {
    CoreHarness engine;
    engine.core.on_control(by_alert(Command::CancelAll, engine), engine.now());
    CHECK(histogram_count(engine, "cancels_ended") == 1);
  }

  TEST_CASE("a paused venue takes no new orders, the router uses the other, and cancels pass") {
    CoreHarness engine;
    engine.quote("99.99", "100.01", kStock, kVenueA);
    engine.quote("99.98", "100.02", kStock, kVenueB);
    engine.send(CoreHarness::order("resting", Side::Buy, 1, "99"));
    engine.report(ReportKind::Accepted, engine.find("resting").id);

    ControlCommand pause = by_alert(Command::PauseVenue, engine);
    pause.venue = kVenueA;
    engine.core.on_control(pause, engine.now());
    engine.send(CoreHarness::order("named", Side::Buy, 2, "100.01", kVenueA));
    CHECK(engine.denials.back().reason == DenyReason::VenuePaused);
    engine.send(CoreHarness::order("routed", Side::Buy, 3, "100.02", orders::kNoVenue));
    CHECK(last(engine).venue == kVenueB);
    engine.cancel("resting");
    CHECK(last(engine).kind == VenueCommand::Kind::Cancel);

    pause.kind = Command::ResumeVenue;
    pause.by_alert = false;
    engine.core.on_control(pause, engine.now());
    engine.send(CoreHarness::order("again", Side::Buy, 4, "100.01", kVenueA));
    CHECK(last(engine).venue == kVenueA);
  }

  TEST_CASE("closing positions trades all of them back to flat, under a halt too") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    engine.quote("99.99", "100.01", kOther);
    trade(engine, "long", 30);
    engine.core.on_control(by_alert(Command::Halt, engine), engine.now());
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.commands.clear();
    engine.pass(200ms);
    REQUIRE(engine.commands.size() == 1);
    CHECK(last(engine).side == Side::Sell);
    CHECK(last(engine).type == orders::OrderType::Market);
    CHECK(last(engine).terms.quantity == orders::Quantity{30});

    // One at a time, until it has ended.
    engine.pass(3s);
    CHECK(engine.commands.size() == 1);
    const orders::OrderId first = last(engine).order;
    engine.report(ReportKind::Accepted, first);
    engine.fill(first, 10, "99.99", "c1");
    engine.report(ReportKind::Canceled, first);
    engine.pass(200ms);
    REQUIRE(engine.commands.size() == 2);
    CHECK(last(engine).terms.quantity == orders::Quantity{20});
    engine.report(ReportKind::Accepted, last(engine).order);
    engine.fill(last(engine).order, 20, "99.99", "c2");
    CHECK(position(engine) == orders::Quantity{});
    engine.pass(5s);
    CHECK(engine.commands.size() == 2);
    CHECK(engine.core.risk().trading_state() == risk::TradingState::Halted);
  }

  TEST_CASE("a short position is bought back") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    trade(engine, "short", -7);
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.pass(200ms);
    CHECK(last(engine).side == Side::Buy);
    CHECK(last(engine).terms.quantity == orders::Quantity{7});
  }

  TEST_CASE("closing makes an active engine reduce only, so that nobody opens again what it closes") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    CHECK(engine.core.risk().trading_state() == risk::TradingState::Reducing);
  }

  TEST_CASE("what is too large for one order is closed in halves") {
    EngineConfig config = small_config();
    config.limits.instruments.resize(1);
    config.limits.instruments[0].max_order_quantity = orders::Quantity{10};
    CoreHarness engine(config);
    engine.quote("99.99", "100.01");
    for (const char* id : {"a", "b", "c"}) trade(engine, id, 10);
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.commands.clear();
    engine.pass(1s);
    REQUIRE(engine.commands.size() == 1);
    CHECK(last(engine).terms.quantity == orders::Quantity{7});  // 30, 15, 7
  }

  TEST_CASE("working orders are cancelled first, and waited for, but not for ever") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    trade(engine, "long", 5);
    engine.send(CoreHarness::order("resting", Side::Sell, 5, "101"));
    engine.report(ReportKind::Accepted, engine.find("resting").id);
    engine.commands.clear();
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.pass(1s);
    REQUIRE(engine.commands.size() == 1);
    CHECK(last(engine).kind == VenueCommand::Kind::Cancel);
    engine.report(ReportKind::Canceled, engine.find("resting").id);
    engine.pass(200ms);
    CHECK(last(engine).kind == VenueCommand::Kind::New);
    CHECK(last(engine).terms.quantity == orders::Quantity{5});
  }

  TEST_CASE("what cannot be sent now is tried again each second") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    trade(engine, "long", 5);
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.commands.clear();
    engine.answer = SendResult::QueueFull;
    engine.pass(3500ms);
    CHECK(engine.commands.empty());
    CHECK(engine.denials.size() >= 3);
    CHECK(engine.denials.size() <= 4);
    engine.answer = SendResult::Sent;
    engine.pass(1s);
    CHECK(engine.commands.size() == 1);
  }

  TEST_CASE("a person who resumes ends the closing") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    trade(engine, "long", 5);
    engine.core.on_control(by_alert(Command::ClosePositions, engine), engine.now());
    engine.control(Command::Resume);
    engine.commands.clear();
    engine.pass(3s);
    CHECK(engine.commands.empty());
    CHECK(position(engine) == orders::Quantity{5});
  }

  TEST_CASE("nobody else's order passes a halt by calling itself reducing") {
    CoreHarness engine;
    engine.quote("99.99", "100.01");
    trade(engine, "long", 5);
    engine.core.on_control(by_alert(Command::Halt, engine), engine.now());
    engine.send(CoreHarness::order("mine", Side::Sell, 5, "99.99"));
    CHECK(engine.denials.back().reason == DenyReason::TradingHalted);
  }
}
