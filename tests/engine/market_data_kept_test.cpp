// journal.market_data: what of the market the journal keeps, and that all else is brought back from it.

#include <deque>
#include <map>

#include "engine/core/waiting_quotes.h"
#include "journaled_core.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;

namespace {

EngineConfig kept(MarketDataKept kept, EngineConfig config = watched_config()) {
  config.journal.market_data = kept;
  return config;
}

std::map<RecordType, int> records_of(MemoryDisk& disk) {
  std::map<RecordType, int> counts;
  static_cast<void>(read_journal(disk, {.check_chain = true}, [&](const RecordView& record) {
    ++counts[record.header.type];
    return true;
  }));
  return counts;
}

double counter(const CoreHarness& engine, const std::string& line) {
  const std::string text = metrics_of(engine);
  const std::size_t at = text.find("\n" + line + " ");
  REQUIRE(at != std::string::npos);
  return std::stod(text.substr(at + line.size() + 2));
}

}  // namespace

TEST_CASE("of the quotes that wait the last of each venue and instrument is there, in their order") {
  Random random(11);
  WaitingQuotes quotes(3, 2);
  std::deque<orders::MarketEvent> expected;
  for (int step = 0; step < 20'000; ++step) {
    if (random.chance(0.6)) {
      orders::MarketEvent event;
      event.instrument = static_cast<orders::InstrumentId>(random.below(3));
      event.venue = static_cast<orders::VenueId>(random.below(2));
      event.time = orders::timestamp_from_nanoseconds(step);
      const std::size_t replaced = std::erase_if(expected, [&](const orders::MarketEvent& other) {
        return other.instrument == event.instrument && other.venue == event.venue;
      });
      expected.push_back(event);
      CHECK(quotes.keep(event, std::chrono::nanoseconds{step}) == (replaced == 1));
    } else if (random.chance(0.05)) {
      quotes.clear();
      expected.clear();
    } else if (!quotes.empty()) {
      const WaitingQuotes::Waiting first = quotes.take();
      CHECK(first.event.time == expected.front().time);
      CHECK(first.waited == expected.front().time.time_since_epoch());
      expected.pop_front();
    }
    REQUIRE(quotes.empty() == expected.empty());
  }
}

TEST_CASE("whatever is kept of the market, the journal leads to the same orders, positions and state") {
  for (const MarketDataKept setting : {MarketDataKept::None, MarketDataKept::Top, MarketDataKept::All}) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      INFO("setting ", static_cast<int>(setting), ", seed ", seed);
      Journaled journaled(kept(setting));
      Session session(journaled.live, seed);
      for (int step = 0; step < 400; ++step) {
        session.step();
        if (step % 3 == 0) journaled.live.trade("100.01", static_cast<orders::InstrumentId>(step % 2));
      }
      journaled.live.core.end_journal(journaled.live.now());
      journaled.write();

      CoreHarness again(kept(setting));
      REQUIRE(play(journaled.disk, again) == "");
      check_same_state(journaled.live, again);
      for (const orders::InstrumentId instrument : {kStock, kOther}) {
        const orders::Quote& one = journaled.live.core.market().reference(instrument);
        CHECK(one.bid == again.core.market().reference(instrument).bid);
        CHECK(one.time == again.core.market().reference(instrument).time);
      }
    }
  }
}

TEST_CASE("top keeps every quote, and of the trades the first word of a venue on an instrument") {
  Journaled journaled(kept(MarketDataKept::Top));
  journaled.live.trade("100.01");
  journaled.live.trade("100.01");
  journaled.live.trade("100.01");
  journaled.live.quote("100.00", "100.02");
  journaled.live.quote("100.00", "100.02");
  journaled.write();
  auto records = records_of(journaled.disk);
  CHECK(records[RecordType::Trade] == 1);
  CHECK(records[RecordType::Quote] == 2);
  CHECK(counter(journaled.live, R"(market_data_messages_processed_total{message_type="trade",symbol="ACME",)"
                                R"(exchange="A"})") == 3);
}

TEST_CASE("none keeps the last quotes before an event, which is judged by them") {
  EngineConfig config = small_config();
  config.limits.instruments.resize(2);
  config.limits.instruments[0].max_order_notional = Money{10'000};
  Journaled journaled(kept(MarketDataKept::None, config));
  CoreHarness& engine = journaled.live;
  engine.quote("100.00", "100.02");
  engine.quote("50.00", "50.02");
  engine.quote("200.00", "200.02");
  engine.quote("200.00", "200.03", kStock, kVenueB);
  journaled.write();
  CHECK(records_of(journaled.disk)[RecordType::Quote] == 0);
  CHECK(counter(engine, R"(market_data_messages_replaced_total{exchange="A"})") == 2);

  // 60 at 50.02 would be within the limit, at 200.02 they are not.
  orders::OrderRequest market = CoreHarness::order("1", orders::Side::Buy, 60, "1");
  market.type = orders::OrderType::Market;
  market.terms.limit_price.reset();
  engine.send(market);
  CHECK(engine.denials.size() == 1);
  journaled.write();
  CHECK(records_of(journaled.disk)[RecordType::Quote] == 2);
}

TEST_CASE("what was set aside is taken up by the next tick at the latest") {
  Journaled journaled(kept(MarketDataKept::None));
  journaled.live.quote("100.00", "100.02");
  CHECK(!journaled.live.core.market().reference(kStock).bid);
  CHECK(journaled.live.core.next_timer() <= journaled.live.now().monotonic + 100ms);
  journaled.live.pass(100ms);
  CHECK(journaled.live.core.market().reference(kStock).bid == Price::parse("100.00"));
}

TEST_CASE("a loss that a quote set aside brings halts before the next order") {
  Journaled journaled(kept(MarketDataKept::None));
  CoreHarness& engine = journaled.live;
  engine.quote("100.00", "100.02");
  engine.send(CoreHarness::order("1", orders::Side::Buy, 300, "100.02"));
  engine.fill(engine.find("1").id, 300, "100.02", "T1");
  engine.quote("90.00", "90.02");
  CHECK(engine.core.risk().trading_state() == risk::TradingState::Active);
  engine.send(CoreHarness::order("2", orders::Side::Buy, 1, "90.02"));
  CHECK(engine.core.risk().trading_state() == risk::TradingState::Halted);
  REQUIRE(engine.denials.size() == 1);
  CHECK(engine.denials.back().reason == orders::DenyReason::TradingHalted);
}

TEST_CASE("an instrument that a strategy watches is taken up at once, after what waits") {
  EngineConfig config = small_config();
  StrategyConfig& strategy = config.strategies[0];
  strategy.kind = StrategyKind::Momentum;
  strategy.instruments = {kStock};
  strategy.order_quantity = Quantity{1};
  strategy.max_position = Quantity{10};
  strategy.window = 2;
  config.by_name.strategy_instruments = {{"ACME"}};
  Journaled journaled(kept(MarketDataKept::None, config));
  CoreHarness& engine = journaled.live;
  engine.quote("50.00", "50.02", kOther);
  CHECK(!engine.core.market().reference(kOther).bid);
  engine.quote("100.00", "100.02", kStock);
  CHECK(engine.core.market().reference(kStock).bid == Price::parse("100.00"));
  CHECK(engine.core.market().reference(kOther).bid == Price::parse("50.00"));
  CHECK(!engine.core.has_quotes_waiting());
}

TEST_CASE("without a journal everything is taken up as it comes") {
  CoreHarness engine(kept(MarketDataKept::None));
  engine.quote("100.00", "100.02");
  CHECK(engine.core.market().reference(kStock).bid == Price::parse("100.00"));
}
