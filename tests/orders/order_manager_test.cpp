#include "orders/order_manager.h"

#include <doctest/doctest.h>

#include "order_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;

TEST_CASE("a new order carries what was asked for and when") {
  Desk desk;
  OrderRequest request = buy("client-1", Quantity{3}, Price{50});
  request.side = Side::Sell;
  request.type = OrderType::StopLimit;
  request.terms.stop_price = Price{49};
  request.time_in_force = TimeInForce::GoodTillDate;
  request.expire_at = at(999).wall;
  request.strategy = StrategyId{7};
  request.decided = at(-5);
  const auto creation = desk.manager.create(request, at(1));
  REQUIRE(creation.result == CreateResult::Created);
  const Order& order = *creation.order;
  CHECK(order.id == OrderId{1});
  CHECK(order.status == OrderStatus::Initialized);
  CHECK(order.side == Side::Sell);
  CHECK(order.type == OrderType::StopLimit);
  CHECK(order.time_in_force == TimeInForce::GoodTillDate);
  CHECK(order.terms.quantity == Quantity{3});
  CHECK(order.terms.limit_price == Price{50});
  CHECK(order.terms.stop_price == Price{49});
  CHECK(order.strategy == StrategyId{7});
  CHECK(order.expire_at == at(999).wall);
  CHECK(order.stage(Stage::Decided).wall == at(-5).wall);
  CHECK(order.stage(Stage::Received).wall == at(1).wall);
  CHECK_FALSE(order.reached(Stage::Sent));
  CHECK(desk.manager.find(OrderId{1}) == &order);
  CHECK(desk.manager.find(request.client_order_id) == &order);
  CHECK(desk.manager.live_count() == 1);
}

TEST_CASE("a client order id is taken while its order is remembered") {
  Desk desk;
  Order& first = desk.accepted("a");
  const auto again = desk.manager.create(buy("a", Quantity{1}, Price{1}), desk.now);
  CHECK(again.result == CreateResult::DuplicateClientOrderId);
  CHECK(again.order == nullptr);
  desk.tell(first, ReportKind::Canceled);
  CHECK(desk.manager.create(buy("a", Quantity{1}, Price{1}), desk.now).result ==
        CreateResult::DuplicateClientOrderId);
  CHECK(desk.manager.remembered_count() == 1);
}

TEST_CASE("an empty client order id is no id") {
  Desk desk;
  Order& first = desk.created("");
  Order& second = desk.created("");
  CHECK(first.id != second.id);
  CHECK(desk.manager.find(ClientOrderId{}) == nullptr);
}

TEST_CASE("a plain life: submitted, accepted, filled in two parts") {
  Desk desk;
  Order& order = desk.submitted();
  CHECK(order.status == OrderStatus::Submitted);
  desk.now = at(2);
  ExecutionReport accepted = report(order, ReportKind::Accepted);
  accepted.venue_order_id = VenueOrderId::from("V1").value();
  const ReportOutcome outcome = desk.manager.apply(accepted, desk.now);
  CHECK(outcome.result == ReportResult::Applied);
  CHECK(outcome.first_answer);
  CHECK(outcome.before == OrderStatus::Submitted);
  CHECK(order.venue_order_id.view() == "V1");

  desk.now = at(3);
  CHECK_FALSE(desk.trade(order, "t1", Quantity{4}, Price{100}).first_answer);
  CHECK(order.status == OrderStatus::PartiallyFilled);
  CHECK(order.leaves_quantity() == Quantity{6});
  desk.now = at(4);
  const ReportOutcome last = desk.trade(order, "t2", Quantity{6}, Price{101});
  CHECK(last.closed);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.cum_quantity == Quantity{10});
  CHECK(order.average_price()->to_string() == "100.6");
  CHECK(order.stage(Stage::Sent).wall == at(0).wall);
  CHECK(order.stage(Stage::Acknowledged).wall == at(2).wall);
  CHECK(order.stage(Stage::FirstFill).wall == at(3).wall);
  CHECK(order.stage(Stage::LastFill).wall == at(4).wall);
  CHECK(order.stage(Stage::Closed).wall == at(4).wall);
  CHECK(desk.manager.live_count() == 0);
  CHECK(desk.illegal() == 0);
}

