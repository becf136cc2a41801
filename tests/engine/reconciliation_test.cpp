// What a venue says of its orders against what the engine believes.

#include <doctest/doctest.h>

#include <algorithm>

#include "core_harness.h"
#include "engine/venue/reconciliation_metrics.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using namespace std::chrono_literals;
using orders::OrderStatus;
using orders::ReportKind;

namespace {

/// An engine with one order at venue A, and the venue's answers.
struct Desk : CoreHarness {
  explicit Desk(EngineConfig start_config = small_config()) : CoreHarness(std::move(start_config)) {
    quote("99.99", "100.01");
  }

  orders::Order& place(const char* id, std::int64_t quantity = 100) {
    send(order(id, orders::Side::Buy, quantity, "100"));
    return find(id);
  }
  /// The venue says how an order stands.
  void answer_status(orders::OrderId id, OrderStatus status, std::int64_t cum = 0,
                     std::int64_t quantity = 100, const char* limit = "100") {
    VenueEvent event = status_event(id);
    event.report.status = status;
    event.report.cum_quantity = Quantity{cum};
    event.report.terms = {Quantity{quantity}, Price::parse(limit), std::nullopt};
    event.report.instrument = kStock;
    core.on_venue(event, now());
  }
  void answer_unknown(orders::OrderId id) {
    VenueEvent event = status_event(id);
    event.report.reason = orders::RejectReason::UnknownOrder;
    core.on_venue(event, now());
  }
  /// `executed`: of all fills at the venue.
  void end_of_answers(std::int64_t executed = 0) {
    VenueEvent event = status_event(orders::kNoOrder);
    event.report.cum_quantity = Quantity{executed};
    event.report.venue_time = time;
    core.on_venue(event, now());
  }
  void fill_again(orders::OrderId id, std::int64_t quantity, const char* trade) {
    VenueEvent event;
    event.venue = kVenueA;
    event.report.kind = ReportKind::Fill;
    event.report.order = id;
    event.report.venue = kVenueA;
    event.report.quantity = Quantity{quantity};
    event.report.price = *Price::parse("100");
    event.report.trade_id = *orders::VenueTradeId::from(trade);
    event.report.commission_currency = orders::CurrencyId{0};
    event.report.resent = true;
    core.on_venue(event, now());
  }
  void reconnect() {
    VenueEvent event;
    event.venue = kVenueA;
    event.kind = VenueEvent::Kind::Disconnected;
    core.on_venue(event, now());
    pass(1s);
    event.kind = VenueEvent::Kind::Connected;
    questions.clear();
    core.on_venue(event, now());
    pass(1ms);
  }
  [[nodiscard]] std::uint64_t breaks(Break kind) {
    return registry.counter(metric::kBreaks, {"A", to_string(kind)}).value();
  }
  [[nodiscard]] double open_breaks() { return registry.gauge(metric::kBreaksOpen, {"A"}, 0).value(); }
  [[nodiscard]] std::uint64_t resolved() { return registry.histogram(metric::kBreakResolved, {"A"}).count(); }
  [[nodiscard]] std::size_t asked(orders::OrderId id) const {
    return static_cast<std::size_t>(std::ranges::count_if(questions, [id](const VenueCommand& question) {
      return question.kind == VenueCommand::Kind::Status && question.order == id;
    }));
  }
  [[nodiscard]] Quantity position() const { return core.portfolio().position(kMain, kStock).quantity(); }

 private:
  static VenueEvent status_event(orders::OrderId id) {
    VenueEvent event;
    event.venue = kVenueA;
    event.report.kind = ReportKind::Status;
    event.report.order = id;
    event.report.venue = kVenueA;
    return event;
  }
};

}  // namespace

