#include "risk/duplicate_window.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

using namespace vigil::orders;
using vigil::risk::DuplicateWindow;
using namespace std::chrono_literals;

namespace {

Order order_of(std::int64_t quantity) {
  Order order;
  order.account = AccountId{1};
  order.strategy = StrategyId{2};
  order.instrument = InstrumentId{3};
  order.terms.quantity = Quantity{quantity};
  order.terms.limit_price = Price{100};
  return order;
}

}  // namespace

TEST_CASE("the same terms are found until the window has passed") {
  DuplicateWindow window;
  CHECK_FALSE(window.find(order_of(5), 10s, 2s));
  window.remember(order_of(5), 10s, 2s);
  CHECK(window.find(order_of(5), 11s, 2s) == 1s);
  CHECK(window.find(order_of(5), 12s - 1ns, 2s));
  CHECK_FALSE(window.find(order_of(5), 12s, 2s));
}

TEST_CASE("an order that differs in any of its terms is not a duplicate") {
  DuplicateWindow window;
  window.remember(order_of(5), 10s, 2s);
  std::vector<Order> others(8, order_of(5));
  others[0].account = AccountId{7};
  others[1].strategy = StrategyId{7};
  others[2].instrument = InstrumentId{7};
  others[3].side = Side::Sell;
  others[4].type = OrderType::StopLimit;
  others[5].terms.quantity = Quantity{6};
  others[6].terms.limit_price = Price{101};
  others[7].terms.stop_price = Price{};
  for (const Order& other : others) CHECK_FALSE(window.find(other, 10s, 2s));
}

TEST_CASE("a repeat after the window counts from the repeat on") {
  DuplicateWindow window;
  window.remember(order_of(5), 10s, 2s);
  window.remember(order_of(5), 13s, 2s);
  CHECK(window.find(order_of(5), 14s, 2s) == 1s);
}

TEST_CASE("at the bound the oldest are forgotten early and counted, the latest stay known") {
  DuplicateWindow window;
  constexpr auto kOrders = static_cast<std::int64_t>(DuplicateWindow::kCapacity) * 2;
  for (std::int64_t i = 1; i <= kOrders; ++i)
    window.remember(order_of(i), 10s + std::chrono::nanoseconds{i}, 2s);
  CHECK(window.forgotten_early() >= DuplicateWindow::kCapacity);
  std::uint64_t known = 0;
  for (std::int64_t i = 1; i <= kOrders; ++i) known += window.find(order_of(i), 11s, 2s) ? 1U : 0U;
  CHECK(known + window.forgotten_early() == static_cast<std::uint64_t>(kOrders));
  CHECK(window.find(order_of(kOrders), 11s, 2s));
}

TEST_CASE("entries past the window make room without being counted") {
  DuplicateWindow window;
  constexpr auto kOrders = static_cast<std::int64_t>(DuplicateWindow::kCapacity);
  for (std::int64_t i = 1; i <= 4 * kOrders; ++i) {
    window.remember(order_of(i), std::chrono::seconds{i}, 1s);
  }
  CHECK(window.forgotten_early() == 0);
}

TEST_CASE("far from the bound, answers equal those of a list of all orders") {
  CHECK(rc::check([] {
    DuplicateWindow window;
    std::vector<std::pair<std::int64_t, Duration>> sent;
    Duration now = 100s;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 700), rc::gen::inRange(1, 6)));
    for (const auto& [wait, quantity] : steps) {
      now += std::chrono::milliseconds{wait};
      bool expected = false;
      for (const auto& [q, at] : sent) expected = expected || (q == quantity && at > now - 1s);
      RC_ASSERT(window.find(order_of(quantity), now, 1s).has_value() == expected);
      if (expected) continue;
      window.remember(order_of(quantity), now, 1s);
      sent.emplace_back(quantity, now);
    }
  }));
}