TEST_CASE("a fill may come before the venue says accepted") {
  Desk desk;
  Order& order = desk.submitted();
  const ReportOutcome outcome = desk.trade(order, "t1", Quantity{10});
  CHECK(outcome.first_answer);
  CHECK(outcome.closed);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.stage(Stage::Acknowledged).wall == desk.now.wall);
  CHECK(desk.illegal() == 0);
}

TEST_CASE("denied and rejected are told apart and keep their reason") {
  Desk desk;
  Order& denied = desk.created("a");
  CHECK(desk.manager.deny(denied, DenyReason::TickSize, desk.now));
  CHECK(denied.status == OrderStatus::Denied);
  CHECK(denied.deny_reason == DenyReason::TickSize);
  CHECK(denied.stage(Stage::Closed).wall == desk.now.wall);
  Order& rejected = desk.submitted("b");
  ExecutionReport no = report(rejected, ReportKind::Rejected);
  no.reason = RejectReason::InsufficientFunds;
  CHECK(desk.manager.apply(no, desk.now).closed);
  CHECK(rejected.status == OrderStatus::Rejected);
  CHECK(rejected.reject_reason == RejectReason::InsufficientFunds);
  CHECK(desk.manager.live_count() == 0);
}

TEST_CASE("an event that the status does not allow changes nothing and is counted") {
  Desk desk;
  Order& order = desk.accepted();
  CHECK_FALSE(desk.manager.deny(order, DenyReason::LotSize, desk.now));
  CHECK_FALSE(desk.manager.submitted(order, desk.now));
  const ReportOutcome again = desk.tell(order, ReportKind::Accepted);
  CHECK(again.result == ReportResult::IllegalTransition);
  CHECK(again.order == &order);
  CHECK(desk.tell(order, ReportKind::CancelRejected).result == ReportResult::IllegalTransition);
  CHECK(order.status == OrderStatus::Accepted);
  CHECK(order.deny_reason == DenyReason::None);
  CHECK(desk.manager.illegal_count(OrderStatus::Accepted, OrderEvent::Deny) == 1);
  CHECK(desk.manager.illegal_count(OrderStatus::Accepted, OrderEvent::Submit) == 1);
  CHECK(desk.manager.illegal_count(OrderStatus::Accepted, OrderEvent::Accept) == 1);
  CHECK(desk.manager.illegal_count(OrderStatus::Accepted, OrderEvent::RejectCancel) == 1);
  CHECK(desk.illegal() == 4);
}

TEST_CASE("a report that names no order we know is told so") {
  Desk desk;
  ExecutionReport stray;
  stray.order = OrderId{99};
  const ReportOutcome outcome = desk.manager.apply(stray, desk.now);
  CHECK(outcome.result == ReportResult::UnknownOrder);
  CHECK(outcome.order == nullptr);
}

TEST_CASE("an order found at the venue may start where the venue says") {
  const ReportKind kinds[] = {ReportKind::Accepted, ReportKind::Rejected, ReportKind::Canceled,
                              ReportKind::Expired, ReportKind::Triggered};
  const OrderStatus expected[] = {OrderStatus::Accepted, OrderStatus::Rejected, OrderStatus::Canceled,
                                  OrderStatus::Expired, OrderStatus::Triggered};
  for (int i = 0; i < 5; ++i) {
    Desk desk;
    Order& order = desk.created();
    const ReportOutcome outcome = desk.tell(order, kinds[i]);
    CHECK(outcome.result == ReportResult::Applied);
    CHECK_FALSE(outcome.first_answer);  // nothing was asked
    CHECK(order.status == expected[i]);
  }
}

// Fills