TEST_CASE("a connection begins with a question for all open orders, and one for each that was not named") {
  Desk desk;
  const orders::OrderId one = desk.place("ONE").id;
  const orders::OrderId two = desk.place("TWO", 70).id;
  desk.report(ReportKind::Accepted, one);
  desk.report(ReportKind::Accepted, two);
  desk.reconnect();
  REQUIRE(desk.questions.size() == 1);
  CHECK(desk.questions[0].kind == VenueCommand::Kind::MassStatus);
  CHECK(desk.questions[0].venue == kVenueA);
  desk.pass(1ms);
  desk.answer_status(one, OrderStatus::Accepted);
  desk.end_of_answers();
  CHECK(desk.asked(one) == 0);
  CHECK(desk.asked(two) == 1);
  desk.pass(1ms);
  desk.answer_status(two, OrderStatus::Accepted, 0, 70);
  for (std::size_t i = 0; i < kBreakCount; ++i) CHECK(desk.breaks(static_cast<Break>(i)) == 0);
  CHECK(desk.registry.counter(metric::kRounds, {"A"}).value() == 1);
}

TEST_CASE("rounds come by themselves, and not while the venue is away") {
  Desk desk;
  desk.pass(29s);
  CHECK(desk.questions.empty());
  desk.pass(2s);
  CHECK(desk.questions.size() == 2);  // both venues
  desk.questions.clear();
  VenueEvent event;
  event.venue = kVenueA;
  event.kind = VenueEvent::Kind::Disconnected;
  desk.core.on_venue(event, desk.now());
  desk.pass(60s);
  REQUIRE(desk.questions.size() == 2);
  for (const VenueCommand& question : desk.questions) CHECK(question.venue == kVenueB);
}

TEST_CASE("a fill that was never reported is booked once, however often it is told") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.fill(id, 30, "100", "T1");
  desk.reconnect();
  desk.pass(1ms);
  desk.answer_status(id, OrderStatus::PartiallyFilled, 80);  // 50 of them unheard of
  CHECK(desk.breaks(Break::MissingFill) == 1);
  CHECK(desk.open_breaks() == 1);
  CHECK(desk.asked(id) == 1);
  desk.answer_status(id, OrderStatus::PartiallyFilled, 80);  // once a round is enough
  CHECK(desk.asked(id) == 1);
  desk.pass(1ms);
  desk.fill_again(id, 30, "T1");
  desk.fill_again(id, 50, "T2");
  desk.answer_status(id, OrderStatus::PartiallyFilled, 80);
  CHECK(desk.position() == Quantity{80});
  CHECK(desk.find("ONE").cum_quantity == Quantity{80});
  CHECK(desk.open_breaks() == 0);
  CHECK(desk.resolved() == 1);
  CHECK(desk.breaks(Break::MissingFill) == 1);
  desk.fill(id, 50, "100", "T2");  // the lost report comes after all
  CHECK(desk.position() == Quantity{80});
}

TEST_CASE("an order that never got to its venue ends, and is not sent again") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  const std::size_t sent = desk.commands.size();
  desk.pass(6s);  // in doubt
  CHECK(desk.core.orders().in_doubt_count() == 1);
  CHECK(desk.asked(id) == 1);
  desk.answer_unknown(id);
  CHECK(desk.find("ONE").status == OrderStatus::Rejected);
  CHECK(desk.find("ONE").reject_reason == orders::RejectReason::UnknownOrder);
  CHECK(desk.breaks(Break::LostOrder) == 1);
  CHECK(desk.core.orders().in_doubt_count() == 0);
  desk.pass(60s);
  CHECK(desk.commands.size() == sent);
}

TEST_CASE("an order whose acceptance was lost is taken up, with what was filled") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.pass(6s);
  desk.fill_again(id, 40, "T1");
  desk.answer_status(id, OrderStatus::PartiallyFilled, 40);
  CHECK(desk.find("ONE").status == OrderStatus::PartiallyFilled);
  CHECK(desk.breaks(Break::MissingFill) == 1);
  CHECK(desk.position() == Quantity{40});
  CHECK(desk.core.orders().in_doubt_count() == 0);

  const orders::OrderId other = desk.place("TWO", 70).id;
  desk.pass(6s);
  desk.answer_status(other, OrderStatus::Accepted, 0, 70);
  CHECK(desk.find("TWO").status == OrderStatus::Accepted);
  CHECK(desk.breaks(Break::Status) == 1);
}

