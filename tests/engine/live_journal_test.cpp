// The engine's threads with a journal: what leaves when, and what a disk that hangs or fails does to it.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <thread>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/live_engine.h"
#include "engine/journal/journal_reader.h"
#include "engine/tape/event_codec.h"
#include "memory_disk.h"

using namespace vigil;
using namespace vigil::engine;
using vigil::engine::test::MemoryDisk;

namespace {

constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kShort{50};

EngineConfig desk_config() {
  // Prices far from the market may rest.
  std::string text{default_config_text()};
  for (const std::string limit : {"max_price_deviation_bp: 50 ", "max_price_deviation_bp: 3 "}) {
    const std::size_t place = text.find(limit);
    REQUIRE(place != std::string::npos);
    text.replace(place, limit.size(), "max_price_deviation_bp: 900 ");
  }
  EngineConfig config = read_engine_config(text, "default");
  config.log.level = monitoring::LogLevel::Fatal;
  for (StrategyConfig& strategy : config.strategies) strategy.kind = StrategyKind::Manual;
  config.experiments.clear();  // a manual strategy is in none
  config.models.clear();       // they would look at every quote
  for (SimulatedVenueConfig& venue : config.venues) venue.faults = {};
  config.journal.segment_bytes = std::uint64_t{4} << 20U;
  return config;
}

/// An engine on a disk that outlives it.
struct Live {
  explicit Live(std::shared_ptr<MemoryDisk> where, EngineConfig with = desk_config())
      : disk(std::move(where)),
        config(std::move(with)),
        logger(config.log, registry, [](std::string_view) {}),
        journal(std::make_unique<Borrowed>(*disk), config, registry, logger),
        engine(config, registry, logger, &journal) {
    engine.recover();
    engine.start();
    bool priced = false;
    while (!priced) {
      REQUIRE(engine.views().ask(ViewKind::Status, orders::kNoOrder, 0, kPatience, [&](const View& view) {
        priced = view.references[0].bid.has_value() && view.venues_connected[0];
      }) == ViewExchange::Outcome::Answered);
    }
  }

  ~Live() {
    disk->hangs = false;  // else the engine would not end
  }

  /// Of another quantity each: the same terms again would be a duplicate.
  static orders::OrderRequest order(const char* id) {
    static std::int64_t quantity = 0;
    orders::OrderRequest request;
    request.client_order_id = *orders::ClientOrderId::from(id);
    request.account = orders::AccountId{0};
    request.strategy = orders::StrategyId{0};
    request.instrument = orders::InstrumentId{0};
    request.venue = orders::VenueId{0};
    request.side = orders::Side::Buy;
    request.type = orders::OrderType::Limit;
    request.terms.quantity = orders::Quantity{++quantity};
    request.terms.limit_price = orders::Price::parse("95");
    return request;
  }
  /// How the order stands, as a view tells; nothing once it is not open.
  std::optional<orders::OrderStatus> status(orders::OrderId id) {
    std::optional<orders::OrderStatus> found;
    REQUIRE(engine.views().ask(ViewKind::Orders, orders::kNoOrder, View::kMaxOrders, kPatience,
                               [&](const View& view) {
                                 for (const orders::Order& each : view.orders) {
                                   if (each.id == id) found = each.status;
                                 }
                               }) == ViewExchange::Outcome::Answered);
    return found;
  }
  risk::HaltReason halt_reason() {
    auto reason = risk::HaltReason::None;
    REQUIRE(engine.views().ask(ViewKind::Risk, orders::kNoOrder, 0, kPatience, [&](const View& view) {
      reason = view.halt_reason;
    }) == ViewExchange::Outcome::Answered);
    return reason;
  }
  template <typename Condition>
  static void wait_for(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::yield();
    }
  }