TEST_CASE("a repeated fill is dropped, one with other data is a conflict") {
  Desk desk;
  Order& order = desk.accepted();
  desk.trade(order, "t1", Quantity{4});
  CHECK(desk.trade(order, "t1", Quantity{4}).result == ReportResult::DuplicateFill);
  CHECK(desk.trade(order, "t1", Quantity{5}).result == ReportResult::ConflictingFill);
  CHECK(desk.trade(order, "t1", Quantity{4}, Price{99}).result == ReportResult::ConflictingFill);
  CHECK(order.cum_quantity == Quantity{4});
  CHECK(order.traded_value == Price{100} * Quantity{4});
  desk.trade(order, "t2", Quantity{6});
  CHECK(desk.trade(order, "t2", Quantity{6}).result == ReportResult::DuplicateFill);
  CHECK(desk.illegal() == 0);
}

TEST_CASE("the same trade id on two orders is two fills") {
  Desk desk;
  Order& one = desk.accepted("a");
  Order& two = desk.accepted("b");
  CHECK(desk.trade(one, "t", Quantity{1}).result == ReportResult::Applied);
  CHECK(desk.trade(two, "t", Quantity{1}).result == ReportResult::Applied);
}

TEST_CASE("an overfill is booked: what fits to the order, the excess apart") {
  Desk desk;
  Order& order = desk.accepted();
  const ReportOutcome outcome = desk.trade(order, "t1", Quantity{12});
  CHECK(outcome.result == ReportResult::Applied);
  CHECK(outcome.overfill == Quantity{2});
  CHECK(outcome.closed);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.cum_quantity == Quantity{10});
  CHECK(order.leaves_quantity() == Quantity{0});
  CHECK(order.overfill_quantity == Quantity{2});
  CHECK(order.traded_value == Price{100} * Quantity{12});

  const ReportOutcome more = desk.trade(order, "t2", Quantity{3});
  CHECK(more.result == ReportResult::Applied);
  CHECK(more.overfill == Quantity{3});
  CHECK_FALSE(more.closed);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.overfill_quantity == Quantity{5});
  CHECK(desk.illegal() == 0);
}

TEST_CASE("a fill of an order that was refused is booked as an overfill and counted as illegal") {
  Desk desk;
  Order& denied = desk.created("a");
  desk.manager.deny(denied, DenyReason::LotSize, desk.now);
  Order& rejected = desk.submitted("b");
  desk.tell(rejected, ReportKind::Rejected);
  for (Order* order : {&denied, &rejected}) {
    const OrderStatus before = order->status;
    const ReportOutcome outcome = desk.trade(*order, "t", Quantity{4});
    CHECK(outcome.result == ReportResult::Applied);
    CHECK(outcome.overfill == Quantity{4});
    CHECK_FALSE(outcome.first_answer);
    CHECK(order->status == before);
    CHECK(order->cum_quantity == Quantity{0});
    CHECK(order->overfill_quantity == Quantity{4});
    CHECK(order->traded_value == Price{100} * Quantity{4});
    CHECK(desk.manager.illegal_count(before, OrderEvent::Fill) == 1);
  }
}

TEST_CASE("a late fill is booked and does not reopen the order") {
  Desk desk;
  Order& order = desk.accepted();
  desk.tell(order, ReportKind::Canceled);
  const ReportOutcome outcome = desk.trade(order, "t1", Quantity{4});
  CHECK(outcome.late_fill);
  CHECK(outcome.overfill == Quantity{0});
  CHECK_FALSE(outcome.closed);
  CHECK(order.status == OrderStatus::Canceled);
  CHECK(order.cum_quantity == Quantity{4});
  CHECK(order.working_quantity() == Quantity{0});
  const ReportOutcome more = desk.trade(order, "t2", Quantity{8});
  CHECK(more.late_fill);
  CHECK(more.overfill == Quantity{2});
  CHECK(order.cum_quantity == Quantity{10});
  CHECK(order.status == OrderStatus::Canceled);
  CHECK(desk.manager.live_count() == 0);
}

TEST_CASE("a fill of nothing is no fill") {
  Desk desk;
  Order& order = desk.accepted();
  CHECK(desk.trade(order, "t1", Quantity{0}).result == ReportResult::IllegalTransition);
  CHECK(desk.trade(order, "t2", Quantity{-1}).result == ReportResult::IllegalTransition);
  CHECK(order.cum_quantity == Quantity{0});
  CHECK(desk.manager.fill_identity_count() == 0);
}