TEST_CASE("an end that was not reported is taken over") {
  Desk desk;
  const orders::OrderId canceled = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, canceled);
  const orders::OrderId expired = desk.place("TWO", 70).id;  // never heard of again
  desk.reconnect();
  desk.end_of_answers();
  desk.pass(1ms);
  desk.answer_status(canceled, OrderStatus::Canceled);
  desk.answer_status(expired, OrderStatus::Expired, 0, 70);
  CHECK(desk.find("ONE").status == OrderStatus::Canceled);
  CHECK(desk.find("TWO").status == OrderStatus::Expired);
  CHECK(desk.breaks(Break::Status) == 2);
  CHECK(desk.resolved() == 2);
}

TEST_CASE("an order that the venue has forgotten ends as canceled") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.reconnect();
  desk.end_of_answers();
  desk.pass(1ms);
  desk.answer_unknown(id);
  CHECK(desk.find("ONE").status == OrderStatus::Canceled);
  CHECK(desk.breaks(Break::MissingAtVenue) == 1);
}

TEST_CASE("terms that differ are those of the venue") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.reconnect();
  desk.pass(1ms);
  desk.answer_status(id, OrderStatus::Accepted, 0, 60, "99.5");
  CHECK(desk.find("ONE").terms.quantity == Quantity{60});
  CHECK(desk.find("ONE").terms.limit_price == Price::parse("99.5"));
  CHECK(desk.breaks(Break::Terms) == 1);
}

TEST_CASE(
    "an order that was filled by terms of which nobody told has ended, also where a cancel is pending") {
  for (const std::pair<bool, int>& told : {std::pair{false, 31}, {true, 31}, {true, 100}, {false, 0}}) {
    const bool is_canceled = told.first;
    const int terms = told.second;
    CAPTURE(is_canceled);
    CAPTURE(terms);
    Desk desk;
    const orders::OrderId id = desk.place("ONE").id;
    desk.report(ReportKind::Accepted, id);
    desk.fill(id, 31, "100", "T1");
    if (is_canceled) desk.cancel("ONE");
    desk.pass(1ms);
    desk.reconnect();
    desk.pass(1ms);
    desk.answer_status(id, OrderStatus::Filled, 31, terms);
    CHECK(desk.find("ONE").status == OrderStatus::Filled);
    CHECK(desk.find("ONE").terms.quantity == Quantity{31});
    CHECK(desk.breaks(Break::Terms) == 1);
  }
}

TEST_CASE("a cancel that did not get there is asked for again, one under way is waited for") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.cancel("ONE");
  const std::size_t sent = desk.commands.size();
  desk.reconnect();
  desk.pass(1ms);
  desk.answer_status(id, OrderStatus::Accepted);
  CHECK(desk.commands.size() == sent);  // its answer may be on its way
  desk.pass(6s);
  desk.answer_status(id, OrderStatus::Accepted);
  REQUIRE(desk.commands.size() == sent + 1);
  CHECK(desk.commands.back().kind == VenueCommand::Kind::Cancel);
  CHECK(desk.find("ONE").status == OrderStatus::PendingCancel);
  CHECK(desk.core.orders().in_doubt_count() == 0);
}

