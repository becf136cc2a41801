#include "engine/feed/synthetic.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "engine/random.h"

namespace vigil::engine {
namespace {

using namespace std::chrono_literals;
using orders::InstrumentId;
using orders::MarketEvent;
using orders::MarketEventKind;
using orders::Price;
using orders::Quantity;
using orders::VenueId;

const std::vector<VenueId> kVenues{VenueId{0}, VenueId{1}, VenueId{2}};
constexpr orders::Timestamp kStart = orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000);

std::vector<orders::Instrument> instruments() {
  std::vector<orders::Instrument> result(3);
  const std::array<const char*, 3> ticks{"0.01", "0.05", "0.00001"};
  const std::array<const char*, 3> lots{"1", "0.001", "10"};
  for (std::size_t i = 0; i < 3; ++i) {
    result[i].id = static_cast<InstrumentId>(i);
    result[i].symbol = std::string(1, static_cast<char>('A' + i));
    result[i].tick_size = Price::parse(ticks[i]).value();
    result[i].lot_size = Quantity::parse(lots[i]).value();
  }
  return result;
}

SyntheticMarketConfig config(std::uint64_t seed = 1) {
  SyntheticMarketConfig result;
  result.seed = seed;
  result.instruments = {
      {.instrument = InstrumentId{0}, .start_price = Price{100}, .spread = Price::parse("0.04").value()},
      {.instrument = InstrumentId{1},
       .start_price = Price{30'000},
       .spread = Price{1},
       .typical_size = Quantity{2}},
      {.instrument = InstrumentId{2}, .start_price = Price{1}, .typical_size = Quantity{5000}}};
  return result;
}

SyntheticMarket market(const SyntheticMarketConfig& of) {
  return {of, instruments(), kVenues, kStart};
}

TEST_CASE("the same seed gives the same stream and another seed another") {
  SyntheticMarket first = market(config(7));
  SyntheticMarket second = market(config(7));
  SyntheticMarket other = market(config(8));
  int different = 0;
  for (int i = 0; i < 20'000; ++i) {
    const MarketEvent a = first.next().value();
    const MarketEvent b = second.next().value();
    const MarketEvent c = other.next().value();
    REQUIRE(a.kind == b.kind);
    REQUIRE(a.instrument == b.instrument);
    REQUIRE(a.venue == b.venue);
    REQUIRE(a.time == b.time);
    REQUIRE(a.quote.bid == b.quote.bid);
    REQUIRE(a.quote.ask == b.quote.ask);
    REQUIRE(a.quote.bid_size == b.quote.bid_size);
    REQUIRE(a.price == b.price);
    REQUIRE(a.size == b.size);
    REQUIRE(a.aggressor == b.aggressor);
    different += a.time != c.time ? 1 : 0;
  }
  CHECK(different > 19'000);
}

TEST_CASE("prices are on the tick, sizes in lots, no venue crosses itself, time never goes back") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const auto known = instruments();
    SyntheticMarket feed = market(config(seed));
    orders::Timestamp last = kStart;
    for (int i = 0; i < 5000; ++i) {
      const MarketEvent event = feed.next().value();
      const auto& instrument = known[orders::index(event.instrument)];
      REQUIRE(event.time >= last);
      last = event.time;
      if (event.kind == MarketEventKind::Trade) {
        REQUIRE(event.price.raw() % instrument.tick_size.raw() == 0);
        REQUIRE(event.size.raw() % instrument.lot_size.raw() == 0);
        REQUIRE(event.size > Quantity{0});
        continue;
      }
      REQUIRE(event.quote.time == event.time);
      REQUIRE(event.quote.bid->raw() % instrument.tick_size.raw() == 0);
      REQUIRE(event.quote.ask->raw() % instrument.tick_size.raw() == 0);
      REQUIRE(event.quote.bid_size->raw() % instrument.lot_size.raw() == 0);
      REQUIRE(event.quote.ask_size->raw() % instrument.lot_size.raw() == 0);
      REQUIRE(*event.quote.bid > Price{0});
      REQUIRE(*event.quote.bid < *event.quote.ask);
      REQUIRE(*event.quote.bid_size > Quantity{0});
      REQUIRE(*event.quote.ask_size > Quantity{0});
    }
  }
}

TEST_CASE("the market opens with a quote of every instrument at every venue") {
  SyntheticMarket feed = market(config());
  std::set<std::pair<InstrumentId, VenueId>> seen;
  for (int i = 0; i < 9; ++i) {
    const MarketEvent event = feed.next().value();
    CHECK(event.kind == MarketEventKind::Quote);
    CHECK(event.time == kStart);
    seen.emplace(event.instrument, event.venue);
  }
  CHECK(seen.size() == 9);
}

TEST_CASE("a trade is at the touch of its venue and within its size") {
  SyntheticMarket feed = market(config());
  std::map<std::pair<InstrumentId, VenueId>, orders::Quote> quotes;
  int trades = 0;
  for (int i = 0; i < 20'000; ++i) {
    const MarketEvent event = feed.next().value();
    orders::Quote& quote = quotes[{event.instrument, event.venue}];
    if (event.kind == MarketEventKind::Quote) {
      quote = event.quote;
      continue;
    }
    ++trades;
    const bool buys = event.aggressor == orders::Side::Buy;
    REQUIRE(event.aggressor);
    REQUIRE(event.price == (buys ? quote.ask : quote.bid));
    REQUIRE(event.size <= (buys ? *quote.ask_size : *quote.bid_size));
  }
  CHECK(trades > 2000);
}

TEST_CASE("quotes and trades come at the configured rates") {
  SyntheticMarketConfig wanted = config();
  wanted.mean_calm = 1h * 24 * 365;
  SyntheticMarket feed = market(wanted);
  double quotes = -9;  // the opening ones
  double trades = 0;
  while (true) {
    const MarketEvent event = feed.next().value();
    if (event.time - kStart > 200s) break;
    (event.kind == MarketEventKind::Quote ? quotes : trades) += 1;
  }
  // 9 streams, 200 s; five standard deviations of a Poisson count.
  CHECK(std::abs(quotes - 20 * 9 * 200) < 5 * std::sqrt(20 * 9 * 200));
  CHECK(std::abs(trades - 5 * 9 * 200) < 5 * std::sqrt(5 * 9 * 200));
}

/// Sum of products of two instruments' one-second returns over the root of their squares.
double correlation(double first, double second) {
  SyntheticMarketConfig wanted = config(3);
  wanted.instruments[0].market_correlation = first;
  wanted.instruments[1].market_correlation = second;
  wanted.instruments[0].volatility = wanted.instruments[1].volatility = 3;  // well above a tick
  SyntheticMarket feed = market(wanted);
  std::array<double, 2> price{};
  std::array<double, 2> then{};
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (auto second_end = kStart + 10s; second_end < kStart + 3'000s;) {
    const MarketEvent event = feed.next().value();
    while (event.time >= second_end) {
      const double a = price[0] / then[0] - 1;
      const double b = price[1] / then[1] - 1;
      if (then[0] > 0) {
        ab += a * b;
        aa += a * a;
        bb += b * b;
      }
      then = price;
      second_end += 10s;
    }
    const std::size_t which = orders::index(event.instrument);
    if (event.kind == MarketEventKind::Quote && which < 2) price[which] = event.quote.mid()->to_double();
  }
  return ab / std::sqrt(aa * bb);
}

TEST_CASE("instruments move together or apart as their market correlations say") {
  CHECK(correlation(0.9, 0.9) > 0.5);
  CHECK(correlation(0.9, -0.9) < -0.5);
  CHECK(std::abs(correlation(0, 0.9)) < 0.2);
}

TEST_CASE("stress widens spreads, moves prices more and brings more quotes") {
  SyntheticMarketConfig wanted = config(5);
  wanted.mean_calm = 20s;
  wanted.mean_stress = 20s;
  SyntheticMarket feed = market(wanted);
  struct Regime {
    double spreads = 0;
    double quotes = 0;
    double seconds = 0;
    double squares = 0;
  };
  std::array<Regime, 2> regimes;
  orders::Timestamp last = kStart;
  double mid = 0;
  int changes = 0;
  MarketRegime before = feed.regime();
  CHECK(before == MarketRegime::Calm);
  while (last < kStart + 2000s) {
    const MarketEvent event = feed.next().value();
    Regime& regime = regimes[static_cast<std::size_t>(feed.regime())];
    if (feed.regime() != before) {
      ++changes;
      before = feed.regime();
    }
    regime.seconds += std::chrono::duration<double>(event.time - last).count();
    last = event.time;
    if (event.kind != MarketEventKind::Quote || event.instrument != InstrumentId{1}) continue;
    regime.quotes += 1;
    regime.spreads += event.quote.ask->to_double() - event.quote.bid->to_double();
    if (event.venue != VenueId{0}) continue;
    const double now = event.quote.mid()->to_double();
    if (mid > 0) regime.squares += (now - mid) * (now - mid);
    mid = now;
  }
  const Regime& calm = regimes[0];
  const Regime& stress = regimes[1];
  CHECK(changes > 20);
  CHECK(calm.spreads / calm.quotes == doctest::Approx(1).epsilon(0.05));
  CHECK(stress.spreads / stress.quotes == doctest::Approx(4).epsilon(0.05));
  CHECK(stress.quotes / stress.seconds > 1.5 * calm.quotes / calm.seconds);
  CHECK(stress.squares / stress.seconds > 2 * calm.squares / calm.seconds);
}

TEST_CASE("venues differ in price and size") {
  SyntheticMarketConfig wanted = config(2);
  wanted.instruments.resize(1);
  wanted.instruments[0].spread = Price{1};
  wanted.instruments[0].typical_size = Quantity{100'000};
  SyntheticMarket feed = market(wanted);
  std::array<std::set<std::int64_t>, 3> bids;
  std::array<double, 3> sizes{};
  for (int i = 0; i < 10'000; ++i) {
    const MarketEvent event = feed.next().value();
    if (event.kind != MarketEventKind::Quote) continue;
    bids[orders::index(event.venue)].insert(event.quote.bid->raw());
    sizes[orders::index(event.venue)] += event.quote.bid_size->to_double();
  }
  CHECK(bids[0].size() > 5);
  CHECK(bids[0] != bids[1]);
  CHECK(std::abs(sizes[0] / sizes[1] - 1) > 0.01);
}

TEST_CASE("extreme numbers stay in range") {
  SyntheticMarketConfig wanted = config();
  wanted.instruments[0] = {.instrument = InstrumentId{0},
                           .start_price = Price{40'000'000'000},
                           .volatility = 100,
                           .spread = Price{39'000'000'000},
                           .typical_size = Quantity{40'000'000'000}};
  wanted.instruments[1].start_price = instruments()[1].tick_size;
  wanted.instruments[1].spread = Price{};
  wanted.instruments[1].volatility = 100;
  wanted.stress_volatility = 1000;
  wanted.mean_calm = 1ms;
  wanted.mean_stress = 1h;
  SyntheticMarket feed = market(wanted);
  for (int i = 0; i < 100'000; ++i) {
    const MarketEvent event = feed.next().value();
    if (event.kind != MarketEventKind::Quote) continue;
    REQUIRE(*event.quote.bid > Price{0});
    REQUIRE(*event.quote.bid < *event.quote.ask);
    REQUIRE(*event.quote.ask_size > Quantity{0});
  }
}

TEST_CASE("a market that makes no sense is refused") {
  const auto refused = [](auto&& change) {
    SyntheticMarketConfig wanted = config();
    change(wanted);
    try {
      (void)market(wanted);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused([](auto&) {}).empty());
  CHECK(refused([](auto& c) { c.instruments.clear(); }) == "synthetic market: needs at least one instrument");
  CHECK(refused([](auto& c) { c.quotes_per_second = 0; }) ==
        "synthetic market: quotes_per_second must be positive and at most 10,000,000");
  CHECK(!refused([](auto& c) { c.trades_per_second = -1; }).empty());
  CHECK(!refused([](auto& c) { c.stress_volatility = 0; }).empty());
  CHECK(!refused([](auto& c) { c.mean_calm = 0s; }).empty());
  CHECK(!refused([](auto& c) { c.mean_stress = -1s; }).empty());
  CHECK(!refused([](auto& c) { c.instruments[0].instrument = InstrumentId{9}; }).empty());
  CHECK(refused([](auto& c) { c.instruments[0].volatility = std::nan(""); }) ==
        "synthetic market: A: volatility must be from 0 to 100");
  CHECK(!refused([](auto& c) { c.instruments[0].market_correlation = 1.5; }).empty());
  CHECK(!refused([](auto& c) { c.instruments[0].spread = c.instruments[0].start_price; }).empty());
  CHECK(!refused([](auto& c) { c.instruments[0].typical_size = Quantity{}; }).empty());
  CHECK(!refused([](auto& c) { c.instruments[0].start_price = Price{}; }).empty());
  CHECK_THROWS_AS(SyntheticMarket(config(), instruments(), {}, kStart), std::invalid_argument);
}

TEST_CASE("random numbers are those of the published generator") {
  // splitmix64 from seed 0 begins e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec;
  // from these four words xoshiro256** gives:
  Random random(0);
  CHECK(random.bits() == 0x99ec5f36cb75f2b4ULL);
  CHECK(random.bits() == 0xbf6e1f784956452aULL);
  CHECK(random.bits() == 0x1a5f849d4933e6e0ULL);
}

TEST_CASE("random numbers have the moments of their distributions") {
  Random random(11);
  constexpr int kCount = 200'000;
  double uniform = 0;
  double normal = 0;
  double normal_square = 0;
  double exponential = 0;
  double exponential_square = 0;
  double beyond_two = 0;
  std::array<int, 7> counts{};
  for (int i = 0; i < kCount; ++i) {
    const double u = random.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    uniform += u;
    const double n = random.normal();
    normal += n;
    normal_square += n * n;
    const double e = random.exponential();
    REQUIRE(e >= 0);
    exponential += e;
    exponential_square += e * e;
    beyond_two += e > 2 ? 1 : 0;
    ++counts.at(random.below(7));
  }
  CHECK(uniform / kCount == doctest::Approx(0.5).epsilon(0.01));
  CHECK(std::abs(normal / kCount) < 0.01);
  CHECK(normal_square / kCount == doctest::Approx(1).epsilon(0.02));
  CHECK(exponential / kCount == doctest::Approx(1).epsilon(0.02));
  CHECK(exponential_square / kCount == doctest::Approx(2).epsilon(0.03));
  CHECK(beyond_two / kCount == doctest::Approx(std::exp(-2)).epsilon(0.05));
  for (const int count : counts) CHECK(count == doctest::Approx(kCount / 7.0).epsilon(0.05));
}

}  // namespace
}  // namespace vigil::engine
