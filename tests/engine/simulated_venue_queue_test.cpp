// The displayed size and the queue in front of resting orders.

#include <doctest/doctest.h>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

namespace {

/// Resting quantity filled so far.
Quantity filled(const VenueFixture& f, OrderId order) {
  Quantity sum{};
  for (const auto& fill : f.sink.fills(order)) sum = sum + fill.quantity;
  return sum;
}

}  // namespace

TEST_SUITE("simulated venue: displayed size") {
  TEST_CASE("our fills consume the displayed size and a repeated quote does not bring it back") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{10});
    const auto take = [&](orders::Duration after, Quantity quantity) {
      const OrderId order = f.submit(after, {.type = OrderType::Market, .quantity = quantity});
      f.advance(after + 5ms);
      return filled(f, order);
    };
    CHECK(take(1ms, Quantity{6}) == Quantity{6});
    f.quote(10ms, "9.99", Quantity{100}, "10.01", Quantity{10});
    CHECK(take(11ms, Quantity{6}) == Quantity{4});
    CHECK(take(20ms, Quantity{6}) == Quantity{0});
    // More is displayed: only the growth is new.
    f.quote(30ms, "9.99", Quantity{100}, "10.01", Quantity{13});
    CHECK(take(31ms, Quantity{6}) == Quantity{3});
    // Another price starts afresh, and so does the return to the first.
    f.quote(40ms, "9.99", Quantity{100}, "10.02", Quantity{2});
    CHECK(take(41ms, Quantity{6}) == Quantity{2});
    f.quote(50ms, "9.99", Quantity{100}, "10.01", Quantity{5});
    CHECK(take(51ms, Quantity{6}) == Quantity{5});
  }

  TEST_CASE("what remains is never more than what is displayed") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{10});
    f.quote(1ms, "9.99", Quantity{100}, "10.01", Quantity{4});
    const OrderId order = f.submit(2ms, {.type = OrderType::Market, .quantity = Quantity{6}});
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{4});
  }

  TEST_CASE("an unknown size has no limit, or the configured one") {
    VenueFixture endless;
    endless.quote(0ms, "9.99", std::nullopt, "10.01", std::nullopt);
    const OrderId large = endless.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{1'000'000}});
    endless.advance(1s);
    CHECK(filled(endless, large) == Quantity{1'000'000});

    auto config = plain_config();
    config.unknown_size = Quantity{50};
    VenueFixture f(config);
    f.quote(0ms, "9.99", std::nullopt, "10.01", std::nullopt);
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{60}});
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{50});
  }

  TEST_CASE(
      "a later quote at or through the limit fills resting orders at their limit, best price first, then "
      "time") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{10});
    const OrderId low = f.submit(1ms, {.limit = "9.98", .quantity = Quantity{5}});
    const OrderId high = f.submit(1ms, {.limit = "10.00", .quantity = Quantity{5}});
    const OrderId high_too = f.submit(1ms, {.limit = "10.00", .quantity = Quantity{5}});
    f.quote(10ms, "9.90", Quantity{100}, "9.98", Quantity{7});
    f.advance(1s);
    REQUIRE(f.sink.fills(high).size() == 1);
    CHECK(f.sink.fills(high)[0].price == price("10.00"));
    CHECK(f.sink.fills(high)[0].liquidity == Liquidity::Maker);
    CHECK(filled(f, high) == Quantity{5});
    CHECK(filled(f, high_too) == Quantity{2});
    CHECK(filled(f, low) == Quantity{0});
    // The same quote again is not fresh size, a larger one is.
    f.quote(2s, "9.90", Quantity{100}, "9.98", Quantity{7});
    f.quote(2s, "9.90", Quantity{100}, "9.98", Quantity{11});
    f.advance(3s);
    CHECK(filled(f, high_too) == Quantity{5});
    CHECK(filled(f, low) == Quantity{1});
  }

  TEST_CASE("sells mirror buys") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.side = Side::Sell, .limit = "10.00", .quantity = Quantity{5}});
    f.quote(10ms, "10.00", Quantity{3}, "10.01", Quantity{10});
    f.advance(1s);
    REQUIRE(f.sink.fills(order).size() == 1);
    CHECK(f.sink.fills(order)[0].quantity == Quantity{3});
    CHECK(f.sink.fills(order)[0].price == price("10.00"));
  }
}

