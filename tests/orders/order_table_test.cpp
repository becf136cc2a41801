#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "order_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;

TEST_CASE("a full table forgets the order that closed first, and its client id is free again") {
  Desk desk(small_table(3));
  Order& a = desk.accepted("a");
  Order& b = desk.accepted("b");
  desk.accepted("c");
  std::vector<std::string> forgotten;
  desk.manager.on_forget([&](const Order& order) { forgotten.emplace_back(order.client_order_id.view()); });
  desk.tell(b, ReportKind::Canceled);
  desk.tell(a, ReportKind::Canceled);
  const OrderId a_id = a.id;
  const OrderId b_id = b.id;
  CHECK(desk.manager.remembered_count() == 3);

  Order& d = desk.created("d");
  CHECK(forgotten == std::vector<std::string>{"b"});
  CHECK(desk.manager.find(b_id) == nullptr);
  CHECK(desk.manager.find(a_id) == &a);
  CHECK(d.id == OrderId{4});
  Order& again = desk.created("b");
  CHECK(again.id == OrderId{5});
  CHECK(forgotten == std::vector<std::string>{"b", "a"});
  CHECK(desk.manager.find(again.client_order_id) == &again);
  CHECK(desk.manager.create(buy("e", Quantity{1}, Price{1}), desk.now).result == CreateResult::TableFull);
  CHECK(desk.manager.live_count() == 3);
}

TEST_CASE("a table for nobody is full from the start") {
  Desk desk(small_table(0, 0));
  CHECK(desk.manager.create(buy("a", Quantity{1}, Price{1}), desk.now).result == CreateResult::TableFull);
}

TEST_CASE("a recycled slot starts clean") {
  Desk desk(small_table(1));
  Order& first = desk.accepted("a");
  desk.manager.request_cancel(first, desk.now);
  desk.trade(first, "t", Quantity{12});
  Order& second = desk.submitted("b");
  CHECK(&second == &first);
  CHECK(second.cum_quantity == Quantity{0});
  CHECK(second.overfill_quantity == Quantity{0});
  CHECK_FALSE(second.reached(Stage::Acknowledged));
  CHECK(desk.tell(second, ReportKind::CancelRejected).result == ReportResult::IllegalTransition);
  CHECK(desk.trade(second, "t", Quantity{12}).result == ReportResult::Applied);
}

TEST_CASE("a full fill table forgets closed orders to make room, oldest first") {
  Desk desk(small_table(8, 3));
  Order& a = desk.accepted("a");
  Order& b = desk.accepted("b");
  desk.trade(a, "1", Quantity{10});
  desk.trade(b, "1", Quantity{5});
  desk.trade(b, "2", Quantity{5});
  const OrderId a_id = a.id;
  Order& c = desk.accepted("c");
  CHECK(desk.trade(c, "1", Quantity{1}).identity_remembered);
  CHECK(desk.manager.find(a_id) == nullptr);
  CHECK(desk.manager.fill_identity_count() == 3);
  CHECK(desk.manager.fill_identities_lost() == 0);
}

TEST_CASE("a fill whose identity finds no room is applied and counted") {
  Desk desk(small_table(8, 2));
  Order& a = desk.accepted("a");
  desk.trade(a, "1", Quantity{1});
  desk.trade(a, "2", Quantity{1});
  const ReportOutcome outcome = desk.trade(a, "3", Quantity{8});
  CHECK(outcome.result == ReportResult::Applied);
  CHECK_FALSE(outcome.identity_remembered);
  CHECK(a.status == OrderStatus::Filled);
  CHECK(desk.manager.fill_identities_lost() == 1);
  // The order being filled is never the one forgotten, late as the fill may be.
  CHECK_FALSE(desk.trade(a, "4", Quantity{1}).identity_remembered);
  CHECK(a.overfill_quantity == Quantity{1});
  CHECK(desk.manager.find(a.id) == &a);
}

TEST_CASE("open orders are visited in id order, from any id on") {
  Desk desk;
  for (const char* id : {"a", "b", "c", "d", "e"}) desk.accepted(id);
  desk.tell(*desk.manager.find(OrderId{3}), ReportKind::Canceled);
  const auto visited = [&](OrderId after, std::size_t limit) {
    std::vector<int> ids;
    desk.manager.for_each_open(after, [&](Order& order) {
      ids.push_back(static_cast<int>(order.id));
      return ids.size() < limit;
    });
    return ids;
  };
  CHECK(visited(kNoOrder, 99) == std::vector<int>{1, 2, 4, 5});
  CHECK(visited(OrderId{2}, 99) == std::vector<int>{4, 5});
  CHECK(visited(OrderId{3}, 99) == std::vector<int>{4, 5});
  CHECK(visited(kNoOrder, 2) == std::vector<int>{1, 2});
  CHECK(visited(OrderId{5}, 99).empty());
}

TEST_CASE("remembered orders are visited whether open or closed, forgotten ones are not") {
  Desk desk(small_table(3));
  for (const char* id : {"a", "b", "c"}) desk.accepted(id);
  desk.tell(*desk.manager.find(OrderId{2}), ReportKind::Canceled);
  desk.tell(*desk.manager.find(OrderId{3}), ReportKind::Canceled);
  desk.created("d");  // takes the place of b
  std::vector<int> ids;
  desk.manager.for_each_remembered([&](const Order& order) { ids.push_back(static_cast<int>(order.id)); });
  std::sort(ids.begin(), ids.end());
  CHECK(ids == std::vector<int>{1, 3, 4});
}

TEST_CASE("orders may end and begin while open orders are visited") {
  Desk desk;
  for (const char* id : {"a", "b", "c", "d"}) desk.accepted(id);
  std::vector<int> ids;
  desk.manager.for_each_open(kNoOrder, [&](Order& order) {
    ids.push_back(static_cast<int>(order.id));
    if (order.id == OrderId{1}) {  // itself, the next one, and a new one
      desk.tell(order, ReportKind::Canceled);
      desk.tell(*desk.manager.find(OrderId{2}), ReportKind::Canceled);
      desk.created("e");
    } else {
      desk.tell(order, ReportKind::Canceled);
    }
    return true;
  });
  CHECK(ids == std::vector<int>{1, 3, 4, 5});
}

TEST_CASE("a million live orders are found by either id and end one by one") {
  constexpr std::uint32_t kCount = 1'000'000;
  OrderManager manager{OrderTableConfig{}};
  const EventTime now = at(0);
  OrderRequest request = buy("", Quantity{1}, Price{1});
  const auto client_id = [](std::uint32_t i) { return ClientOrderId::truncated("c" + std::to_string(i)); };
  for (std::uint32_t i = 0; i < kCount; ++i) {
    request.client_order_id = client_id(i);
    const auto creation = manager.create(request, now);
    if (creation.order != nullptr) manager.submitted(*creation.order, now);
  }
  CHECK(manager.live_count() == kCount);
  request.client_order_id = client_id(kCount);
  CHECK(manager.create(request, now).result == CreateResult::TableFull);
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < kCount; i += 7) {
    const Order* const order = manager.find(OrderId{i + 1});
    if (order == nullptr || manager.find(client_id(i)) != order) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(manager.mark_in_doubt(at(5000).monotonic) == kCount);
  manager.for_each_open(kNoOrder, [&](Order& order) {
    manager.apply(report(order, ReportKind::Rejected), now);
    return true;
  });
  CHECK(manager.live_count() == 0);
  CHECK(manager.in_doubt_count() == 0);
  CHECK(manager.remembered_count() == kCount);
}

}  // namespace
}  // namespace vigil::orders