  class Borrowed : public JournalDisk {
   public:
    explicit Borrowed(MemoryDisk& disk) : disk_(disk) {}
    std::vector<std::string> list() override { return disk_.list(); }
    std::string read(const std::string& name) override { return disk_.read(name); }
    std::string read_head(const std::string& name, std::size_t size) override {
      return disk_.read_head(name, size);
    }
    std::uint64_t free_bytes() override { return disk_.free_bytes(); }
    int create(const std::string& name, std::uint64_t size,
               std::unique_ptr<JournalFile>& out) noexcept override {
      return disk_.create(name, size, out);
    }
    int rename(const std::string& from, const std::string& to) noexcept override {
      return disk_.rename(from, to);
    }
    void truncate(const std::string& name, std::uint64_t size) override { disk_.truncate(name, size); }
    void remove(const std::string& name) override { disk_.remove(name); }
    std::string path_of(const std::string& name) const override { return disk_.path_of(name); }

   private:
    MemoryDisk& disk_;
  };

  std::shared_ptr<MemoryDisk> disk;
  EngineConfig config;
  monitoring::Registry registry;
  monitoring::Logger logger;
  Journal journal;
  LiveEngine engine;
};

}  // namespace

TEST_CASE("an order is acknowledged and leaves only once it is on the disk") {
  Live live(std::make_shared<MemoryDisk>());
  const auto before = live.engine.place(Live::order("BEFORE"), true, kPatience);
  REQUIRE(before.has_value());
  CHECK(before->refused == orders::DenyReason::None);
  CHECK(live.journal.durable() >= before->record);
  Live::wait_for([&] { return live.status(before->order) == orders::OrderStatus::Accepted; });

  live.disk->hangs = true;
  CHECK_FALSE(live.engine.place(Live::order("HELD"), true, kShort).has_value());
  // The core has it; the venue has not, however long it takes.
  const orders::OrderId held{static_cast<std::uint64_t>(before->order) + 1};
  for (int i = 0; i < 200; ++i) REQUIRE(live.status(held) == orders::OrderStatus::Submitted);
  live.disk->hangs = false;
  Live::wait_for([&] { return live.status(held) == orders::OrderStatus::Accepted; });
  live.engine.stop();
}

TEST_CASE(
    "a disk that hangs makes the core wait, not forget: the queues before it fill and do what they do") {
  EngineConfig config = desk_config();
  config.journal.buffer_bytes = std::uint64_t{2} << 20U;
  config.synthetic.quotes_per_second = 20'000;
  Live live(std::make_shared<MemoryDisk>(), config);
  live.disk->hangs = true;
  Live::wait_for([&] { return live.registry.counter(metric::kJournalStalls, {}).value() > 0; });
  Live::wait_for([&] {
    std::uint64_t dropped = 0;
    for (const SimulatedVenueConfig& venue : live.config.venues) {
      dropped += live.registry.counter(metric::kMarketDropped, {venue.name, "quote"}).value();
    }
    return dropped > 0;
  });
  live.disk->hangs = false;
  const auto after = live.engine.place(Live::order("AFTER"), true, kPatience);
  REQUIRE(after.has_value());
  CHECK(live.journal.durable() >= after->record);
  CHECK(live.halt_reason() == risk::HaltReason::None);
  CHECK(live.registry.counter(metric::kJournalLost, {}).value() == 0);
  live.engine.stop();
}

TEST_CASE("when a sync fails trading halts, what waited is not sent, and cancels go out") {
  Live live(std::make_shared<MemoryDisk>());
  const auto resting = live.engine.place(Live::order("RESTING"), true, kPatience);
  REQUIRE(resting.has_value());
  Live::wait_for([&] { return live.status(resting->order) == orders::OrderStatus::Accepted; });

  live.disk->hangs = true;
  static_cast<void>(live.engine.place(Live::order("WAITS"), true, kShort));
  const orders::OrderId waits{static_cast<std::uint64_t>(resting->order) + 1};
  REQUIRE(live.status(waits) == orders::OrderStatus::Submitted);
  live.disk->sync_error = EIO;
  live.disk->hangs = false;
  Live::wait_for([&] { return live.halt_reason() == risk::HaltReason::Journal; });
  Live::wait_for([&] { return !live.status(waits).has_value(); });  // rejected: not sent
  CHECK(live.status(resting->order) == orders::OrderStatus::Accepted);
  CHECK_FALSE(live.engine.place(Live::order("LATE"), true, kShort).has_value());

  ControlCommand cancel;
  cancel.kind = ControlCommand::Kind::CancelAll;
  CHECK(live.engine.control(cancel, kPatience));
  Live::wait_for([&] { return !live.status(resting->order).has_value(); });
  ControlCommand resume;
  resume.kind = ControlCommand::Kind::Resume;
  CHECK(live.engine.control(resume, kPatience));
  Live::wait_for([&] { return live.halt_reason() == risk::HaltReason::Journal; });  // a person cannot
  live.engine.stop();
}