TEST_SUITE("simulated venue: queue position") {
  TEST_CASE("an order at the touch is filled once trades have used up what was displayed before it") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{20}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.trade(10ms, "9.99", Quantity{15}, Side::Sell);
    f.trade(11ms, "9.99", Quantity{30}, Side::Buy);  // the aggressor is on our side
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{0});
    f.trade(2s, "9.99", Quantity{7}, Side::Sell);
    f.advance(3s);
    REQUIRE(f.sink.fills(order).size() == 1);
    CHECK(f.sink.fills(order)[0].quantity == Quantity{2});
    CHECK(f.sink.fills(order)[0].price == price("9.99"));
    f.trade(4s, "9.99", Quantity{7}, Side::Sell);
    f.advance(5s);
    CHECK(filled(f, order) == Quantity{5});
  }

  TEST_CASE("a displayed size below the queue shortens it, a larger one does not lengthen it") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{20}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.quote(5ms, "9.99", Quantity{4}, "10.01", Quantity{10});
    f.quote(6ms, "9.99", Quantity{50}, "10.01", Quantity{10});
    f.trade(10ms, "9.99", Quantity{6}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{2});
  }

  TEST_CASE("inside the spread nobody is ahead") {
    VenueFixture f;
    f.quote(0ms, "9.98", Quantity{20}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.trade(10ms, "9.99", Quantity{2}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{2});
  }

  TEST_CASE("behind the touch the queue is unknown until the touch is there") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{20}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "9.97", .quantity = Quantity{5}});
    f.trade(10ms, "9.97", Quantity{100}, Side::Sell);
    f.advance(20ms);
    CHECK(filled(f, order) == Quantity{0});
    f.quote(30ms, "9.97", Quantity{8}, "10.01", Quantity{10});
    f.trade(40ms, "9.97", Quantity{9}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{1});
  }

  TEST_CASE("when the touch falls below our price nobody is ahead any more") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{20}, "10.01", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.quote(5ms, "9.98", Quantity{50}, "10.01", Quantity{10});
    f.trade(10ms, "9.99", Quantity{1}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, order) == Quantity{1});
  }

  TEST_CASE("a trade through our price fills us up to its size, whatever is ahead") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{20}, "10.01", Quantity{10});
    const OrderId first = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    const OrderId second = f.submit(1ms, {.limit = "9.98", .quantity = Quantity{5}});
    f.trade(10ms, "9.97", Quantity{7}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, first) == Quantity{5});
    CHECK(filled(f, second) == Quantity{2});
    CHECK(f.sink.fills(second)[0].price == price("9.98"));
  }

  TEST_CASE("two of our orders at one price stand one behind the other") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{10}, "10.01", Quantity{10});
    const OrderId first = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.quote(5ms, "9.99", Quantity{16}, "10.01", Quantity{10});
    const OrderId second = f.submit(6ms, {.limit = "9.99", .quantity = Quantity{5}});
    // 10 others, our 5, then 6 others, our 5.
    f.trade(10ms, "9.99", Quantity{12}, Side::Sell);
    f.advance(20ms);
    CHECK(filled(f, first) == Quantity{2});
    f.trade(30ms, "9.99", Quantity{8}, Side::Sell);
    f.advance(40ms);
    CHECK(filled(f, first) == Quantity{5});
    CHECK(filled(f, second) == Quantity{0});
    f.trade(50ms, "9.99", Quantity{3}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, second) == Quantity{2});
  }

  TEST_CASE("a trade of unknown aggressor is judged by the touch it printed at") {
    VenueFixture f;
    f.quote(0ms, "9.98", Quantity{20}, "10.01", Quantity{20});
    const OrderId buy = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    const OrderId sell = f.submit(1ms, {.side = Side::Sell, .limit = "10.00", .quantity = Quantity{5}});
    f.trade(10ms, "10.01", Quantity{1});  // bought: hits our sell
    f.advance(20ms);
    CHECK(filled(f, sell) == Quantity{1});
    CHECK(filled(f, buy) == Quantity{0});
    f.trade(30ms, "9.98", Quantity{2});  // sold: hits our buy
    f.advance(40ms);
    CHECK(filled(f, buy) == Quantity{2});
    f.trade(50ms, "9.99", Quantity{1});  // between the touches, at our price: nothing is known
    f.advance(60ms);
    CHECK(filled(f, buy) == Quantity{2});
    CHECK(filled(f, sell) == Quantity{1});
  }

  TEST_CASE("a trade of unknown aggressor between the touches fills what it went through") {
    VenueFixture f;
    f.quote(0ms, "9.95", Quantity{20}, "10.05", Quantity{20});
    const OrderId buy = f.submit(1ms, {.limit = "10.00", .quantity = Quantity{5}});
    f.trade(10ms, "9.99", Quantity{2});
    f.advance(1s);
    CHECK(filled(f, buy) == Quantity{2});
  }

  TEST_CASE("in a locked market a trade of unknown aggressor fills nobody") {
    VenueFixture f;
    f.quote(0ms, "10.00", Quantity{20}, "10.01", Quantity{20});
    const OrderId buy = f.submit(1ms, {.limit = "10.00", .quantity = Quantity{5}});
    f.quote(5ms, "10.01", Quantity{1}, "10.01", Quantity{20});
    f.trade(10ms, "10.01", Quantity{100});
    f.advance(1s);
    CHECK(filled(f, buy) == Quantity{0});
  }

  TEST_CASE("with trades but no quotes only a trade through the price fills") {
    VenueFixture f;
    f.trade(0ms, "10.00", Quantity{1}, Side::Sell);
    const OrderId buy = f.submit(1ms, {.limit = "10.00", .quantity = Quantity{5}});
    f.trade(10ms, "10.00", Quantity{100}, Side::Sell);
    f.advance(20ms);
    CHECK(filled(f, buy) == Quantity{0});
    f.trade(30ms, "9.99", Quantity{3}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, buy) == Quantity{3});
  }

  TEST_CASE("less quantity keeps the place in the queue, more or another price loses it") {
    VenueFixture f;
    f.quote(0ms, "9.98", Quantity{20}, "10.01", Quantity{10});
    const OrderId first = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    const OrderId second = f.submit(2ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.replace(3ms, first, Quantity{4}, "9.99");
    f.trade(10ms, "9.99", Quantity{1}, Side::Sell);
    f.advance(20ms);
    CHECK(filled(f, first) == Quantity{1});
    f.replace(21ms, first, Quantity{6}, "9.99");
    f.trade(30ms, "9.99", Quantity{1}, Side::Sell);
    f.advance(1s);
    CHECK(filled(f, first) == Quantity{1});
    CHECK(filled(f, second) == Quantity{1});
  }
}

}  // namespace vigil::engine::test
