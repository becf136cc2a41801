#include "engine/core/live_engine.h"

#include <doctest/doctest.h>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"

using namespace vigil;
using namespace vigil::engine;

namespace {

constexpr std::chrono::seconds kPatience{30};

struct Live {
  explicit Live(EngineConfig start_config)
      : config(std::move(start_config)),
        logger(config.log, registry, [](std::string_view) {}),
        engine(config, registry, logger) {}

  template <typename Read>
  ViewExchange::Outcome ask(ViewKind kind, Read&& read) {
    return engine.views().ask(kind, orders::kNoOrder, View::kMaxOrders, kPatience, std::forward<Read>(read));
  }
  bool control(ControlCommand::Kind kind) {
    ControlCommand command;
    command.kind = kind;
    return engine.control(command, kPatience);
  }

  /// A market event has reached the core once the engine knows a price.
  void wait_for_market() {
    bool priced = false;
    while (!priced) {
      REQUIRE(ask(ViewKind::Status, [&](const View& view) { priced = view.references[0].bid.has_value(); }) ==
              ViewExchange::Outcome::Answered);
    }
  }

  EngineConfig config;
  monitoring::Registry registry;
  monitoring::Logger logger;
  LiveEngine engine;
};

EngineConfig quiet_config() {
  EngineConfig config = read_engine_config(default_config_text(), "default");
  config.log.level = monitoring::LogLevel::Fatal;
  return config;
}

}  // namespace

TEST_CASE("the live engine answers views and carries out commands while its threads run, and ends in order") {
  Live live(quiet_config());
  live.engine.start();
  live.wait_for_market();
  CHECK(live.control(ControlCommand::Kind::Halt));
  CHECK(live.ask(ViewKind::Risk, [](const View& view) {
    CHECK(view.trading_state == risk::TradingState::Halted);
    CHECK(view.halt_reason == risk::HaltReason::Operator);
  }) == ViewExchange::Outcome::Answered);
  CHECK(live.control(ControlCommand::Kind::Resume));
  CHECK(live.ask(ViewKind::Positions, [&](const View& view) {
    CHECK(view.accounts.size() == live.config.portfolio.accounts.size());
    CHECK(view.identity_residual == orders::ExactMoney{});
  }) == ViewExchange::Outcome::Answered);
  live.engine.sample_queues();
  CHECK(live.registry.series_count() > 1000);
  live.engine.stop();
  CHECK(live.engine.pulse().working_orders.load() == 0);
  CHECK_FALSE(live.control(ControlCommand::Kind::Halt));
}

TEST_CASE("what is posted before the start is in force before a strategy can send an order") {
  Live live(quiet_config());
  for (const auto kind : {ControlCommand::Kind::Reduce, ControlCommand::Kind::Halt}) {
    ControlCommand command;
    command.kind = kind;
    REQUIRE(live.engine.post(command));
  }
  live.engine.start();
  live.wait_for_market();
  CHECK(live.ask(ViewKind::Orders, [](const View& view) { CHECK(view.orders.empty()); }) ==
        ViewExchange::Outcome::Answered);
  live.engine.stop();
  CHECK_FALSE(live.engine.post(ControlCommand{}));
}

TEST_CASE("a question that nobody answers is taken back, and its slot is free again") {
  const EngineConfig config = quiet_config();
  ViewExchange views(config);
  for (std::size_t i = 0; i <= ViewExchange::kSlots; ++i) {
    CHECK(views.ask(ViewKind::Status, orders::kNoOrder, 1, std::chrono::milliseconds{1},
                    [](const View&) {}) == ViewExchange::Outcome::TimedOut);
  }
}
