// Stops at the simulated venue.

#include <doctest/doctest.h>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

using Kinds = std::vector<ReportKind>;

TEST_SUITE("simulated venue: stops") {
  TEST_CASE("a buy stop waits for the ask to reach it, then takes like a market order") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.type = OrderType::Stop, .stop = "10.05", .quantity = Quantity{5}});
    f.quote(10ms, "10.00", Quantity{100}, "10.04", Quantity{100});
    f.advance(20ms);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted});
    f.quote(30ms, "10.00", Quantity{100}, "10.06", Quantity{3});
    f.advance(1s);
    REQUIRE(f.sink.kinds(order) ==
            Kinds{ReportKind::Accepted, ReportKind::Triggered, ReportKind::Fill, ReportKind::Canceled});
    CHECK(f.sink.fills(order)[0].price == price("10.06"));
    CHECK(f.sink.fills(order)[0].quantity == Quantity{3});
  }

  TEST_CASE("a sell stop waits for the bid, exactly reached is enough") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order =
        f.submit(1ms, {.side = Side::Sell, .type = OrderType::Stop, .stop = "9.95", .quantity = Quantity{5}});
    f.quote(30ms, "9.95", Quantity{100}, "10.06", Quantity{3});
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Triggered, ReportKind::Fill});
    CHECK(f.sink.fills(order)[0].price == price("9.95"));
  }

  TEST_CASE("a trade at or beyond the stop triggers it, one short of it does not") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId buy = f.submit(1ms, {.type = OrderType::Stop, .stop = "10.05", .quantity = Quantity{5}});
    const OrderId sell =
        f.submit(1ms, {.side = Side::Sell, .type = OrderType::Stop, .stop = "9.90", .quantity = Quantity{5}});
    f.trade(10ms, "10.04", Quantity{1});
    f.trade(10ms, "9.91", Quantity{1});
    f.advance(20ms);
    CHECK(f.sink.kinds(buy).size() == 1);
    CHECK(f.sink.kinds(sell).size() == 1);
    f.trade(30ms, "10.05", Quantity{1});
    f.trade(30ms, "9.89", Quantity{1});
    f.advance(1s);
    CHECK(f.sink.fills(buy)[0].price == price("10.01"));
    CHECK(f.sink.fills(sell)[0].price == price("9.99"));
  }

  TEST_CASE("a stop that is reached on arrival triggers at once") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.type = OrderType::Stop, .stop = "10.01", .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Triggered, ReportKind::Fill});
  }

  TEST_CASE("a stop limit becomes a limit order") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(
        1ms, {.type = OrderType::StopLimit, .limit = "10.05", .stop = "10.05", .quantity = Quantity{5}});
    f.quote(10ms, "10.00", Quantity{100}, "10.06", Quantity{100});
    f.advance(20ms);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Triggered});
    f.quote(30ms, "10.00", Quantity{100}, "10.05", Quantity{100});
    f.advance(1s);
    REQUIRE(f.sink.fills(order).size() == 1);
    CHECK(f.sink.fills(order)[0].price == price("10.05"));
    CHECK(f.sink.fills(order)[0].liquidity == Liquidity::Maker);
  }

  TEST_CASE("stops triggered by one event share what is displayed, nearest stop first, then time") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const auto stop = [&](std::string_view at_price) {
      return f.submit(1ms, {.type = OrderType::Stop, .stop = at_price, .quantity = Quantity{5}});
    };
    const OrderId far = stop("10.06");
    const OrderId near = stop("10.05");
    const OrderId near_too = stop("10.05");
    f.quote(10ms, "10.00", Quantity{100}, "10.07", Quantity{8});
    f.advance(1s);
    CHECK(f.sink.fills(near)[0].quantity == Quantity{5});
    CHECK(f.sink.fills(near_too)[0].quantity == Quantity{3});
    CHECK(f.sink.kinds(far) == Kinds{ReportKind::Accepted, ReportKind::Triggered, ReportKind::Canceled});
  }

  TEST_CASE("a resting order is served before a stop that the same quote triggers") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    // A quote that moves up and through both: the ask reaches the stop from below and stays within the limit.
    const OrderId stop = f.submit(1ms, {.type = OrderType::Stop, .stop = "10.05", .quantity = Quantity{5}});
    const OrderId take = f.submit(1ms, {.limit = "10.10", .quantity = Quantity{105}});
    f.quote(10ms, "10.00", Quantity{100}, "10.05", Quantity{6});
    f.advance(1s);
    REQUIRE(f.sink.fills(take).size() == 2);
    CHECK(f.sink.fills(take)[1].quantity == Quantity{5});
    CHECK(f.sink.fills(take)[1].price == price("10.10"));
    REQUIRE(f.sink.fills(stop).size() == 1);
    CHECK(f.sink.fills(stop)[0].quantity == Quantity{1});
  }

  TEST_CASE("a stop sent as IOC waits, and expires with the session") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.type = OrderType::Stop,
                                         .stop = "10.05",
                                         .quantity = Quantity{5},
                                         .time_in_force = TimeInForce::ImmediateOrCancel});
    f.advance(11h);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Expired});
  }

  TEST_CASE("a stop can be canceled and replaced") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId canceled =
        f.submit(1ms, {.type = OrderType::Stop, .stop = "10.05", .quantity = Quantity{5}});
    f.cancel(2ms, canceled);
    const OrderId moved = f.submit(3ms, {.type = OrderType::Stop, .stop = "10.05", .quantity = Quantity{5}});
    f.replace(4ms, moved, Quantity{5}, std::nullopt, "10.01");
    f.quote(20ms, "10.00", Quantity{100}, "10.07", Quantity{100});
    f.advance(1s);
    CHECK(f.sink.kinds(canceled) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
    CHECK(f.sink.kinds(moved) ==
          Kinds{ReportKind::Accepted, ReportKind::Updated, ReportKind::Triggered, ReportKind::Fill});
    CHECK(f.sink.fills(moved)[0].price == price("10.01"));
  }

  TEST_CASE("a triggered stop does not trigger again when it is replaced") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(
        1ms, {.type = OrderType::StopLimit, .limit = "9.98", .stop = "10.01", .quantity = Quantity{5}});
    f.replace(2ms, order, Quantity{5}, "9.97", "10.01");
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Triggered, ReportKind::Updated});
  }
}

}  // namespace vigil::engine::test
