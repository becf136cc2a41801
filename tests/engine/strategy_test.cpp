#include "engine/signals/strategy.h"

#include <doctest/doctest.h>

#include <vector>

using namespace vigil;
using namespace vigil::engine;
using orders::Price;
using orders::Quantity;
using orders::Side;

namespace {

struct Requests : RequestSink {
  void request(const orders::OrderRequest& request) noexcept override { all.push_back(request); }
  std::vector<orders::OrderRequest> all;
};

std::vector<orders::Instrument> one_instrument() {
  orders::Instrument instrument;
  instrument.id = orders::InstrumentId{0};
  instrument.symbol = "ACME";
  instrument.tick_size = *Price::parse("0.01");
  instrument.lot_size = Quantity{10};
  return {instrument};
}

StrategyConfig strategy_config(StrategyKind kind) {
  StrategyConfig config;
  config.kind = kind;
  config.account = orders::AccountId{0};
  config.order_quantity = Quantity{25};
  config.max_position = Quantity{40};
  config.window = 4;
  config.entry_threshold_bp = 50;
  config.cooldown = std::chrono::seconds{1};
  return config;
}

struct Bench {
  explicit Bench(const StrategyConfig& config) : strategy(orders::StrategyId{3}, config, instruments) {}
  std::vector<orders::Instrument> instruments = one_instrument();
  Strategy strategy;
  Requests requests;
  orders::Timestamp time = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);

  void quote(std::int64_t mid, orders::Duration after = std::chrono::milliseconds{100}) {
    time += after;
    orders::Quote quote;
    quote.bid = Price::from_raw(Price{mid}.raw() - 1'000'000);
    quote.ask = Price::from_raw(Price{mid}.raw() + 1'000'000);
    strategy.on_reference(orders::InstrumentId{0}, quote, orders::manual_time(time), requests);
  }
};

}  // namespace

TEST_CASE("momentum buys what rose over its window, at the ask, in whole lots") {
  Bench bench(strategy_config(StrategyKind::Momentum));
  for (int i = 0; i < 4; ++i) bench.quote(100);
  CHECK(bench.requests.all.empty());
  bench.quote(102);
  REQUIRE(bench.requests.all.size() == 1);
  const orders::OrderRequest& request = bench.requests.all[0];
  CHECK(request.side == Side::Buy);
  CHECK(request.terms.quantity == Quantity{20});
  CHECK(request.terms.limit_price == Price::parse("102.01"));
  CHECK(request.time_in_force == orders::TimeInForce::ImmediateOrCancel);
  CHECK(request.client_order_id.view() == "S3-1");
}

TEST_CASE("mean reversion sells what is far above its window's mean") {
  Bench bench(strategy_config(StrategyKind::MeanReversion));
  for (int i = 0; i < 4; ++i) bench.quote(100);
  bench.quote(102);
  REQUIRE(bench.requests.all.size() == 1);
  CHECK(bench.requests.all[0].side == Side::Sell);
}

TEST_CASE("a strategy has one order at a time, waits its cooldown and never goes beyond its position") {
  Bench bench(strategy_config(StrategyKind::Momentum));
  for (int i = 0; i < 4; ++i) bench.quote(100);
  bench.quote(102);
  bench.quote(104);
  CHECK(bench.requests.all.size() == 1);  // the first still works
  bench.strategy.on_fill(orders::InstrumentId{0}, Side::Buy, Quantity{20});
  bench.strategy.on_closed(orders::InstrumentId{0}, bench.requests.all[0].client_order_id);
  bench.quote(106);
  CHECK(bench.requests.all.size() == 1);  // cooldown
  bench.quote(108, std::chrono::seconds{2});
  REQUIRE(bench.requests.all.size() == 2);
  bench.strategy.on_fill(orders::InstrumentId{0}, Side::Buy, Quantity{20});
  bench.strategy.on_closed(orders::InstrumentId{0}, bench.requests.all[1].client_order_id);
  bench.quote(120, std::chrono::seconds{2});
  CHECK(bench.requests.all.size() == 2);  // 40 held: full
}

