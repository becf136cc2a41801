#include <doctest/doctest.h>

#include <vector>

#include "order_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;

/// A parent of 10 with two slices of 6 and 4, all submitted.
struct Split : Desk {
  Split() {
    parent = &created("p");
    parent->venue = kNoVenue;
    parent->routed = true;
    parent->decision_mid = Price{99};
    manager.submitted(*parent, now);
    one = manager.create_slice(*parent, VenueId{1}, Quantity{6}, now).order;
    two = manager.create_slice(*parent, VenueId{2}, Quantity{4}, now).order;
    manager.submitted(*one, now);
    manager.submitted(*two, now);
  }
  ReportOutcome pass(const ExecutionReport& report) {
    const ReportOutcome outcome = manager.apply(report, now);
    manager.update_parent(*parent, *outcome.order, report, now);
    return outcome;
  }
  void pass(const Order& slice, ReportKind kind) { pass(report(slice, kind)); }
  void pass_fill(const Order& slice, const char* trade, std::int64_t quantity, std::int64_t price = 100) {
    pass(fill(slice, trade, Quantity{quantity}, Price{price}));
  }
  void cancel_all() {
    manager.request_cancel(*parent, now);
    manager.for_each_open_slice(*parent, [&](Order& slice) { return manager.request_cancel(slice, now); });
  }

  Order* parent = nullptr;
  Order* one = nullptr;
  Order* two = nullptr;
};

TEST_CASE("a slice inherits its parent's terms and is not found by client id") {
  Split s;
  CHECK(s.parent->is_parent);
  CHECK(s.parent->open_slices == 2);
  CHECK(s.one->parent == s.parent->id);
  CHECK(s.one->client_order_id == s.parent->client_order_id);
  CHECK(s.one->venue == VenueId{1});
  CHECK(s.one->terms.quantity == Quantity{6});
  CHECK(s.one->terms.limit_price == Price{100});
  CHECK(s.one->decision_mid == Price{99});
  CHECK(s.one->routed);
  CHECK(s.one->stage(Stage::Received).wall == s.parent->stage(Stage::Received).wall);
  CHECK(s.manager.find(s.parent->client_order_id) == s.parent);
  CHECK(s.manager.live_count() == 1);
  CHECK(s.manager.remembered_count() == 3);
}

TEST_CASE("the first accepted slice makes its parent accepted, every fill reaches it") {
  Split s;
  s.pass(*s.one, ReportKind::Accepted);
  CHECK(s.parent->status == OrderStatus::Accepted);
  CHECK(s.parent->reached(Stage::Acknowledged));
  s.pass(*s.two, ReportKind::Accepted);
  CHECK(s.parent->status == OrderStatus::Accepted);
  s.pass_fill(*s.one, "t1", 6, 100);
  CHECK(s.parent->status == OrderStatus::PartiallyFilled);
  CHECK(s.parent->cum_quantity == Quantity{6});
  CHECK(s.parent->open_slices == 1);
  s.pass_fill(*s.two, "t1", 4, 101);
  CHECK(s.parent->status == OrderStatus::Filled);
  CHECK(s.parent->open_slices == 0);
  CHECK(s.parent->average_price()->to_string() == "100.4");
  CHECK(s.manager.live_count() == 0);
  CHECK(s.illegal() == 0);
}

TEST_CASE("a repeated report changes a parent only once") {
  Split s;
  const ExecutionReport traded = fill(*s.one, "t1", Quantity{2}, Price{100});
  s.pass(traded);
  s.pass(traded);
  s.manager.update_parent(*s.parent, *s.one, traded, s.now);
  CHECK(s.parent->cum_quantity == Quantity{2});
  CHECK(s.parent->traded_value == Price{100} * Quantity{2});
}

