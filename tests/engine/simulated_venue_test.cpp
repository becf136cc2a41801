// Orders at the simulated venue: acceptance, execution, replace, cancel, expiry, and when reports come.

#include <doctest/doctest.h>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

using Kinds = std::vector<ReportKind>;

TEST_SUITE("simulated venue") {
  TEST_CASE("a command takes the outbound latency and its report the inbound latency") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(10ms, {.limit = "9.50", .quantity = Quantity{5}});
    CHECK(f.venue.next_due() == at(11ms));
    f.advance(12ms);
    CHECK(f.sink.deliveries.empty());
    CHECK(f.venue.next_due() == at(13ms));
    f.advance(20ms);
    REQUIRE(f.sink.kinds(order) == Kinds{ReportKind::Accepted});
    CHECK(f.sink.deliveries[0].time == at(13ms));
    CHECK(f.sink.last(order).venue_time == at(11ms));
    CHECK(f.sink.last(order).venue_order_id.view() == "SIM-O1");
    CHECK(f.sink.last(order).venue == kVenue);
    CHECK(f.venue.next_due() == Timestamp::max());
  }

  TEST_CASE("a command never overtakes an earlier one, nor a report an earlier report") {
    auto config = plain_config();
    config.outbound.sigma = 2;
    config.inbound.sigma = 2;
    VenueFixture f(config);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    for (int i = 0; i < 200; ++i) f.submit(1ms + i * 10us, {.limit = "9.50", .quantity = Quantity{1}});
    f.advance(60s);
    REQUIRE(f.sink.deliveries.size() == 200);
    for (std::size_t i = 0; i < 200; ++i) {
      CHECK(f.sink.deliveries[i].event.report.order == OrderId{i + 1});
      if (i > 0) CHECK(f.sink.deliveries[i].time >= f.sink.deliveries[i - 1].time);
    }
  }

  TEST_CASE("without latency an order is answered by the next advance") {
    auto config = plain_config();
    config.outbound = config.inbound = {.minimum = 0ns, .median = 0ns, .sigma = 0};
    VenueFixture f(config);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1ms);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Fill});
  }

  TEST_CASE("a command that arrives at the time of a market event meets the market before it") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(9ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.quote(10ms, "9.99", Quantity{100}, "10.05", Quantity{100});
    f.advance(20ms);
    CHECK(f.sink.last(order).price == price("10.01"));
  }

  TEST_CASE("the market of other venues and of unknown instruments is not seen") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100}, kShare, VenueId{1});
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100}, InstrumentId{77});
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(order).reason == RejectReason::MarketClosed);
  }

  TEST_CASE("the sink may submit while it takes a delivery") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    f.sink.then = [&](const VenueEvent& event, Timestamp now) {
      if (event.report.order == OrderId{1}) {
        f.submit(now - kStart, {.type = OrderType::Market, .quantity = Quantity{5}});
      }
    };
    f.submit(0ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.advance(1s);
    REQUIRE(f.sink.kinds(OrderId{2}) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.deliveries[1].time == at(6ms));
  }

  TEST_CASE("what a full sink refuses is offered again, in order") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(0ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.sink.full = true;
    f.advance(5ms);
    CHECK(f.venue.next_due() == at(3ms));
    f.advance(6ms);
    CHECK(f.sink.deliveries.empty());
    CHECK(f.venue.statistics().refused_deliveries == 2);
    f.sink.full = false;
    f.advance(7ms);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.deliveries[0].time == at(6ms));
  }

  TEST_CASE("the venue goes on while the sink is full") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    f.sink.full = true;
    f.submit(0ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.submit(5ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.advance(20ms);
    CHECK(f.venue.open_orders() == 2);
  }

  TEST_CASE("a market order fills at the touch up to its size and the rest is canceled") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{60});
    const OrderId buy = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{80}});
    const OrderId sell =
        f.submit(1ms, {.side = Side::Sell, .type = OrderType::Market, .quantity = Quantity{80}});
    f.advance(1s);
    REQUIRE(f.sink.kinds(buy) == Kinds{ReportKind::Accepted, ReportKind::Fill, ReportKind::Canceled});
    const ExecutionReport fill = f.sink.fills(buy)[0];
    CHECK(fill.price == price("10.01"));
    CHECK(fill.quantity == Quantity{60});
    CHECK(fill.liquidity == Liquidity::Taker);
    CHECK(fill.trade_id.view() == "SIM-T1");
    REQUIRE(f.sink.kinds(sell) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.fills(sell)[0].price == price("9.99"));
  }

  TEST_CASE("a market order before any quote is rejected, one without its side of the market is canceled") {
    VenueFixture f;
    const OrderId early = f.submit(0ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.trade(2ms, "10", Quantity{5});
    const OrderId trades_only = f.submit(3ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.quote(10ms, "9.99", Quantity{100}, std::nullopt, std::nullopt);
    const OrderId one_sided = f.submit(11ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(early) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(early).reason == RejectReason::MarketClosed);
    CHECK(f.sink.kinds(trades_only) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(trades_only).reason == RejectReason::MarketClosed);
    CHECK(f.sink.kinds(one_sided) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
  }

  TEST_CASE("a limit order that crosses takes the touch and rests with what is left") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{60});
    const OrderId order = f.submit(1ms, {.limit = "10.02", .quantity = Quantity{80}});
    f.advance(1s);
    REQUIRE(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.last(order).price == price("10.01"));
    CHECK(f.sink.last(order).quantity == Quantity{60});
    CHECK(f.venue.open_orders() == 1);
  }

  TEST_CASE("IOC cancels what it cannot take, also all of it") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{60});
    const OrderId part = f.submit(
        1ms, {.limit = "10.01", .quantity = Quantity{80}, .time_in_force = TimeInForce::ImmediateOrCancel});
    const OrderId none = f.submit(
        1ms, {.limit = "10.00", .quantity = Quantity{80}, .time_in_force = TimeInForce::ImmediateOrCancel});
    f.advance(1s);
    CHECK(f.sink.kinds(part) == Kinds{ReportKind::Accepted, ReportKind::Fill, ReportKind::Canceled});
    CHECK(f.sink.kinds(none) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
    CHECK(f.venue.open_orders() == 0);
  }

  TEST_CASE("FOK fills whole or not at all") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{60});
    const auto fill_or_kill = [&](Quantity quantity) {
      return f.submit(1ms,
                      {.limit = "10.01", .quantity = quantity, .time_in_force = TimeInForce::FillOrKill});
    };
    const OrderId too_large = fill_or_kill(Quantity{61});
    const OrderId fits = fill_or_kill(Quantity{60});
    const OrderId late = fill_or_kill(Quantity{1});
    f.advance(1s);
    CHECK(f.sink.kinds(too_large) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
    CHECK(f.sink.kinds(fits) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.kinds(late) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
  }

  TEST_CASE("fills are whole lots even where the displayed size is not") {
    VenueFixture f;
    f.quote(0ms, "60000", quantity("1"), "60001", quantity("0.0127"), kCoin);
    const OrderId order =
        f.submit(1ms, {.type = OrderType::Market, .quantity = quantity("0.02"), .instrument = kCoin});
    f.advance(1s);
    REQUIRE(f.sink.fills(order).size() == 1);
    CHECK(f.sink.fills(order)[0].quantity == quantity("0.012"));
  }

  TEST_CASE("what cannot be an order is rejected with its reason") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    f.quote(0ms, "60000", Quantity{1}, "60001", Quantity{1}, kInverse);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100}, kClosed);
    orders::Duration now = 0s;
    const auto reason = [&](const VenueFixture::NewOrder& order) {
      const OrderId id = f.submit(now, order);
      f.advance(now += 1s);
      REQUIRE(f.sink.kinds(id) == Kinds{ReportKind::Rejected});
      return f.sink.last(id).reason;
    };
    CHECK(reason({.limit = "9.50", .quantity = Quantity{5}, .instrument = InstrumentId{9}}) ==
          RejectReason::UnknownInstrument);
    CHECK(reason({.limit = "60000", .quantity = Quantity{5}, .instrument = kCoin}) ==
          RejectReason::MarketClosed);
    CHECK(reason({.limit = "9.50", .quantity = Quantity{5}, .instrument = kClosed}) ==
          RejectReason::MarketClosed);
    CHECK(reason({.limit = "9.50", .quantity = Quantity{0}}) == RejectReason::InvalidQuantity);
    CHECK(reason({.limit = "9.50", .quantity = Quantity{-5}}) == RejectReason::InvalidQuantity);
    CHECK(reason({.limit = "9.50", .quantity = quantity("1.5")}) == RejectReason::InvalidQuantity);
    CHECK(reason({.limit = "9.505", .quantity = Quantity{5}}) == RejectReason::InvalidPrice);
    CHECK(reason({.quantity = Quantity{5}}) == RejectReason::InvalidPrice);
    CHECK(reason({.type = OrderType::Market, .limit = "9.50", .quantity = Quantity{5}}) ==
          RejectReason::InvalidPrice);
    CHECK(reason({.type = OrderType::Stop, .quantity = Quantity{5}}) == RejectReason::InvalidPrice);
    CHECK(reason({.limit = "9.50", .stop = "10", .quantity = Quantity{5}}) == RejectReason::InvalidPrice);
    CHECK(reason({.type = OrderType::Stop, .stop = "10.005", .quantity = Quantity{5}}) ==
          RejectReason::InvalidPrice);
    CHECK(reason({.limit = "-5", .quantity = Quantity{5}, .instrument = kInverse}) ==
          RejectReason::InvalidPrice);
    CHECK(reason({.limit = "9.50",
                  .quantity = Quantity{5},
                  .time_in_force = TimeInForce::GoodTillDate,
                  .expire_at = at(0ms)}) == RejectReason::Other);
    CHECK(f.venue.open_orders() == 0);
  }

  TEST_CASE("an order id is taken once") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}}, OrderId{7});
    f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}}, OrderId{7});
    f.advance(1s);
    CHECK(f.sink.kinds(OrderId{7}) == Kinds{ReportKind::Accepted, ReportKind::Rejected});
    CHECK(f.sink.last(OrderId{7}).reason == RejectReason::Other);
    CHECK(f.sink.last(OrderId{7}).text.view() == "order id repeated");
    CHECK(f.venue.open_orders() == 1);
  }

  TEST_CASE("beyond the bound of open orders an order is rejected") {
    VenueFixture f(plain_config(), {.max_open_orders = 2});
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    const OrderId third = f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.cancel(2ms, OrderId{1});
    const OrderId fourth = f.submit(3ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(third) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(third).reason == RejectReason::Other);
    CHECK(f.sink.last(third).text.view() == "order table full");
    CHECK(f.sink.kinds(fourth) == Kinds{ReportKind::Accepted});
  }

  TEST_CASE("a closed order is forgotten after so many others closed") {
    VenueFixture f(plain_config(), {.remembered_closed_orders = 1});
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    for (int i = 0; i < 2; ++i) f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{1}});
    f.cancel(2ms, OrderId{1});
    f.cancel(2ms, OrderId{2});
    f.advance(1s);
    CHECK(f.sink.last(OrderId{1}).reason == RejectReason::UnknownOrder);
    CHECK(f.sink.last(OrderId{2}).reason == RejectReason::TooLate);
  }

  TEST_CASE("commands and reports beyond their bounds are lost and counted") {
    VenueFixture f(plain_config(), {.max_commands_under_way = 2, .max_reports_under_way = 1});
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    for (int i = 0; i < 3; ++i) f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    CHECK(f.venue.statistics().commands_lost == 1);
    f.advance(1s);
    CHECK(f.venue.open_orders() == 2);
    CHECK(f.sink.deliveries.size() == 1);
    CHECK(f.venue.report_statistics().lost == 1);
  }

  TEST_CASE("a cancel ends an open order and names it") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.cancel(2ms, order);
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
    CHECK(f.sink.last(order).venue_order_id.view() == "SIM-O1");
    CHECK(f.venue.open_orders() == 0);
  }

  TEST_CASE("a cancel of what is done or unknown is rejected") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId done = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.cancel(2ms, done);
    f.cancel(2ms, OrderId{99});
    f.advance(1s);
    CHECK(f.sink.last(done).kind == ReportKind::CancelRejected);
    CHECK(f.sink.last(done).reason == RejectReason::TooLate);
    CHECK(f.sink.last(OrderId{99}).kind == ReportKind::CancelRejected);
    CHECK(f.sink.last(OrderId{99}).reason == RejectReason::UnknownOrder);
  }

  TEST_CASE("a replace puts new terms in force and may make the order marketable") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.replace(2ms, order, Quantity{8}, "10.01");
    f.advance(1s);
    REQUIRE(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Updated, ReportKind::Fill});
    const ExecutionReport& updated = f.sink.deliveries[1].event.report;
    CHECK(updated.terms.quantity == Quantity{8});
    CHECK(updated.terms.limit_price == price("10.01"));
    CHECK(f.sink.last(order).quantity == Quantity{8});
  }

  TEST_CASE("a replace is refused for what is done, unknown, wrong, or already filled") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{3});
    const OrderId order = f.submit(1ms, {.limit = "10.01", .quantity = Quantity{5}});
    orders::Duration now = 1s;
    const auto reason = [&](OrderId id, Quantity total, std::optional<std::string_view> limit) {
      f.replace(now, id, total, limit);
      f.advance(now += 1s);
      REQUIRE(f.sink.last(id).kind == ReportKind::UpdateRejected);
      return f.sink.last(id).reason;
    };
    CHECK(reason(order, Quantity{3}, "10.01") == RejectReason::InvalidQuantity);
    CHECK(reason(order, quantity("5.5"), "10.01") == RejectReason::InvalidQuantity);
    CHECK(reason(order, Quantity{5}, "10.001") == RejectReason::InvalidPrice);
    CHECK(reason(order, Quantity{5}, std::nullopt) == RejectReason::InvalidPrice);
    CHECK(reason(OrderId{99}, Quantity{5}, "10.01") == RejectReason::UnknownOrder);
    f.cancel(now, order);
    CHECK(reason(order, Quantity{6}, "10.01") == RejectReason::TooLate);
  }

  TEST_CASE("DAY orders expire at the session's end, GTC orders do not") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId day =
        f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}, .time_in_force = TimeInForce::Day});
    const OrderId good = f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}});
    f.advance(10h - 1ns);
    CHECK(f.venue.next_due() == at(10h));
    f.advance(11h);
    CHECK(f.sink.kinds(day) == Kinds{ReportKind::Accepted, ReportKind::Expired});
    CHECK(f.sink.last(day).venue_time == at(10h));
    CHECK(f.sink.kinds(good) == Kinds{ReportKind::Accepted});
    const OrderId tomorrow =
        f.submit(11h, {.limit = "9.50", .quantity = Quantity{5}, .time_in_force = TimeInForce::Day});
    f.advance(35h);
    CHECK(f.sink.last(tomorrow).venue_time == at(34h));
  }

  TEST_CASE("a DAY order that ended before leaves nothing due") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId day =
        f.submit(1ms, {.limit = "9.50", .quantity = Quantity{5}, .time_in_force = TimeInForce::Day});
    f.cancel(2ms, day);
    f.advance(1s);
    CHECK(f.venue.next_due() == Timestamp::max());
  }

  TEST_CASE("GTD orders expire at their time") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const auto until = [&](orders::Duration after) {
      return f.submit(1ms, {.limit = "9.50",
                            .quantity = Quantity{5},
                            .time_in_force = TimeInForce::GoodTillDate,
                            .expire_at = at(after)});
    };
    const OrderId second = until(2s);
    const OrderId first = until(1s);
    const OrderId canceled = until(1500ms);
    f.cancel(3ms, canceled);
    f.advance(1s + 5ms);
    CHECK(f.sink.kinds(first) == Kinds{ReportKind::Accepted, ReportKind::Expired});
    CHECK(f.sink.last(first).venue_time == at(1s));
    CHECK(f.sink.kinds(second) == Kinds{ReportKind::Accepted});
    f.advance(3s);
    CHECK(f.sink.last(second).venue_time == at(2s));
    CHECK(f.sink.kinds(canceled) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
  }

  TEST_CASE("an expiry comes before a command that arrives at the same time") {
    VenueFixture f;
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.limit = "9.50",
                                         .quantity = Quantity{5},
                                         .time_in_force = TimeInForce::GoodTillDate,
                                         .expire_at = at(1s)});
    f.cancel(999ms, order);
    f.advance(2s);
    CHECK(f.sink.kinds(order) ==
          Kinds{ReportKind::Accepted, ReportKind::Expired, ReportKind::CancelRejected});
  }

  TEST_CASE("a long name is cut in the ids, the number is not") {
    auto config = plain_config();
    config.name = "a_venue_with_a_name_that_is_rather_long";
    VenueFixture f(config);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{100});
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.last(order).venue_order_id.view() == "a_venue_with_a_name_th-O1");
    CHECK(f.sink.last(order).trade_id.view() == "a_venue_with_a_name_th-T1");
    CHECK(f.venue.name() == "a_venue_with_a_name_that_is_rather_long");
  }
}

}  // namespace vigil::engine::test