// Requests

OrderTerms terms(std::int64_t quantity, std::int64_t limit) {
  OrderTerms result;
  result.quantity = Quantity{quantity};
  result.limit_price = Price{limit};
  return result;
}

TEST_CASE("a replace takes effect only when the venue confirms it, with the venue's terms") {
  Desk desk;
  Order& order = desk.accepted();
  CHECK(desk.manager.request_replace(order, terms(20, 101), at(10)));
  CHECK(order.status == OrderStatus::PendingUpdate);
  CHECK(order.pending == PendingRequest::Replace);
  CHECK(order.pending_terms.quantity == Quantity{20});
  CHECK(order.terms.quantity == Quantity{10});
  CHECK(order.pending_since == at(10).monotonic);

  ExecutionReport updated = report(order, ReportKind::Updated);
  updated.terms = terms(19, 102);
  const ReportOutcome outcome = desk.manager.apply(updated, at(17));
  CHECK(outcome.answered == PendingRequest::Replace);
  CHECK(outcome.answered_after == std::chrono::milliseconds{7});
  CHECK(order.status == OrderStatus::Accepted);
  CHECK(order.pending == PendingRequest::None);
  CHECK(order.terms.quantity == Quantity{19});
  CHECK(order.terms.limit_price == Price{102});
}

TEST_CASE("a refused replace leaves everything as it was") {
  Desk desk;
  Order& order = desk.accepted();
  desk.trade(order, "t1", Quantity{1});
  desk.manager.request_replace(order, terms(20, 101), desk.now);
  const ReportOutcome outcome = desk.tell(order, ReportKind::UpdateRejected);
  CHECK(outcome.result == ReportResult::Applied);
  CHECK(outcome.answered == PendingRequest::Replace);
  CHECK(order.status == OrderStatus::PartiallyFilled);
  CHECK(order.terms.quantity == Quantity{10});
  CHECK(order.terms.limit_price == Price{100});
}

TEST_CASE("a fill while a replace is pending carries the old terms; the answer comes later") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_replace(order, terms(20, 101), desk.now);
  desk.trade(order, "t1", Quantity{4});
  CHECK(order.status == OrderStatus::PartiallyFilled);
  CHECK(order.pending == PendingRequest::Replace);
  CHECK(order.leaves_quantity() == Quantity{6});

  SUBCASE("confirmed") {
    ExecutionReport updated = report(order, ReportKind::Updated);
    updated.terms = terms(20, 101);
    const ReportOutcome outcome = desk.manager.apply(updated, desk.now);
    CHECK(outcome.result == ReportResult::Applied);
    CHECK(outcome.answered == PendingRequest::Replace);
    CHECK(order.status == OrderStatus::PartiallyFilled);
    CHECK(order.leaves_quantity() == Quantity{16});
  }
  SUBCASE("refused") {
    const ReportOutcome outcome = desk.tell(order, ReportKind::UpdateRejected);
    CHECK(outcome.result == ReportResult::RequestAnswered);
    CHECK(outcome.answered == PendingRequest::Replace);
    CHECK(order.pending == PendingRequest::None);
    CHECK(order.leaves_quantity() == Quantity{6});
    CHECK(desk.illegal() == 0);
    CHECK(desk.tell(order, ReportKind::UpdateRejected).result == ReportResult::IllegalTransition);
  }
}

TEST_CASE("a replace down to what was filled already ends the order as filled") {
  for (const std::int64_t quantity : {4, 3}) {
    Desk desk;
    Order& order = desk.accepted();
    desk.trade(order, "t1", Quantity{4});
    desk.manager.request_replace(order, terms(quantity, 100), desk.now);
    ExecutionReport updated = report(order, ReportKind::Updated);
    updated.terms = terms(quantity, 100);
    const ReportOutcome outcome = desk.manager.apply(updated, desk.now);
    CHECK(outcome.closed);
    CHECK(order.status == OrderStatus::Filled);
    CHECK(order.terms.quantity == Quantity{4});
    CHECK(order.leaves_quantity() == Quantity{0});
    CHECK(desk.manager.live_count() == 0);
  }
}

