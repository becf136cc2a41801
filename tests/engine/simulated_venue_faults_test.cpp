// Faults of the simulated venue, its connection, its message rate and its latencies.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

using Kinds = std::vector<ReportKind>;

namespace {

VenueFixture::NewOrder resting() {
  return {.limit = "9.50", .quantity = Quantity{5}};
}

void quote_both(VenueFixture& f, orders::Duration after = 0ms) {
  f.quote(after, "9.99", Quantity{100}, "10.01", Quantity{100});
}

std::vector<VenueEvent::Kind> event_kinds(const VenueFixture& f) {
  std::vector<VenueEvent::Kind> kinds;
  for (const auto& delivery : f.sink.deliveries) kinds.push_back(delivery.event.kind);
  return kinds;
}

using EventKinds = std::vector<VenueEvent::Kind>;
constexpr auto kReport = VenueEvent::Kind::Report;
constexpr auto kConnected = VenueEvent::Kind::Connected;
constexpr auto kDisconnected = VenueEvent::Kind::Disconnected;

}  // namespace

TEST_SUITE("simulated venue: faults") {
  TEST_CASE("a dropped report never comes, the order is there all the same") {
    auto config = plain_config();
    config.faults.drop_report = 1;
    VenueFixture f(config);
    quote_both(f);
    f.submit(1ms, resting());
    f.advance(1h);
    CHECK(f.sink.deliveries.empty());
    CHECK(f.venue.open_orders() == 1);
    CHECK(f.venue.report_statistics().dropped == 1);
  }

  TEST_CASE("a repeated report comes twice with the same identity") {
    auto config = plain_config();
    config.faults.repeat_report = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(order) ==
          Kinds{ReportKind::Accepted, ReportKind::Accepted, ReportKind::Fill, ReportKind::Fill});
    const auto fills = f.sink.fills(order);
    CHECK(fills[0].trade_id == fills[1].trade_id);
    CHECK(fills[0].quantity == fills[1].quantity);
    CHECK(f.venue.statistics().fills == 1);
  }

  TEST_CASE("reordered reports change places with their successor") {
    auto config = plain_config();
    config.faults.reorder_reports = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, {.type = OrderType::Market, .quantity = Quantity{5}});
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Fill, ReportKind::Accepted});
    CHECK(f.venue.report_statistics().reordered == 1);
  }

  TEST_CASE("a report that has arrived cannot change places any more") {
    auto config = plain_config();
    config.faults.reorder_reports = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, resting());
    f.cancel(1s, order);
    f.advance(2s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
  }

  TEST_CASE("a delayed report comes so much later and is overtaken") {
    auto config = plain_config();
    config.faults.delay_report = 0.5;
    config.faults.report_delay = 3s;
    VenueFixture f(config);
    quote_both(f);
    for (int i = 0; i < 100; ++i) f.submit(1ms + i * 1ms, resting());
    f.advance(10s);
    REQUIRE(f.sink.deliveries.size() == 100);
    std::size_t late = 0;
    for (const auto& delivery : f.sink.deliveries) {
      const auto travel = delivery.time - delivery.event.report.venue_time;
      if (travel == 2ms + 3s) ++late;
      CHECK((travel == 2ms || travel == 2ms + 3s));
    }
    CHECK(late == f.venue.report_statistics().delayed);
    CHECK(late > 20);
    CHECK(late < 80);
  }

  TEST_CASE("a late fill follows the cancel, within the limit and what was left") {
    auto config = plain_config();
    config.faults.late_fill_after_cancel = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, {.limit = "9.99", .quantity = Quantity{5}});
    f.cancel(2ms, order);
    f.cancel(5ms, order);
    f.advance(1s);
    REQUIRE(f.sink.kinds(order) ==
            Kinds{ReportKind::Accepted, ReportKind::Canceled, ReportKind::Fill, ReportKind::CancelRejected});
    const ExecutionReport fill = f.sink.fills(order)[0];
    CHECK(fill.price == price("9.99"));
    CHECK(fill.quantity >= Quantity{1});
    CHECK(fill.quantity <= Quantity{5});
    CHECK(f.venue.open_orders() == 0);
  }

  TEST_CASE("a late fill is at the far touch where that is within the limit") {
    auto config = plain_config();
    config.faults.late_fill_after_cancel = 1;
    VenueFixture f(config);
    f.quote(0ms, "9.99", Quantity{100}, "10.01", Quantity{3});
    const OrderId order = f.submit(1ms, {.limit = "10.02", .quantity = Quantity{5}});
    f.cancel(2ms, order);
    f.advance(1s);
    REQUIRE(f.sink.fills(order).size() == 2);
    CHECK(f.sink.fills(order)[1].price == price("10.01"));
    CHECK(f.sink.fills(order)[1].quantity <= Quantity{2});
  }

  TEST_CASE("a stop that was not triggered has no late fill") {
    auto config = plain_config();
    config.faults.late_fill_after_cancel = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, {.type = OrderType::Stop, .stop = "11", .quantity = Quantity{5}});
    f.cancel(2ms, order);
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Canceled});
  }

  TEST_CASE("the venue rejects orders at random") {
    auto config = plain_config();
    config.faults.reject_order = 1;
    VenueFixture f(config);
    quote_both(f);
    const OrderId order = f.submit(1ms, resting());
    f.advance(1s);
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(order).reason == RejectReason::Other);
    CHECK(f.sink.last(order).text.view() == "venue reject");
  }

  TEST_CASE("more messages than allowed within a second are refused, each in its way") {
    auto config = plain_config();
    config.faults.messages_per_second = 2;
    VenueFixture f(config);
    quote_both(f);
    const OrderId first = f.submit(100ms, resting());
    f.submit(400ms, resting());
    const OrderId refused = f.submit(500ms, resting());
    f.cancel(600ms, first);
    f.replace(700ms, first, Quantity{4}, "9.50");
    // The first message is a second old, the refused ones do not count.
    f.cancel(1100ms, first);
    f.cancel(1200ms, OrderId{2});
    f.advance(2s);
    CHECK(f.sink.kinds(refused) == Kinds{ReportKind::Rejected});
    CHECK(f.sink.last(refused).reason == RejectReason::RateLimited);
    CHECK(f.sink.kinds(first) == Kinds{ReportKind::Accepted, ReportKind::CancelRejected,
                                       ReportKind::UpdateRejected, ReportKind::Canceled});
    CHECK(f.sink.last(OrderId{2}).reason == RejectReason::RateLimited);
    CHECK(f.venue.statistics().rate_limited == 4);
  }
}