TEST_CASE("a replace in doubt ends by the terms that are in force") {
  for (const bool in_force : {true, false}) {
    CAPTURE(in_force);
    Desk desk;
    const orders::OrderId id = desk.place("ONE").id;
    desk.report(ReportKind::Accepted, id);
    orders::OrderRequest request = CoreHarness::order("ONE", orders::Side::Buy, 150, "99.9");
    request.action = orders::OrderRequest::Action::Replace;
    desk.send(request);
    desk.pass(6s);
    CHECK(desk.core.orders().in_doubt_count() == 1);
    if (in_force) {
      desk.answer_status(id, OrderStatus::Accepted, 0, 150, "99.9");
    } else {
      desk.answer_status(id, OrderStatus::Accepted);
    }
    CHECK(desk.find("ONE").status == OrderStatus::Accepted);
    CHECK(desk.find("ONE").terms.quantity == Quantity{in_force ? 150 : 100});
    CHECK(desk.core.orders().in_doubt_count() == 0);
  }
}

TEST_CASE("what has ended here and works there is canceled there until it is gone") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Rejected, id);  // a lie
  desk.reconnect();
  desk.pass(1ms);
  const std::size_t sent = desk.commands.size();
  desk.answer_status(id, OrderStatus::Accepted);
  CHECK(desk.breaks(Break::OpenAtVenue) == 1);
  CHECK(desk.open_breaks() == 1);
  CHECK(desk.commands.size() == sent + 1);
  desk.pass(31s);
  desk.answer_status(id, OrderStatus::Accepted);
  CHECK(desk.commands.size() == sent + 2);
  CHECK(desk.breaks(Break::OpenAtVenue) == 1);
  desk.pass(31s);
  desk.answer_status(id, OrderStatus::Canceled);
  CHECK(desk.open_breaks() == 0);
  CHECK(desk.resolved() == 1);
}

TEST_CASE("fills that the venue does not have stay a break until it has") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.fill(id, 30, "100", "T1");
  desk.reconnect();
  desk.pass(1ms);
  desk.answer_status(id, OrderStatus::Accepted, 0);
  CHECK(desk.breaks(Break::ExtraFill) == 1);
  CHECK(desk.open_breaks() == 1);
  CHECK(desk.position() == Quantity{30});
  desk.pass(31s);
  desk.answer_status(id, OrderStatus::PartiallyFilled, 30);
  CHECK(desk.open_breaks() == 0);
}

TEST_CASE("an answer that is older than what we know changes nothing") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.reconnect();
  desk.pass(1ms);
  desk.fill(id, 100, "100", "T1");  // sent before the answer, which was delayed
  desk.answer_status(id, OrderStatus::Accepted);
  CHECK(desk.find("ONE").status == OrderStatus::Filled);
  CHECK(desk.breaks(Break::OpenAtVenue) == 0);
  CHECK(desk.breaks(Break::ExtraFill) == 0);
}

TEST_CASE("an order that nobody here has heard of is canceled, and counted once") {
  Desk desk;
  desk.reconnect();
  const orders::OrderId foreign{777};
  desk.pass(1ms);
  desk.answer_status(foreign, OrderStatus::Accepted);
  desk.answer_status(foreign, OrderStatus::Accepted);
  CHECK(desk.breaks(Break::UnknownOrder) == 1);
  CHECK(desk.open_breaks() == 1);
  REQUIRE(desk.commands.size() == 2);
  CHECK(desk.commands[0].kind == VenueCommand::Kind::Cancel);
  CHECK(desk.commands[0].order == foreign);
  VenueEvent gone;
  gone.venue = kVenueA;
  gone.report.kind = ReportKind::Canceled;
  gone.report.order = foreign;
  gone.report.venue = kVenueA;
  desk.core.on_venue(gone, desk.now());
  CHECK(desk.open_breaks() == 0);
  CHECK(desk.resolved() == 1);
}