TEST_CASE("the venue may change an order by itself; what it does not name stays") {
  Desk desk;
  Order& order = desk.accepted();
  ExecutionReport updated = report(order, ReportKind::Updated);
  updated.terms.quantity = Quantity{7};
  CHECK(desk.manager.apply(updated, desk.now).answered == PendingRequest::None);
  CHECK(order.status == OrderStatus::Accepted);
  CHECK(order.terms.quantity == Quantity{7});
  CHECK(order.terms.limit_price == Price{100});
  updated.terms = {};
  updated.terms.limit_price = Price{99};
  desk.manager.apply(updated, desk.now);
  CHECK(order.terms.quantity == Quantity{7});
  CHECK(order.terms.limit_price == Price{99});
}

TEST_CASE("a cancel is granted or refused") {
  Desk desk;
  Order& order = desk.accepted();
  CHECK(desk.manager.request_cancel(order, at(1)));
  CHECK(order.status == OrderStatus::PendingCancel);
  CHECK(is_working(order.status));
  SUBCASE("granted") {
    const ReportOutcome outcome = desk.manager.apply(report(order, ReportKind::Canceled), at(4));
    CHECK(outcome.closed);
    CHECK(outcome.answered == PendingRequest::Cancel);
    CHECK(outcome.answered_after == std::chrono::milliseconds{3});
    CHECK(order.status == OrderStatus::Canceled);
    CHECK(desk.tell(order, ReportKind::CancelRejected).result == ReportResult::IllegalTransition);
  }
  SUBCASE("refused") {
    CHECK(desk.tell(order, ReportKind::CancelRejected).result == ReportResult::Applied);
    CHECK(order.status == OrderStatus::Accepted);
    CHECK(order.pending == PendingRequest::None);
  }
}

TEST_CASE("an order that is filled while its cancel is on the way ends, and the refusal is expected") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_cancel(order, desk.now);
  const ReportOutcome outcome = desk.trade(order, "t1", Quantity{10});
  CHECK(outcome.closed);
  CHECK(outcome.answered == PendingRequest::Cancel);
  CHECK(order.pending == PendingRequest::None);
  const ReportOutcome refusal = desk.tell(order, ReportKind::CancelRejected);
  CHECK(refusal.result == ReportResult::RequestAnswered);
  CHECK(refusal.answered == PendingRequest::None);  // it was answered by the end
  CHECK(desk.illegal() == 0);
  CHECK(desk.tell(order, ReportKind::CancelRejected).result == ReportResult::IllegalTransition);
}

TEST_CASE("a cancel sent before the first answer falls back to submitted when refused") {
  Desk desk;
  Order& order = desk.submitted();
  desk.manager.request_cancel(order, desk.now);
  SUBCASE("refused") {
    CHECK_FALSE(desk.tell(order, ReportKind::CancelRejected).first_answer);
    CHECK(order.status == OrderStatus::Submitted);
    CHECK_FALSE(order.reached(Stage::Acknowledged));
  }
  SUBCASE("accepted first, then refused") {
    CHECK(desk.tell(order, ReportKind::Accepted).first_answer);
    CHECK(order.status == OrderStatus::Accepted);
    CHECK(order.pending == PendingRequest::Cancel);
    CHECK(desk.tell(order, ReportKind::CancelRejected).result == ReportResult::RequestAnswered);
    CHECK(order.pending == PendingRequest::None);
  }
}

TEST_CASE("news of acceptance while a request is pending does not hide fills") {
  Desk desk;
  Order& order = desk.submitted();
  desk.trade(order, "t1", Quantity{1});
  desk.manager.request_cancel(order, desk.now);
  CHECK(desk.tell(order, ReportKind::Accepted).result == ReportResult::Applied);
  CHECK(order.status == OrderStatus::PartiallyFilled);
}