TEST_SUITE("simulated venue: connection") {
  TEST_CASE("a disconnect loses commands under way, keeps orders, and holds reports back until it ends") {
    VenueFixture f;
    quote_both(f);
    const OrderId order = f.submit(0ms, {.limit = "10.00", .quantity = Quantity{5}});
    f.advance(1500us);  // accepted, the report is under way
    const OrderId lost = f.submit(1500us, resting());
    f.venue.connect(false, at(2ms));
    CHECK_FALSE(f.venue.connected());
    f.submit(3ms, resting());  // nobody should have sent it
    f.quote(10ms, "9.99", Quantity{100}, "10.00", Quantity{100});
    f.advance(20ms);
    REQUIRE(event_kinds(f) == EventKinds{kDisconnected});
    CHECK(f.sink.deliveries[0].time == at(2ms));
    CHECK(f.venue.statistics().commands_lost == 2);
    CHECK(f.venue.next_due() == Timestamp::max());

    f.venue.connect(true, at(30ms));
    CHECK(f.venue.connected());
    CHECK(f.venue.next_due() == at(30ms));
    f.advance(40ms);
    CHECK(event_kinds(f) == EventKinds{kDisconnected, kConnected, kReport, kReport});
    CHECK(f.sink.kinds(order) == Kinds{ReportKind::Accepted, ReportKind::Fill});
    CHECK(f.sink.deliveries[2].time == at(30ms));
    CHECK(f.sink.kinds(lost).empty());
    CHECK(f.venue.statistics().disconnects == 1);
  }

  TEST_CASE("connecting what is connected changes nothing") {
    VenueFixture f;
    f.venue.connect(true, at(0ms));
    f.advance(1s);
    CHECK(f.sink.deliveries.empty());
  }

  TEST_CASE("a venue may start without connection") {
    auto config = plain_config();
    config.healthy_at_start = false;
    VenueFixture f(config);
    CHECK_FALSE(f.venue.connected());
    quote_both(f);
    f.submit(1ms, resting());
    f.advance(1s);
    CHECK(f.sink.deliveries.empty());
    f.venue.connect(true, at(1s));
    f.submit(1s, resting());
    f.advance(2s);
    CHECK(event_kinds(f) == EventKinds{kConnected, kReport});
  }

  TEST_CASE("random disconnects come at exponential times and last as configured") {
    auto config = plain_config();
    config.faults.disconnect_every = 10s;
    config.faults.disconnect_for = 1s;
    VenueFixture f(config);
    quote_both(f);
    f.advance(11'000s);
    const auto& events = f.sink.deliveries;
    REQUIRE(events.size() > 2);
    for (std::size_t i = 0; i + 1 < events.size(); i += 2) {
      CHECK(events[i].event.kind == kDisconnected);
      CHECK(events[i + 1].event.kind == kConnected);
      CHECK(events[i + 1].time - events[i].time == 1s);
    }
    // About a thousand; four standard deviations are 126.
    CHECK(f.venue.statistics().disconnects > 874);
    CHECK(f.venue.statistics().disconnects < 1126);
  }

  TEST_CASE("a connection cut by hand stays down whatever chance would do") {
    auto config = plain_config();
    config.faults.disconnect_every = 10s;
    config.faults.disconnect_for = 1s;
    VenueFixture f(config);
    f.venue.connect(false, at(0s));
    f.advance(1h);
    CHECK_FALSE(f.venue.connected());
    CHECK(event_kinds(f) == EventKinds{kDisconnected});
    f.venue.connect(true, at(1h));
    f.advance(2h);
    CHECK(f.sink.deliveries.size() > 100);
  }

  TEST_CASE("a full sink gets connection changes and reports later, in order") {
    VenueFixture f;
    quote_both(f);
    f.submit(0ms, resting());
    f.sink.full = true;
    f.advance(10ms);
    f.venue.connect(false, at(20ms));
    f.advance(30ms);
    f.venue.connect(true, at(40ms));
    f.advance(50ms);
    f.sink.full = false;
    f.advance(60ms);
    CHECK(event_kinds(f) == EventKinds{kDisconnected, kConnected, kReport});
  }
}

TEST_SUITE("simulated venue: latency") {
  TEST_CASE("a latency is the minimum plus a lognormal with the configured median") {
    const LatencyConfig config{.minimum = 50us, .median = 100us, .sigma = 0.5};
    Random random(7);
    std::vector<orders::Duration> draws;
    for (int i = 0; i < 20'001; ++i) draws.push_back(draw_latency(random, config));
    std::ranges::sort(draws);
    CHECK(draws.front() > 50us);
    CHECK(draws[10'000] > 148us);
    CHECK(draws[10'000] < 152us);
    // exp(0.5 * 1.2816) * 100 = 189.8 at the ninth decile.
    CHECK(draws[18'000] > 235us);
    CHECK(draws[18'000] < 245us);
  }

  TEST_CASE("without sigma a latency is exact") {
    Random random(7);
    CHECK(draw_latency(random, {.minimum = 50us, .median = 100us, .sigma = 0}) == 150us);
  }

  TEST_CASE("the heaviest tail does not overflow") {
    Random random(7);
    for (int i = 0; i < 1000; ++i) {
      CHECK(draw_latency(random, {.minimum = 1us, .median = 1h, .sigma = 100}) <= kLongestDraw + 1us);
    }
  }

  TEST_CASE("uniform draws fill their range evenly and chance 0 draws nothing") {
    Random random(1);
    Random untouched(1);
    CHECK_FALSE(random.chance(0));
    CHECK(random.bits() == untouched.bits());
    std::array<int, 10> counts{};
    for (int i = 0; i < 100'000; ++i) ++counts[static_cast<std::size_t>(random.uniform() * 10)];
    for (const int count : counts) {
      CHECK(count > 9'600);
      CHECK(count < 10'400);
    }
  }
}

}  // namespace vigil::engine::test