TEST_CASE("an engine goes on where the one before it was stopped") {
  const auto disk = std::make_shared<MemoryDisk>();
  std::uint64_t hash_before = 0;
  {
    Live live(disk);
    REQUIRE(live.engine.place(Live::order("ONE"), true, kPatience).has_value());
    ControlCommand halt;
    halt.kind = ControlCommand::Kind::Halt;
    REQUIRE(live.engine.control(halt, kPatience));
    live.engine.stop();
    hash_before = disk->list().size();
  }
  Live live(disk);
  CHECK(disk->list().size() > hash_before);
  CHECK(live.halt_reason() == risk::HaltReason::Operator);
  const auto again = live.engine.place(Live::order("ONE"), true, kPatience);
  REQUIRE(again.has_value());
  CHECK(again->refused == orders::DenyReason::DuplicateClientOrderId);
  live.engine.stop();
}

TEST_CASE("after a restart the limits of the configuration hold, not those of the run before") {
  const auto disk = std::make_shared<MemoryDisk>();
  {
    Live live(disk);
    CHECK(live.engine.place(Live::order("ONE"), true, kPatience)->refused == orders::DenyReason::None);
    live.engine.stop();
  }
  EngineConfig stricter = desk_config();
  stricter.limits.instruments[0].max_order_quantity = orders::Quantity{1};
  Live live(disk, stricter);
  CHECK(live.engine.place(Live::order("TWO"), true, kPatience)->refused ==
        orders::DenyReason::MaxOrderQuantity);
  live.engine.stop();
}

TEST_CASE(
    "without market data the journal has at most one quote of a venue and instrument between two events") {
  EngineConfig config = desk_config();
  config.journal.market_data = MarketDataKept::None;
  config.synthetic.quotes_per_second = 400;
  config.synthetic.trades_per_second = 200;
  const auto disk = std::make_shared<MemoryDisk>();
  std::uint64_t replaced = 0;
  {
    Live live(disk, config);
    const std::string& venue = config.venues[0].name;
    const auto received = [&](const char* kind) {
      return live.registry.counter(metric::kMessagesReceived, {venue, kind}).value();
    };
    Live::wait_for([&] { return received("quote") >= 2000 && received("trade") >= 500; });
    live.engine.stop();
    replaced = live.registry.counter(metric::kMessagesReplaced, {venue}).value();
  }
  CHECK(replaced > 0);
  std::map<std::pair<orders::InstrumentId, orders::VenueId>, int> since_event;
  int most = 0;
  int timers = 0;  // at first, trades that a venue begins with bring quotes up
  static_cast<void>(read_journal(*disk, {.check_chain = true}, [&](const RecordView& record) {
    if (record.header.type == RecordType::StateHash) return true;
    if (record.header.type != RecordType::Quote) {
      timers += record.header.type == RecordType::Timer ? 1 : 0;
      since_event.clear();
      return true;
    }
    orders::MarketEvent quote;
    orders::Duration waited{};
    WireReader body(record.body);
    body(waited);
    fields(body, quote);
    if (timers >= 3) most = std::max(most, ++since_event[{quote.instrument, quote.venue}]);
    return true;
  }));
  CHECK(most == 1);
}