TEST_CASE("a cancel takes the place of a replace; its refusal leads back before both") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_replace(order, terms(20, 100), desk.now);
  CHECK(desk.manager.request_replace(order, terms(30, 100), desk.now));
  CHECK(order.pending_terms.quantity == Quantity{30});
  CHECK(desk.manager.request_cancel(order, desk.now));
  CHECK(order.pending == PendingRequest::Cancel);
  desk.tell(order, ReportKind::CancelRejected);
  CHECK(order.status == OrderStatus::Accepted);
}

TEST_CASE("a request that could not be sent is taken back") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_cancel(order, desk.now);
  desk.manager.withdraw_request(order);
  CHECK(order.status == OrderStatus::Accepted);
  CHECK(order.pending == PendingRequest::None);
  CHECK(desk.manager.next_timeout() == Duration::max());
  desk.manager.withdraw_request(order);
  CHECK(order.status == OrderStatus::Accepted);
}

// Requests without an answer

TEST_CASE("a request unanswered for the time-out is in doubt until any answer to it") {
  Desk desk;  // time-out 5 s
  CHECK(desk.manager.next_timeout() == Duration::max());
  Order& first = desk.submitted("a");
  desk.now = at(1000);
  Order& second = desk.accepted("b");
  desk.manager.request_cancel(second, at(2000));
  CHECK(desk.manager.next_timeout() == at(5000).monotonic);

  CHECK(desk.manager.mark_in_doubt(at(4999).monotonic) == 0);
  std::vector<OrderId> seen;
  CHECK(desk.manager.mark_in_doubt(at(5000).monotonic, [&](Order& order) { seen.push_back(order.id); }) == 1);
  CHECK(seen == std::vector<OrderId>{first.id});
  CHECK(first.in_doubt);
  CHECK(is_working(first.status));
  CHECK(desk.manager.in_doubt_count() == 1);
  CHECK(desk.manager.oldest_in_doubt_age(at(6500).monotonic) == std::chrono::milliseconds{6500});
  CHECK(desk.manager.next_timeout() == at(7000).monotonic);
  CHECK(desk.manager.mark_in_doubt(at(9000).monotonic) == 1);
  CHECK(second.in_doubt);

  desk.tell(first, ReportKind::Accepted);
  CHECK_FALSE(first.in_doubt);
  CHECK(desk.manager.oldest_in_doubt_age(at(9000).monotonic) == std::chrono::milliseconds{7000});
  desk.tell(second, ReportKind::CancelRejected);
  CHECK_FALSE(second.in_doubt);
  CHECK(desk.manager.in_doubt_count() == 0);
  CHECK(desk.manager.oldest_in_doubt_age(at(9000).monotonic) == Duration{0});
  CHECK(desk.manager.next_timeout() == Duration::max());
}

TEST_CASE("an order with two unanswered requests is in doubt once, until both are answered") {
  Desk desk;
  Order& order = desk.submitted();
  desk.manager.request_cancel(order, at(10));
  CHECK(desk.manager.mark_in_doubt(at(6000).monotonic) == 1);
  CHECK(desk.manager.in_doubt_count() == 1);
  desk.tell(order, ReportKind::Accepted);
  CHECK(order.in_doubt);
  desk.tell(order, ReportKind::CancelRejected);
  CHECK_FALSE(order.in_doubt);
  CHECK(desk.manager.in_doubt_count() == 0);
}

TEST_CASE("an order that ends is not in doubt any more") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_replace(order, terms(20, 100), at(0));
  desk.manager.mark_in_doubt(at(6000).monotonic);
  CHECK(order.in_doubt);
  desk.tell(order, ReportKind::Expired);
  CHECK_FALSE(order.in_doubt);
  CHECK(desk.manager.in_doubt_count() == 0);
}

TEST_CASE("a fill while a cancel is pending leaves the cancel unanswered") {
  Desk desk;
  Order& order = desk.accepted();
  desk.manager.request_cancel(order, at(0));
  desk.trade(order, "t", Quantity{1});
  CHECK(desk.manager.mark_in_doubt(at(6000).monotonic) == 1);
  desk.tell(order, ReportKind::Canceled);
  CHECK(desk.manager.in_doubt_count() == 0);
}

}  // namespace
}  // namespace vigil::orders
