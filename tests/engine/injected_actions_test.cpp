#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "monitored_engine.h"
#include "monitoring/alerting/rule_file.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using Command = ControlCommand::Kind;
using orders::Side;

namespace {

/// An engine with a long position and a resting order, and one rule with this action over an injected series.
class InjectedAction : public MonitoredEngine {
 public:
  explicit InjectedAction(const std::string& action, const std::string& condition = "load > 1") {
    trading.time = orders::Timestamp{1'700'000'000s};
    cycle.offer_rules(
        monitoring::read_rule_file("groups:\n  - name: g\n    interval: 1s\n    rules:\n      - alert: Load\n"
                                   "        expr: " +
                                       condition + "\n        labels: {action: '" + action + "'}\n",
                                   "rules.yml"));
    trading.quote("99.99", "100.01", kStock, kVenueA);
    trading.quote("99.98", "100.02", kStock, kVenueB);
    order("long", Side::Buy, 30, "100.01");
    trading.report(orders::ReportKind::Accepted, trading.find("long").id);
    trading.fill(trading.find("long").id, 30, "100", "t1");
    order("resting", Side::Buy, 1, "99");
    trading.report(orders::ReportKind::Accepted, trading.find("resting").id);
    trading.commands.clear();
    set(0);
    CHECK(firing("Load").empty());
    CHECK(trading.commands.empty());
  }

  /// Gives the series a value and lets the engine sample it.
  void set(double value) {
    injected.set(monitoring::Labels{{"__name__", "load"}, {"exchange", "B"}, {"strategy", "manual"}}, value);
    pass(1s);
  }
  void fire() {
    set(2);
    CHECK(firing("Load").size() == 1);
  }
  void resolve() {
    set(0);
    CHECK(firing("Load").empty());
  }

  void order(const char* id, Side side, std::int64_t quantity, const char* limit,
             orders::VenueId venue = kVenueA) {
    trading.send(CoreHarness::order(id, side, quantity, limit, venue));
  }
  /// Why the next order is denied.
  orders::DenyReason denied(const char* id, Side side = Side::Buy, orders::VenueId venue = kVenueA) {
    const std::size_t before = trading.denials.size();
    order(id, side, 1, side == Side::Buy ? "100.01" : "99.99", venue);
    return trading.denials.size() == before ? orders::DenyReason::None : trading.denials.back().reason;
  }
  [[nodiscard]] std::size_t cancels() const {
    return static_cast<std::size_t>(
        std::ranges::count(trading.commands, VenueCommand::Kind::Cancel, &VenueCommand::kind));
  }
  void person(Command kind) {
    ControlCommand command;
    command.kind = kind;
    command.venue = kVenueB;
    command.strategy = kManual;
    trading.core.on_control(command, trading.now());
    actions.person_acted(command);
  }
};

}  // namespace

TEST_SUITE("actions of alerts on injected data") {
  TEST_CASE("halt_trading: no order passes, until a person resumes, whatever becomes of the alert") {
    InjectedAction engine("halt_trading");
    CHECK(engine.denied("before") == orders::DenyReason::None);
    engine.fire();
    CHECK(engine.denied("a") == orders::DenyReason::TradingHalted);
    engine.resolve();
    CHECK(engine.denied("b") == orders::DenyReason::TradingHalted);
    engine.person(Command::Resume);
    CHECK(engine.denied("c") == orders::DenyReason::None);
    engine.fire();
    CHECK(engine.denied("d") == orders::DenyReason::TradingHalted);
  }

  TEST_CASE("stop_all_trading: the same, and what works is cancelled") {
    InjectedAction engine("stop_all_trading");
    engine.fire();
    CHECK(engine.cancels() == 1);
    CHECK(engine.denied("a") == orders::DenyReason::TradingHalted);
    engine.resolve();
    CHECK(engine.denied("b") == orders::DenyReason::TradingHalted);
  }

  TEST_CASE("reduce_only: only what shrinks the position passes") {
    InjectedAction engine("reduce_only");
    engine.fire();
    CHECK(engine.denied("a") == orders::DenyReason::TradingReducing);
    CHECK(engine.denied("b", Side::Sell) == orders::DenyReason::None);
    engine.resolve();
    CHECK(engine.denied("c") == orders::DenyReason::TradingReducing);
  }

  TEST_CASE("cancel_all: what works is cancelled at each firing, and trading goes on") {
    InjectedAction engine("cancel_all");
    engine.fire();
    CHECK(engine.cancels() == 1);
    engine.trading.report(orders::ReportKind::Canceled, engine.trading.find("resting").id);
    CHECK(engine.denied("a") == orders::DenyReason::None);
    engine.trading.report(orders::ReportKind::Accepted, engine.trading.find("a").id);
    engine.resolve();
    engine.fire();
    CHECK(engine.cancels() == 2);
    CHECK(engine.actions.latches().empty());
  }

  TEST_CASE("close_positions: what works is cancelled, then the position is sold") {
    InjectedAction engine("close_positions");
    engine.fire();
    CHECK(engine.cancels() == 1);
    engine.trading.report(orders::ReportKind::Canceled, engine.trading.find("resting").id);
    engine.pass(1s);
    const VenueCommand& close = engine.trading.commands.back();
    CHECK(close.kind == VenueCommand::Kind::New);
    CHECK(close.side == Side::Sell);
    CHECK(close.terms.quantity == orders::Quantity{30});
    engine.resolve();
    CHECK(engine.denied("a") == orders::DenyReason::TradingReducing);
  }

  TEST_CASE("pause_order_submission and use_backup_venue: the venue of the label gets no more orders") {
    for (const char* action : {"pause_order_submission", "use_backup_venue"}) {
      CAPTURE(action);
      InjectedAction engine(action);
      engine.fire();
      CHECK(engine.denied("a", Side::Buy, kVenueB) == orders::DenyReason::VenuePaused);
      CHECK(engine.denied("b", Side::Buy, kVenueA) == orders::DenyReason::None);
      engine.resolve();
      CHECK(engine.denied("c", Side::Buy, kVenueB) == orders::DenyReason::VenuePaused);
      engine.person(Command::ResumeVenue);
      CHECK(engine.denied("d", Side::Buy, kVenueB) == orders::DenyReason::None);
    }
  }

  TEST_CASE("disable_strategy: the strategy of the label sends nothing until a person enables it") {
    InjectedAction engine("disable_strategy");
    engine.fire();
    CHECK(engine.denied("a") == orders::DenyReason::StrategyDisabled);
    engine.resolve();
    CHECK(engine.denied("b") == orders::DenyReason::StrategyDisabled);
    engine.person(Command::EnableStrategy);
    CHECK(engine.denied("c") == orders::DenyReason::None);
  }

  TEST_CASE("restart_component and page: done once a firing, and over then") {
    InjectedAction engine("restart_component:market_data,page");
    engine.fire();
    engine.set(3);
    CHECK(engine.market_data_restarts == 1);
    engine.resolve();
    engine.fire();
    CHECK(engine.market_data_restarts == 2);
    CHECK(engine.actions.latches().empty());
  }
}

TEST_CASE(
    "the rules that ship find a loss of the day in what the engine itself publishes, and when it is over") {
  EngineConfig config = small_config();
  config.limits.accounts.resize(1);
  config.limits.accounts[0].max_day_loss = orders::Money{1000};
  MonitoredEngine engine(config, MonitoredEngine::Records::All);
  CoreHarness& core = engine.trading;
  core.time = orders::Timestamp{1'700'000'000s};
  core.quote("99.99", "100.01");
  core.send(CoreHarness::order("a", Side::Buy, 100, "120"));
  core.report(orders::ReportKind::Accepted, core.find("a").id);
  for (int second = 0; second < 60; ++second) engine.pass(1s);
  CHECK(engine.firing("MaxDailyLossExceeded").empty());
  CHECK(engine.firing("CircuitBreakerTriggered").empty());

  core.fill(core.find("a").id, 100, "115", "t1");
  CHECK(core.core.risk().trading_state() == risk::TradingState::Halted);
  for (int second = 0; second < 10; ++second) engine.pass(1s);
  CHECK(engine.firing("CircuitBreakerTriggered").size() == 1);
  CHECK(engine.firing("MaxDailyLossExceeded").empty());  // it waits for a minute
  for (int second = 0; second < 70; ++second) engine.pass(1s);
  REQUIRE(engine.firing("MaxDailyLossExceeded").size() == 1);
  CHECK(engine.firing("MaxDailyLossExceeded")[0].labels.value("account") == "main");
  CHECK(engine.firing("MaxDailyLossExceeded")[0].value == doctest::Approx(-1501));

  // The price comes back, and a person lets trading go on.
  core.quote("118.99", "119.01");
  ControlCommand resume;
  resume.kind = Command::Resume;
  core.core.on_control(resume, core.now());
  engine.actions.person_acted(resume);
  for (int second = 0; second < 320; ++second) engine.pass(1s);
  CHECK(engine.firing("MaxDailyLossExceeded").empty());
  CHECK(engine.firing("CircuitBreakerTriggered").empty());
  CHECK(core.core.risk().trading_state() == risk::TradingState::Active);
}

TEST_CASE("what monitoring takes in memory is published, and grows with what it records") {
  MonitoredEngine engine;
  const auto memory = [&] {
    for (const auto& family : engine.registry.Collect()) {
      if (family.name == "execution_memory_usage_bytes") return family.metric.at(0).gauge.value;
    }
    return 0.0;
  };
  engine.trading.time = orders::Timestamp{1'700'000'000s};
  engine.pass(1s);
  const double before = memory();
  CHECK(before > 1000);
  for (int i = 0; i < 1000; ++i)
    engine.injected.set(monitoring::Labels{{"__name__", "load"}, {"number", std::to_string(i)}}, i);
  engine.pass(1s);
  CHECK(memory() > before + 100'000);
}
