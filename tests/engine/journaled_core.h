#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "core_harness.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"
#include "engine/random.h"
#include "memory_disk.h"
#include "monitoring/exposition/exposition.h"

namespace vigil::engine::test {

/// A core whose events go to a journal in memory.
struct Journaled {
  explicit Journaled(const EngineConfig& config, std::uint32_t hash_every = 1,
                     const std::string& configuration = "")
      : live(config), ring(1), writer(ring, disk, config.journal, nullptr) {
    writer.start({}, {.clock = StageClock::Mode::Manual, .version = "test", .configuration = configuration},
                 live.now());
    live.core.begin_run(live.now());
    live.core.start_journal(ring, writer.first_sequence(), hash_every);
  }
  void write() { writer.flush(live.now().monotonic); }

  CoreHarness live;
  MemoryDisk disk;
  RecordRing ring;
  JournalWriter writer;
};

/// "", or why the journal cannot be played into `core`.
inline std::string play(MemoryDisk& disk, CoreHarness& into, std::uint64_t until = UINT64_MAX) {
  JournalPlayer player(into.core);
  std::string error;
  static_cast<void>(read_journal(disk, {.check_chain = true}, [&](const RecordView& record) {
    if (record.header.sequence > until) return false;
    error = player.play(record);
    return error.empty();
  }));
  player.finish();
  return error;
}

inline std::string metrics_of(const CoreHarness& engine) {
  std::string text;
  monitoring::Exposition(engine.registry).write(monitoring::ExpositionFormat::Text, {}, text);
  return text;
}

/// Orders, market and venues that do as they like, drawn from a seed.
class Session {
 public:
  Session(CoreHarness& engine, std::uint64_t seed) : engine_(engine), random_(seed) {}

