// Where the router sends an order.

#include "engine/venue/router.h"

#include <doctest/doctest.h>

#include <stdexcept>

namespace vigil::engine::test {

using namespace std::chrono_literals;
using orders::DenyReason;
using orders::InstrumentId;
using orders::MarketEvent;
using orders::Money;
using orders::Order;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Ratio;
using orders::Side;
using orders::TimeInForce;
using orders::Timestamp;
using orders::VenueId;

namespace {

constexpr Timestamp kNow{std::chrono::sys_days{std::chrono::year{2024} / 1 / 2} + 10h};
constexpr InstrumentId kShare{0};
constexpr InstrumentId kInverse{1};

Price price(std::string_view text) {
  return Price::parse(text).value();
}

std::vector<orders::Instrument> instruments() {
  std::vector<orders::Instrument> list(2);
  list[0].tick_size = price("0.01");
  list[0].lot_size = Quantity{10};
  list[1].tick_size = price("0.5");
  list[1].lot_size = Quantity{1};
  list[1].multiplier = orders::Multiplier{100};
  list[1].inverse = true;
  return list;
}

VenueFees fees(std::string_view maker, std::string_view taker, std::string_view taker_per_unit = "0") {
  return {.maker = {Ratio::parse(maker).value(), Money{}},
          .taker = {Ratio::parse(taker).value(), Money::parse(taker_per_unit).value()}};
}

struct Market {
  explicit Market(const std::vector<VenueFees>& venue_fees, const RouterConfig& config = {})
      : router(config, instruments(), venue_fees) {
    for (std::size_t i = 0; i < venue_fees.size(); ++i) {
      router.set_venue_available(static_cast<VenueId>(i), true);
    }
  }
  void quote(int venue, std::optional<std::string_view> bid, std::optional<Quantity> bid_size,
             std::optional<std::string_view> ask, std::optional<Quantity> ask_size,
             InstrumentId instrument = kShare, Timestamp time = kNow) {
    MarketEvent event;
    event.instrument = instrument;
    event.venue = static_cast<VenueId>(venue);
    event.time = time;
    if (bid) event.quote.bid = price(*bid);
    if (ask) event.quote.ask = price(*ask);
    event.quote.bid_size = bid_size;
    event.quote.ask_size = ask_size;
    router.on_market(event);
  }
  Router router;
};

Order market_order(Side side, Quantity quantity, InstrumentId instrument = kShare) {
  Order order;
  order.instrument = instrument;
  order.side = side;
  order.type = OrderType::Market;
  order.terms.quantity = quantity;
  return order;
}

Order limit_order(Side side, Quantity quantity, std::string_view limit, InstrumentId instrument = kShare) {
  Order order = market_order(side, quantity, instrument);
  order.type = OrderType::Limit;
  order.terms.limit_price = price(limit);
  return order;
}

using Slices = std::vector<std::pair<int, Quantity>>;
Slices route(Market& market, const Order& order, Timestamp now = kNow) {
  const RouteDecision decision = market.router.route(order, now);
  CHECK(decision.reason == DenyReason::None);
  Slices slices;
  for (const RouteSlice& slice : decision.slices()) {
    slices.emplace_back(static_cast<int>(slice.venue), slice.quantity);
  }
  return slices;
}

}  // namespace

TEST_SUITE("router") {
  TEST_CASE("smart takes the displayed sizes by all-in price, fees included") {
    // All in: venue 0 at 10.00 + 0.03, venue 1 at 10.02, venue 2 at 10.01 + 0.005.
    Market m({fees("0", "0.003"), fees("0", "0"), fees("0", "0", "0.005")});
    m.quote(0, "9.98", Quantity{500}, "10.00", Quantity{100});
    m.quote(1, "9.98", Quantity{500}, "10.02", Quantity{100});
    m.quote(2, "9.98", Quantity{500}, "10.01", Quantity{50});
    CHECK(route(m, market_order(Side::Buy, Quantity{40})) == Slices{{2, Quantity{40}}});
    CHECK(route(m, market_order(Side::Buy, Quantity{170})) ==
          Slices{{2, Quantity{50}}, {1, Quantity{100}}, {0, Quantity{20}}});
  }

  TEST_CASE("a sell looks for what it gets after fees") {
    // All in: venue 0 gets 10.00 - 0.03, venue 1 gets 9.98.
    Market m({fees("0", "0.003"), fees("0", "0")});
    m.quote(0, "10.00", Quantity{100}, "10.05", Quantity{100});
    m.quote(1, "9.98", Quantity{100}, "10.05", Quantity{100});
    CHECK(route(m, market_order(Side::Sell, Quantity{150})) == Slices{{1, Quantity{100}}, {0, Quantity{50}}});
  }

  TEST_CASE("an inverse contract is better bought low and sold high") {
    Market m({fees("0", "0"), fees("0", "0"), fees("0", "0.01")});
    m.quote(0, "60000", Quantity{5}, "60010", Quantity{5}, kInverse);
    m.quote(1, "60001", Quantity{5}, "60009", Quantity{5}, kInverse);
    m.quote(2, "60002", Quantity{5}, "60008", Quantity{5}, kInverse);
    CHECK(route(m, market_order(Side::Buy, Quantity{7}, kInverse)) ==
          Slices{{1, Quantity{5}}, {0, Quantity{2}}});
    CHECK(route(m, market_order(Side::Sell, Quantity{7}, kInverse)) ==
          Slices{{1, Quantity{5}}, {0, Quantity{2}}});
  }

  TEST_CASE("ties go to the smaller venue id") {
    Market m({fees("0", "0"), fees("0", "0")});
    m.quote(1, "9.98", Quantity{100}, "10.00", Quantity{100});
    m.quote(0, "9.98", Quantity{100}, "10.00", Quantity{100});
    CHECK(route(m, market_order(Side::Buy, Quantity{50})) == Slices{{0, Quantity{50}}});
    CHECK(route(m, limit_order(Side::Buy, Quantity{50}, "9.90")) == Slices{{0, Quantity{50}}});
  }

  TEST_CASE("prices that differ by one in the last digit are told apart") {
    Market m({fees("0", "0"), fees("0", "0")});
    m.quote(0, std::nullopt, std::nullopt, "90000000000.00000001", Quantity{100});
    m.quote(1, std::nullopt, std::nullopt, "90000000000", Quantity{100});
    CHECK(route(m, market_order(Side::Buy, Quantity{50})) == Slices{{1, Quantity{50}}});
  }

  TEST_CASE("slices are whole lots, and the rest of a market order goes to the best venue") {
    Market m({fees("0", "0"), fees("0", "0")});
    m.quote(0, std::nullopt, std::nullopt, "10.00", Quantity{37});
    m.quote(1, std::nullopt, std::nullopt, "10.01", Quantity{25});
    CHECK(route(m, market_order(Side::Buy, Quantity{100})) == Slices{{0, Quantity{80}}, {1, Quantity{20}}});
  }

  TEST_CASE("a size that is not published is endless, a size of nothing is no touch") {
    Market m({fees("0", "0"), fees("0", "0"), fees("0", "0")});
    m.quote(0, std::nullopt, std::nullopt, "9.99", Quantity{0});
    m.quote(1, std::nullopt, std::nullopt, "10.00", Quantity{30});
    m.quote(2, std::nullopt, std::nullopt, "10.01", std::nullopt);
    CHECK(route(m, market_order(Side::Buy, Quantity{1000})) == Slices{{1, Quantity{30}}, {2, Quantity{970}}});
  }

  TEST_CASE("no more slices than allowed") {
    Market m({fees("0", "0"), fees("0", "0"), fees("0", "0")}, {.max_slices = 2});
    m.quote(0, std::nullopt, std::nullopt, "10.00", Quantity{30});
    m.quote(1, std::nullopt, std::nullopt, "10.01", Quantity{30});
    m.quote(2, std::nullopt, std::nullopt, "10.02", Quantity{30});
    CHECK(route(m, market_order(Side::Buy, Quantity{90})) == Slices{{0, Quantity{60}}, {1, Quantity{30}}});
  }

  TEST_CASE("a number of slices that is impossible is a configuration error") {
    CHECK_THROWS_WITH_AS(Market({fees("0", "0")}, {.max_slices = 0}),
                         "router.max_slices: must be 1 to 16, was 0", std::invalid_argument);
    CHECK_THROWS_WITH_AS(Market({fees("0", "0")}, {.max_slices = 17}),
                         "router.max_slices: must be 1 to 16, was 17", std::invalid_argument);
  }

  TEST_CASE(
      "a limit order takes what is within its limit and rests where making is cheapest at the best touch") {
    // Venue 2 pays the larger rebate but quotes a worse bid.
    Market m({fees("0.001", "0"), fees("-0.001", "0"), fees("-0.002", "0")});
    m.quote(0, "9.99", Quantity{100}, "10.00", Quantity{30});
    m.quote(1, "9.99", Quantity{100}, "10.02", Quantity{30});
    m.quote(2, "9.98", Quantity{100}, "10.03", Quantity{30});
    CHECK(route(m, limit_order(Side::Buy, Quantity{50}, "10.01")) ==
          Slices{{0, Quantity{30}}, {1, Quantity{20}}});
    Order ioc = limit_order(Side::Buy, Quantity{50}, "10.01");
    ioc.time_in_force = TimeInForce::ImmediateOrCancel;
    CHECK(route(m, ioc) == Slices{{0, Quantity{50}}});
  }

  TEST_CASE("a limit order out of reach goes whole to the cheapest maker at the best touch of its side") {
    Market m({fees("0.001", "0"), fees("-0.001", "0"), fees("-0.002", "0")});
    m.quote(0, "9.99", Quantity{100}, "10.02", Quantity{30});
    m.quote(1, "9.99", Quantity{100}, "10.02", Quantity{30});
    m.quote(2, "9.98", Quantity{100}, "10.01", Quantity{30});
    CHECK(route(m, limit_order(Side::Buy, Quantity{500}, "9.90")) == Slices{{1, Quantity{500}}});
    CHECK(route(m, limit_order(Side::Sell, Quantity{500}, "10.10")) == Slices{{2, Quantity{500}}});
  }

  TEST_CASE("where nobody quotes our side all that quote are asked") {
    Market m({fees("0.001", "0"), fees("-0.001", "0")});
    m.quote(0, std::nullopt, std::nullopt, "10.02", Quantity{30});
    m.quote(1, std::nullopt, std::nullopt, "10.02", Quantity{30});
    CHECK(route(m, limit_order(Side::Buy, Quantity{50}, "9.90")) == Slices{{1, Quantity{50}}});
  }

  TEST_CASE("FOK is not split: the best venue that displays enough, else the best") {
    Market m({fees("0", "0"), fees("0", "0"), fees("0", "0")});
    m.quote(0, std::nullopt, std::nullopt, "10.00", Quantity{30});
    m.quote(1, std::nullopt, std::nullopt, "10.01", Quantity{80});
    m.quote(2, std::nullopt, std::nullopt, "10.02", Quantity{90});
    Order order = market_order(Side::Buy, Quantity{80});
    order.time_in_force = TimeInForce::FillOrKill;
    CHECK(route(m, order) == Slices{{1, Quantity{80}}});
    order.terms.quantity = Quantity{100};
    CHECK(route(m, order) == Slices{{0, Quantity{100}}});
  }

  TEST_CASE("a stop goes whole to the best venue as of now") {
    Market m({fees("0", "0"), fees("0", "0")});
    m.quote(0, "9.98", Quantity{30}, "10.01", Quantity{30});
    m.quote(1, "9.98", Quantity{30}, "10.00", Quantity{30});
    Order order = market_order(Side::Buy, Quantity{80});
    order.type = OrderType::Stop;
    order.terms.stop_price = price("10.50");
    CHECK(route(m, order) == Slices{{1, Quantity{80}}});
  }

  TEST_CASE("aggressive sends everything to the best far touch, fees aside") {
    Market m({fees("0", "0"), fees("0", "0.01")}, {.strategy = RoutingStrategy::Aggressive});
    m.quote(0, "9.98", Quantity{500}, "10.01", Quantity{500});
    m.quote(1, "9.99", Quantity{10}, "10.00", Quantity{10});
    CHECK(route(m, market_order(Side::Buy, Quantity{400})) == Slices{{1, Quantity{400}}});
    CHECK(route(m, limit_order(Side::Sell, Quantity{400}, "10.50")) == Slices{{1, Quantity{400}}});
  }

  TEST_CASE("a stale quote is not used, one just of age is") {
    Market m({fees("0", "0"), fees("0", "0")}, {.stale_quote_after = 5s});
    m.quote(0, "9.98", Quantity{100}, "10.00", Quantity{100}, kShare, kNow - 5s);
    m.quote(1, "9.98", Quantity{100}, "10.01", Quantity{100});
    CHECK(route(m, market_order(Side::Buy, Quantity{50}), kNow) == Slices{{0, Quantity{50}}});
    CHECK(route(m, market_order(Side::Buy, Quantity{50}), kNow + 1ns) == Slices{{1, Quantity{50}}});
  }

  TEST_CASE("an unavailable venue gets nothing") {
    Market m({fees("0", "0"), fees("0", "0")});
    m.quote(0, "9.98", Quantity{100}, "10.00", Quantity{100});
    m.quote(1, "9.98", Quantity{100}, "10.01", Quantity{100});
    m.router.set_venue_available(VenueId{0}, false);
    CHECK_FALSE(m.router.venue_available(VenueId{0}));
    CHECK(route(m, market_order(Side::Buy, Quantity{500})) == Slices{{1, Quantity{500}}});
  }

  TEST_CASE("without a usable quote the first available venue that has shown the instrument is taken") {
    Market m({fees("0", "0"), fees("0", "0"), fees("0", "0")});
    CHECK(m.router.route(market_order(Side::Buy, Quantity{50}), kNow).reason == DenyReason::VenueUnavailable);
    m.quote(1, "9.98", Quantity{100}, "10.00", Quantity{100}, kShare, kNow - 1h);
    m.quote(2, "9.98", Quantity{100}, "10.00", Quantity{100}, kShare, kNow - 1h);
    CHECK(route(m, market_order(Side::Buy, Quantity{50})) == Slices{{1, Quantity{50}}});
    CHECK(route(m, limit_order(Side::Buy, Quantity{50}, "9.90")) == Slices{{1, Quantity{50}}});
    m.router.set_venue_available(VenueId{1}, false);
    m.router.set_venue_available(VenueId{2}, false);
    CHECK(m.router.route(market_order(Side::Buy, Quantity{50}), kNow).reason == DenyReason::VenueUnavailable);
  }

  TEST_CASE("an order that names its venue goes there or nowhere") {
    Market m({fees("0", "0"), fees("0", "0")});
    Order order = market_order(Side::Buy, Quantity{50});
    order.venue = VenueId{1};
    CHECK(route(m, order) == Slices{{1, Quantity{50}}});
    m.router.set_venue_available(VenueId{1}, false);
    CHECK(m.router.route(order, kNow).reason == DenyReason::VenueUnavailable);
    order.venue = VenueId{7};
    CHECK(m.router.route(order, kNow).reason == DenyReason::UnknownVenue);
  }

  TEST_CASE("only what is left of an order is routed") {
    Market m({fees("0", "0")});
    m.quote(0, "9.98", Quantity{100}, "10.00", Quantity{100});
    Order order = market_order(Side::Buy, Quantity{50});
    order.cum_quantity = Quantity{20};
    CHECK(route(m, order) == Slices{{0, Quantity{30}}});
  }

  TEST_CASE("all-in cost of a linear and an inverse contract, worked out") {
    const auto list = instruments();
    const FeeConfig fee{Ratio::parse("0.01").value(), Money::parse("0.5").value()};
    // 10 + 0.1 + 0.5, and -10 + 0.1 + 0.5, in units of 1e-24
    const orders::Int128 unit = static_cast<orders::Int128>(orders::kScale) * orders::kScale * orders::kScale;
    CHECK((all_in_cost(list[0], Side::Buy, Price{10}, fee) == unit * 106 / 10));
    CHECK((all_in_cost(list[0], Side::Sell, Price{10}, fee) == -unit * 94 / 10));
    // 100 / 50000 = 0.002: -0.002 + 0.00002 + 0.5, and 0.002 + 0.00002 + 0.5, in units of 1e-16
    const orders::Int128 small = static_cast<orders::Int128>(orders::kScale) * orders::kScale / 100'000;
    CHECK((all_in_cost(list[1], Side::Buy, Price{50'000}, fee) == small * 49'802));
    CHECK((all_in_cost(list[1], Side::Sell, Price{50'000}, fee) == small * 50'202));
  }
}

}  // namespace vigil::engine::test