TEST_CASE("a resting order that does not trade is taken back, once, and again if the cancel was refused") {
  StrategyConfig config = strategy_config(StrategyKind::Momentum);
  config.aggressive = false;
  Bench bench(config);
  for (int i = 0; i < 4; ++i) bench.quote(100);
  bench.quote(102);
  REQUIRE(bench.requests.all.size() == 1);
  CHECK(bench.requests.all[0].terms.limit_price == Price::parse("101.99"));
  bench.quote(102, std::chrono::seconds{11});
  REQUIRE(bench.requests.all.size() == 2);
  CHECK(bench.requests.all[1].action == orders::OrderRequest::Action::Cancel);
  bench.quote(102);
  CHECK(bench.requests.all.size() == 2);
  bench.strategy.on_cancel_refused(orders::InstrumentId{0}, bench.requests.all[0].client_order_id);
  bench.quote(102);
  CHECK(bench.requests.all.size() == 3);
}

TEST_CASE("a quote without a mid says nothing") {
  Bench bench(strategy_config(StrategyKind::Momentum));
  for (int i = 0; i < 4; ++i) bench.quote(100);
  orders::Quote one_sided;
  one_sided.bid = Price{500};
  bench.strategy.on_reference(orders::InstrumentId{0}, one_sided, orders::manual_time(bench.time),
                              bench.requests);
  CHECK(bench.requests.all.empty());
}

namespace {

/// Follows model 2.
struct Follower : Bench {
  Follower() : Bench(model_config()) { quote(100); }
  static StrategyConfig model_config() {
    StrategyConfig config = strategy_config(StrategyKind::Model);
    config.model = 2;
    config.least_confidence = Confidence::Medium;
    return config;
  }
  void signal(SignalType type, Confidence confidence = Confidence::High, std::uint16_t model = 2,
              orders::Duration after = std::chrono::milliseconds{100}) {
    time += after;
    orders::Quote quote;
    quote.bid = Price::parse("99.99");
    quote.ask = Price::parse("100.01");
    const Signal said{.instrument = orders::InstrumentId{0},
                      .model = model,
                      .type = type,
                      .confidence = confidence,
                      .probability = 0.9,
                      .quote_time = time};
    strategy.on_signal(said, quote, orders::manual_time(time), requests);
  }
};

}  // namespace

TEST_CASE("a strategy does what its model says, once it is confident, and what no other says") {
  Follower follower;
  follower.quote(200);  // what the market does is the model's business
  follower.signal(SignalType::Hold);
  follower.signal(SignalType::Buy, Confidence::Low);
  follower.signal(SignalType::Buy, Confidence::High, 1);
  CHECK(follower.requests.all.empty());
  follower.signal(SignalType::Buy, Confidence::Medium);
  REQUIRE(follower.requests.all.size() == 1);
  CHECK(follower.requests.all[0].side == Side::Buy);
  CHECK(follower.requests.all[0].terms.limit_price == Price::parse("100.01"));
  follower.signal(SignalType::Sell, Confidence::High, 2, std::chrono::seconds{5});
  CHECK(follower.requests.all.size() == 1);  // one order at a time
}

TEST_CASE("a follower keeps its cooldown and its largest position") {
  Follower follower;
  follower.signal(SignalType::Sell);
  REQUIRE(follower.requests.all.size() == 1);
  follower.strategy.on_fill(orders::InstrumentId{0}, Side::Sell, Quantity{20});
  follower.strategy.on_closed(orders::InstrumentId{0}, follower.requests.all[0].client_order_id);
  follower.signal(SignalType::Sell);
  CHECK(follower.requests.all.size() == 1);
  follower.signal(SignalType::Sell, Confidence::High, 2, std::chrono::seconds{1});
  REQUIRE(follower.requests.all.size() == 2);
  follower.strategy.on_fill(orders::InstrumentId{0}, Side::Sell, Quantity{20});
  follower.strategy.on_closed(orders::InstrumentId{0}, follower.requests.all[1].client_order_id);
  follower.signal(SignalType::Sell, Confidence::High, 2, std::chrono::seconds{1});
  CHECK(follower.requests.all.size() == 2);  // 40 is the most
}

TEST_CASE("the other strategies do not listen to models") {
  Bench bench(strategy_config(StrategyKind::Momentum));
  bench.quote(100);
  orders::Quote quote;
  quote.bid = Price::parse("99.99");
  quote.ask = Price::parse("100.01");
  const Signal said{.instrument = orders::InstrumentId{0},
                    .model = 0,
                    .type = SignalType::Buy,
                    .confidence = Confidence::High,
                    .probability = 0.9,
                    .quote_time = bench.time};
  bench.strategy.on_signal(said, quote, orders::manual_time(bench.time), bench.requests);
  CHECK(bench.requests.all.empty());
}