TEST_CASE("or taken over, with its fills, where the configuration says so") {
  EngineConfig config = small_config();
  config.reconciliation.unknown_orders = UnknownOrders::Adopt;
  config.reconciliation.adopt_account = kMain;
  Desk desk(config);
  desk.reconnect();
  desk.pass(1ms);
  desk.answer_status(orders::OrderId{777}, OrderStatus::PartiallyFilled, 40);
  REQUIRE(desk.commands.size() == 1);
  CHECK(desk.commands[0].kind == VenueCommand::Kind::Adopt);
  CHECK(desk.commands[0].known_as == orders::OrderId{777});
  const orders::OrderId ours = desk.commands[0].order;
  orders::Order* const order = desk.core.orders().find(ours);
  REQUIRE(order != nullptr);
  CHECK(order->status == OrderStatus::Accepted);
  CHECK(desk.asked(ours) == 1);
  desk.pass(1ms);
  desk.fill_again(ours, 40, "T9");
  desk.answer_status(ours, OrderStatus::PartiallyFilled, 40);
  CHECK(desk.position() == Quantity{40});
  CHECK(order->status == OrderStatus::PartiallyFilled);
  CHECK(desk.open_breaks() == 0);
  CHECK(desk.core.risk().exposure(kMain, kStock).working_buy == Quantity{60});
}

TEST_CASE("an answer that names no venue of ours, or a refusal to answer, changes nothing") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  VenueEvent event;
  event.report.kind = ReportKind::Status;
  event.report.order = id;
  event.report.venue = orders::VenueId{17};
  event.venue = kVenueA;
  desk.core.on_venue(event, desk.now());
  event.report.venue = kVenueA;
  event.report.reason = orders::RejectReason::RateLimited;
  desk.core.on_venue(event, desk.now());
  CHECK(desk.find("ONE").status == OrderStatus::Submitted);
}

TEST_CASE("a lost fill of an order that has ended shows in the sum of all fills, and is asked for") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.fill(id, 30, "100", "T1");
  desk.report(ReportKind::Canceled, id);
  desk.reconnect();
  desk.end_of_answers(30);
  const orders::Timestamp agreed = desk.time;
  CHECK(desk.questions.size() == 1);
  desk.pass(31s);  // meanwhile the venue fills 20 more, late, and the report is lost
  desk.questions.clear();
  desk.end_of_answers(50);
  REQUIRE(desk.questions.size() == 1);
  CHECK(desk.questions[0].kind == VenueCommand::Kind::Fills);
  CHECK(desk.questions[0].since < agreed);
  desk.fill_again(id, 30, "T1");
  desk.fill_again(id, 20, "T2");
  CHECK(desk.position() == Quantity{50});
  CHECK(desk.breaks(Break::MissingFill) == 1);
  desk.questions.clear();
  desk.end_of_answers(50);
  CHECK(desk.questions.empty());

  SUBCASE("what the venue does not tell even when asked is counted, and not asked for for ever") {
    constexpr std::size_t kRounds = 8;
    for (std::size_t i = 1; i <= kRounds; ++i) {
      desk.end_of_answers(57);
      CHECK(desk.questions.size() == i);
    }
    CHECK(desk.breaks(Break::MissingFill) == 1);
    for (int i = 0; i < 2; ++i) {
      desk.end_of_answers(57);
      CHECK(desk.questions.size() == kRounds);
      CHECK(desk.breaks(Break::MissingFill) == 2);
    }
  }
  SUBCASE("a venue that begins anew is compared from there on") {
    desk.end_of_answers(0);
    desk.end_of_answers(0);
    CHECK(desk.questions.empty());
    CHECK(desk.breaks(Break::MissingFill) == 1);
    desk.end_of_answers(5);
    CHECK(desk.questions.size() == 1);
  }
}

TEST_CASE("a cancel that comes too late for an order that works here asks how it stands") {
  Desk desk;
  const orders::OrderId id = desk.place("ONE").id;
  desk.report(ReportKind::Accepted, id);
  desk.cancel("ONE");
  desk.report(ReportKind::CancelRejected, id, orders::RejectReason::TooLate);
  CHECK(desk.asked(id) == 1);
  desk.pass(1ms);
  desk.fill_again(id, 60, "T1");
  desk.answer_status(id, OrderStatus::Canceled, 60);
  CHECK(desk.find("ONE").status == OrderStatus::Canceled);
  CHECK(desk.position() == Quantity{60});
}