  void step() {
    engine_.pass(std::chrono::microseconds{random_.below(200'000)});
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2:
        return quote();
      case 3:
      case 4:
        return order();
      case 5:
        return cancel();
      case 6:
      case 7:
        return report();
      case 8:
        return venue();
      default:
        if (random_.chance(0.3)) return alert();
        if (random_.chance(0.4)) return signal();
        if (random_.chance(0.3)) control();
    }
  }

 private:
  void quote() {
    const auto cents = static_cast<std::int64_t>(9900 + random_.below(200));
    const auto text = [](std::int64_t value) {
      return std::to_string(value / 100) + "." + std::to_string(value % 100 / 10) +
             std::to_string(value % 10);
    };
    engine_.quote(text(cents).c_str(), text(cents + 2).c_str(),
                  static_cast<orders::InstrumentId>(random_.below(2)),
                  static_cast<orders::VenueId>(random_.below(2)));
  }
  void order() {
    orders::OrderRequest request = CoreHarness::order(
        ("C" + std::to_string(++orders_)).c_str(),
        random_.chance(0.5) ? orders::Side::Buy : orders::Side::Sell, random_.from_one_to(300),
        random_.chance(0.9) ? "100.00" : "100.005",
        random_.chance(0.5) ? orders::kNoVenue : static_cast<orders::VenueId>(random_.below(2)));
    request.instrument = static_cast<orders::InstrumentId>(random_.below(2));
    engine_.answer = random_.chance(0.8)   ? SendResult::Sent
                     : random_.chance(0.5) ? SendResult::Disconnected
                                           : SendResult::QueueFull;
    engine_.send(request);
  }
  void cancel() { engine_.cancel(("C" + std::to_string(random_.below(orders_ + 2))).c_str()); }
  void report() {
    if (engine_.commands.empty()) return;
    const VenueCommand& command = engine_.commands[random_.below(engine_.commands.size())];
    if (engine_.core.orders().find(command.order) == nullptr) return;
    if (random_.chance(0.4)) {
      engine_.fill(command.order, random_.from_one_to(200), "100.01",
                   ("T" + std::to_string(random_.below(50))).c_str(), "0.37");
    } else {
      engine_.report(static_cast<orders::ReportKind>(random_.below(9)), command.order,
                     random_.chance(0.1) ? orders::RejectReason::RateLimited : orders::RejectReason::None);
    }
  }
  void venue() {
    VenueEvent event;
    event.kind = random_.chance(0.7) ? VenueEvent::Kind::Connected : VenueEvent::Kind::Disconnected;
    event.venue = static_cast<orders::VenueId>(random_.below(2));
    engine_.core.on_venue(event, engine_.now());
  }
  void alert() {
    AlertNote note;
    note.state = static_cast<AlertNote::State>(random_.below(3));
    note.name = decltype(note.name)::truncated("Alert" + std::to_string(random_.below(5)));
    note.labels = decltype(note.labels)::truncated("{a=\"" + std::to_string(random_.below(40)) + "\"}");
    note.value = random_.uniform();
    note.since = engine_.time;
    engine_.core.on_alert(note, engine_.now());
  }
  void signal() {
    const Signal said{.instrument = static_cast<orders::InstrumentId>(random_.below(2)),
                      .model = static_cast<std::uint16_t>(random_.below(2)),
                      .type = static_cast<SignalType>(random_.below(3)),
                      .confidence = static_cast<Confidence>(random_.below(3)),
                      .probability = random_.uniform(),
                      .quote_time = engine_.time};
    engine_.core.on_signal(said, engine_.now());
  }
  void control() {
    ControlCommand command;
    command.kind = static_cast<ControlCommand::Kind>(random_.below(ControlCommand::kKindCount));
    command.strategy = kManual;
    command.venue = static_cast<orders::VenueId>(random_.below(2));
    command.limits = &engine_.config.limits;
    command.by_alert = random_.chance(0.3);
    command.detected = engine_.now().monotonic;
    engine_.core.on_control(command, engine_.now());
    ControlCommand resume;
    resume.kind = ControlCommand::Kind::Resume;
    if (random_.chance(0.7)) engine_.core.on_control(resume, engine_.now());
  }

  CoreHarness& engine_;
  Random random_;
  std::uint64_t orders_ = 0;
};

inline void check_same_state(CoreHarness& a, CoreHarness& b) {
  CHECK(a.core.state_hash() == b.core.state_hash());
  CHECK(a.core.orders().live_count() == b.core.orders().live_count());
  CHECK(a.core.risk().trading_state() == b.core.risk().trading_state());
  a.core.orders().for_each_remembered([&](const orders::Order& order) {
    const orders::Order* const again = b.core.orders().find(order.id);
    REQUIRE(again != nullptr);
    CHECK(order.status == again->status);
    CHECK(order.cum_quantity == again->cum_quantity);
    CHECK(order.traded_value == again->traded_value);
    CHECK(order.deny_reason == again->deny_reason);
    for (std::size_t i = 0; i < orders::kStageCount; ++i)
      CHECK(order.stages[i].wall == again->stages[i].wall);
  });
  const auto one = a.core.portfolio().account(kMain, a.time);
  const auto two = b.core.portfolio().account(kMain, a.time);
  CHECK(one.cash == two.cash);
  CHECK(one.equity == two.equity);
  CHECK(one.realized == two.realized);
  CHECK(one.peak_equity == two.peak_equity);
}

inline void check_same(CoreHarness& a, CoreHarness& b) {
  check_same_state(a, b);
  const bool metrics_agree = metrics_of(a) == metrics_of(b);  // too long to be shown
  CHECK(metrics_agree);
}

inline EngineConfig watched_config() {
  EngineConfig config = small_config();
  config.limits.instruments.resize(2);
  config.limits.instruments[0].max_position = Quantity{500};
  config.limits.accounts.resize(1);
  config.limits.accounts[0].max_messages_per_second = 5;
  config.limits.accounts[0].max_day_loss = Money{400};
  config.limits.duplicate_window = std::chrono::milliseconds{300};
  config.retry.max_attempts = 3;
  config.orders.order_capacity = 64;
  // Model 0 is followed, model 1 is not. They look at the second instrument: quotes of the first may be set
  // aside.
  const auto second = static_cast<orders::InstrumentId>(1);
  config.models = {{.name = "followed", .file = "followed.json", .instruments = {second}},
                   {.name = "ignored", .file = "ignored.json", .instruments = {second}}};
  StrategyConfig follower;
  follower.name = "follower";
  follower.kind = StrategyKind::Model;
  follower.account = kMain;
  follower.instruments = {second};
  follower.order_quantity = Quantity{10};
  follower.max_position = Quantity{200};
  config.strategies.push_back(follower);
  config.portfolio.strategy_count = 2;
  return config;
}

}  // namespace vigil::engine::test