TEST_CASE("a parent ends with its last slice") {
  Split s;
  SUBCASE("all rejected: rejected") {
    ExecutionReport no = report(*s.one, ReportKind::Rejected);
    no.reason = RejectReason::MarketClosed;
    s.pass(no);
    CHECK(s.parent->status == OrderStatus::Submitted);
    no.order = s.two->id;
    s.pass(no);
    CHECK(s.parent->status == OrderStatus::Rejected);
    CHECK(s.parent->reject_reason == RejectReason::MarketClosed);
  }
  SUBCASE("one rejected, one filled: canceled with what was filled") {
    s.pass(*s.one, ReportKind::Rejected);
    s.pass_fill(*s.two, "t", 4);
    CHECK(s.parent->status == OrderStatus::Canceled);
    CHECK(s.parent->cum_quantity == Quantity{4});
  }
  SUBCASE("one expired: expired") {
    s.pass(*s.one, ReportKind::Accepted);
    s.pass(*s.two, ReportKind::Rejected);
    s.pass(*s.one, ReportKind::Expired);
    CHECK(s.parent->status == OrderStatus::Expired);
  }
  SUBCASE("canceled: canceled") {
    s.pass(*s.one, ReportKind::Canceled);
    s.pass(*s.two, ReportKind::Canceled);
    CHECK(s.parent->status == OrderStatus::Canceled);
  }
  SUBCASE("one denied, one rejected: rejected") {
    Split t;
    Order& third = *t.manager.create_slice(*t.parent, VenueId{0}, Quantity{1}, t.now).order;
    t.pass(*t.one, ReportKind::Rejected);
    t.pass(*t.two, ReportKind::Rejected);
    CHECK(t.parent->status == OrderStatus::Submitted);
    t.manager.deny(third, DenyReason::VenueUnavailable, t.now);
    t.manager.slice_denied(*t.parent, t.now);
    CHECK(t.parent->status == OrderStatus::Rejected);
    return;
  }
  if (is_closed(s.parent->status)) {
    CHECK(s.parent->reached(Stage::Closed));
    CHECK(s.manager.live_count() == 0);
    CHECK(s.parent->open_slices == 0);
  }
}

TEST_CASE("a parent is not ended by its first slice before the others are made") {
  Desk desk;
  Order& parent = desk.submitted("p");
  Order& first = *desk.manager.create_slice(parent, VenueId{1}, Quantity{6}, desk.now).order;
  desk.manager.deny(first, DenyReason::VenueCircuitOpen, desk.now);
  desk.manager.slice_denied(parent, desk.now);
  CHECK(parent.status == OrderStatus::Submitted);
  SUBCASE("the rest follows") {
    Order& second = *desk.manager.create_slice(parent, VenueId{2}, Quantity{4}, desk.now).order;
    desk.manager.deny(second, DenyReason::VenueCircuitOpen, desk.now);
    desk.manager.slice_denied(parent, desk.now);
    CHECK(parent.status == OrderStatus::Rejected);
  }
  SUBCASE("nothing more is made") {
    desk.manager.close_parent(parent, desk.now);
    CHECK(parent.status == OrderStatus::Rejected);
  }
}

TEST_CASE("a parent that no slice could be made of ends when it is closed") {
  Desk desk;
  Order& parent = desk.submitted("p");
  parent.is_parent = true;
  desk.manager.close_parent(parent, desk.now);
  CHECK(parent.status == OrderStatus::Rejected);
}

TEST_CASE("a parent's cancel fails only when no slice has one outstanding") {
  Split s;
  s.pass(*s.one, ReportKind::Accepted);
  s.pass(*s.two, ReportKind::Accepted);
  s.cancel_all();
  CHECK(s.parent->status == OrderStatus::PendingCancel);
  s.pass(*s.one, ReportKind::CancelRejected);
  CHECK(s.parent->status == OrderStatus::PendingCancel);
  SUBCASE("both refused") {
    s.pass(*s.two, ReportKind::CancelRejected);
    CHECK(s.parent->status == OrderStatus::Accepted);
    CHECK(s.parent->pending == PendingRequest::None);
  }
  SUBCASE("the other granted") {
    s.pass(*s.two, ReportKind::Canceled);
    CHECK(s.parent->status == OrderStatus::Accepted);
    CHECK(s.parent->pending == PendingRequest::None);
    s.pass_fill(*s.one, "t", 6);
    CHECK(s.parent->status == OrderStatus::Canceled);
  }
}

TEST_CASE("a parent's cancel is granted with the last slice") {
  Split s;
  s.cancel_all();
  s.pass(*s.one, ReportKind::Canceled);
  CHECK(s.parent->status == OrderStatus::PendingCancel);
  s.pass(*s.two, ReportKind::Canceled);
  CHECK(s.parent->status == OrderStatus::Canceled);
  CHECK(s.parent->pending == PendingRequest::None);
}

TEST_CASE("slices that a cancel caught before they were sent make a canceled parent, not a rejected one") {
  Desk desk;
  Order& parent = desk.submitted("p");
  Order& slice = *desk.manager.create_slice(parent, VenueId{1}, Quantity{10}, desk.now).order;
  desk.manager.request_cancel(parent, desk.now);
  desk.manager.deny(slice, DenyReason::VenueUnavailable, desk.now);
  desk.manager.slice_denied(parent, desk.now);
  CHECK(parent.status == OrderStatus::Canceled);
}

TEST_CASE("late fills and overfills of slices reach the parent") {
  Split s;
  SUBCASE("late, parent closed") {
    s.pass(*s.one, ReportKind::Canceled);
    s.pass(*s.two, ReportKind::Canceled);
    s.pass_fill(*s.one, "t", 5);
    CHECK(s.parent->status == OrderStatus::Canceled);
    CHECK(s.parent->cum_quantity == Quantity{5});
    CHECK(s.manager.live_count() == 0);
  }
  SUBCASE("late, parent open") {
    s.pass(*s.one, ReportKind::Canceled);
    s.pass_fill(*s.one, "t", 5);
    CHECK(s.parent->status == OrderStatus::PartiallyFilled);
    CHECK(s.parent->cum_quantity == Quantity{5});
  }
  SUBCASE("overfill") {
    s.pass_fill(*s.one, "t", 9);
    CHECK(s.parent->cum_quantity == Quantity{6});
    CHECK(s.parent->overfill_quantity == Quantity{3});
    CHECK(s.parent->traded_value == Price{100} * Quantity{9});
    CHECK(s.parent->status == OrderStatus::PartiallyFilled);
    s.pass_fill(*s.two, "t", 4);
    CHECK(s.parent->status == OrderStatus::Filled);
    s.pass_fill(*s.two, "t2", 1);
    CHECK(s.parent->overfill_quantity == Quantity{4});
  }
}

TEST_CASE("a parent filled by more slices than it needed is kept until the last of them has ended") {
  Desk desk(small_table(4));
  Order& parent = desk.submitted("p");
  Order& one = *desk.manager.create_slice(parent, VenueId{1}, Quantity{10}, desk.now).order;
  desk.manager.submitted(one, desk.now);
  Order& two = *desk.manager.create_slice(parent, VenueId{2}, Quantity{10}, desk.now).order;
  desk.manager.submitted(two, desk.now);
  const ExecutionReport traded = fill(one, "t", Quantity{10}, Price{100});
  desk.manager.apply(traded, desk.now);
  desk.manager.update_parent(parent, one, traded, desk.now);
  CHECK(parent.status == OrderStatus::Filled);
  const OrderId parent_id = parent.id;
  desk.created("x");
  desk.created("y");  // the table is full: slice one is forgotten, the parent must not be
  CHECK(desk.manager.find(parent_id) == &parent);
  CHECK(desk.manager.create(buy("z", Quantity{1}, Price{1}), desk.now).result == CreateResult::TableFull);
  const ExecutionReport more = fill(two, "t", Quantity{3}, Price{100});
  desk.manager.apply(more, desk.now);
  desk.manager.update_parent(parent, two, more, desk.now);
  CHECK(parent.overfill_quantity == Quantity{3});
  const ExecutionReport gone = report(two, ReportKind::Canceled);
  desk.manager.apply(gone, desk.now);
  desk.manager.update_parent(parent, two, gone, desk.now);
  CHECK(parent.open_slices == 0);
  desk.created("z");
  desk.created("w");
  CHECK(desk.manager.find(parent_id) == nullptr);
}

TEST_CASE("a parent is never in doubt, its slices are") {
  Split s;
  CHECK(s.manager.mark_in_doubt(at(6000).monotonic) == 2);
  CHECK(s.one->in_doubt);
  CHECK(s.two->in_doubt);
  CHECK_FALSE(s.parent->in_doubt);
}

TEST_CASE("the open slices of a parent are visited, and may be closed while visiting") {
  Split s;
  std::vector<OrderId> seen;
  s.manager.for_each_open_slice(*s.parent, [&](Order& slice) {
    seen.push_back(slice.id);
    s.pass(slice, ReportKind::Canceled);
    return true;
  });
  CHECK(seen.size() == 2);
  CHECK(s.parent->status == OrderStatus::Canceled);
  s.manager.for_each_open_slice(*s.parent, [&](Order&) -> bool {
    FAIL("none is open");
    return true;
  });
}

TEST_CASE("a triggered slice triggers its parent") {
  Split s;
  s.pass(*s.one, ReportKind::Accepted);
  s.pass(*s.one, ReportKind::Triggered);
  CHECK(s.parent->status == OrderStatus::Triggered);
}

}  // namespace
}  // namespace vigil::orders
