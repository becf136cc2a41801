#include <doctest/doctest.h>

#include <algorithm>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "order_fixture.h"

namespace vigil::orders {
namespace {

using namespace test;
using Kind = Transition::Kind;

constexpr std::int64_t kTimeout = 5000;  // ms

/// What the manager promises, kept in maps and found by looking at everything.
struct ModelOrder {
  std::string client_id;
  OrderStatus status = OrderStatus::Initialized;
  OrderStatus before_request = OrderStatus::Initialized;
  PendingRequest pending = PendingRequest::None;
  PendingRequest refusal_due = PendingRequest::None;
  std::int64_t quantity = 0;
  std::int64_t cum = 0;
  std::int64_t overfill = 0;
  std::int64_t value = 0;
  std::int64_t asked_quantity = 0;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> fills;
  struct Waiting {
    std::int64_t since;
    bool in_doubt;
  };
  std::optional<Waiting> new_since;
  std::optional<Waiting> change_since;

  [[nodiscard]] bool in_doubt() const {
    return (new_since && new_since->in_doubt) || (change_since && change_since->in_doubt);
  }
};

struct Model {
  std::map<std::uint64_t, ModelOrder> orders;
  std::list<std::uint64_t> closed;
  std::uint64_t last_id = 0;
  std::uint64_t illegal = 0;
  std::uint64_t lost = 0;
  std::size_t capacity;
  std::size_t fill_capacity;

  [[nodiscard]] std::size_t fills() const {
    std::size_t sum = 0;
    for (const auto& [id, order] : orders) sum += order.fills.size();
    return sum;
  }
  void close(std::uint64_t id, OrderStatus status) {
    ModelOrder& order = orders.at(id);
    const bool granted = status == OrderStatus::Canceled && order.pending == PendingRequest::Cancel;
    order.refusal_due = granted ? PendingRequest::None : order.pending;
    order.status = status;
    order.pending = PendingRequest::None;
    order.new_since.reset();
    order.change_since.reset();
    closed.push_back(id);
  }
  bool legal(const ModelOrder& order, OrderEvent event) {
    if (transition(order.status, event).kind != Kind::Illegal) return true;
    ++illegal;
    return false;
  }

  CreateResult create(const std::string& client_id, std::int64_t quantity) {
    for (const auto& [id, order] : orders) {
      if (order.client_id == client_id) return CreateResult::DuplicateClientOrderId;
    }
    if (orders.size() == capacity) {
      if (closed.empty()) return CreateResult::TableFull;
      orders.erase(closed.front());
      closed.pop_front();
    }
    ModelOrder order;
    order.client_id = client_id;
    order.quantity = quantity;
    orders[++last_id] = order;
    return CreateResult::Created;
  }
  bool deny(std::uint64_t id) {
    if (!legal(orders.at(id), OrderEvent::Deny)) return false;
    close(id, OrderStatus::Denied);
    return true;
  }
  bool submitted(std::uint64_t id, std::int64_t now) {
    ModelOrder& order = orders.at(id);
    if (!legal(order, OrderEvent::Submit)) return false;
    order.status = OrderStatus::Submitted;
    order.new_since = ModelOrder::Waiting{now, false};
    return true;
  }
  bool request(std::uint64_t id, PendingRequest what, std::int64_t quantity, std::int64_t now) {
    ModelOrder& order = orders.at(id);
    const bool cancel = what == PendingRequest::Cancel;
    if (!legal(order, cancel ? OrderEvent::RequestCancel : OrderEvent::RequestUpdate)) return false;
    if (order.status != OrderStatus::PendingUpdate) order.before_request = order.status;
    order.status = cancel ? OrderStatus::PendingCancel : OrderStatus::PendingUpdate;
    order.pending = what;
    order.asked_quantity = quantity;
    order.change_since = ModelOrder::Waiting{now, false};
    return true;
  }
  static void end_request(ModelOrder& order) {
    order.pending = PendingRequest::None;
    order.change_since.reset();
  }
  static bool is_pending(const ModelOrder& order) {
    return order.status == OrderStatus::PendingCancel || order.status == OrderStatus::PendingUpdate;
  }
  void withdraw(std::uint64_t id) {
    ModelOrder& order = orders.at(id);
    if (order.pending == PendingRequest::None) return;
    if (is_pending(order)) order.status = order.before_request;
    end_request(order);
  }
  ReportResult status_report(std::uint64_t id, OrderEvent event) {
    ModelOrder& order = orders.at(id);
    if (!legal(order, event)) return ReportResult::IllegalTransition;
    const OrderStatus to = transition(order.status, event).to;
    order.new_since.reset();
    if (is_closed(to)) {
      close(id, to);
    } else {
      order.status = order.cum > 0 ? OrderStatus::PartiallyFilled : to;
    }
    return ReportResult::Applied;
  }
  ReportResult updated(std::uint64_t id, std::int64_t quantity) {
    ModelOrder& order = orders.at(id);
    if (!legal(order, OrderEvent::Update)) return ReportResult::IllegalTransition;
    order.new_since.reset();
    if (order.status == OrderStatus::PendingUpdate) order.status = order.before_request;
    if (order.pending == PendingRequest::Replace) end_request(order);
    if (quantity > 0) order.quantity = std::max(quantity, order.cum);
    if (order.cum > 0 && order.cum == order.quantity) close(id, OrderStatus::Filled);
    return ReportResult::Applied;
  }
  ReportResult refused(std::uint64_t id, PendingRequest what) {
    ModelOrder& order = orders.at(id);
    if (order.pending == what) {
      const bool moved_on = !is_pending(order);
      if (!moved_on) order.status = order.before_request;
      end_request(order);
      return moved_on ? ReportResult::RequestAnswered : ReportResult::Applied;
    }
    if (order.refusal_due == what) {
      order.refusal_due = PendingRequest::None;
      return ReportResult::RequestAnswered;
    }
    ++illegal;
    return ReportResult::IllegalTransition;
  }
  ReportResult fill(std::uint64_t id, const std::string& trade, std::int64_t quantity, std::int64_t price) {
    ModelOrder& order = orders.at(id);
    if (const auto known = order.fills.find(trade); known != order.fills.end()) {
      return known->second == std::pair{quantity, price} ? ReportResult::DuplicateFill
                                                         : ReportResult::ConflictingFill;
    }
    for (auto it = closed.begin(); it != closed.end() && fills() == fill_capacity;) {
      if (*it == id) {
        ++it;
        continue;
      }
      orders.erase(*it);
      it = closed.erase(it);
    }
    if (fills() < fill_capacity) {
      order.fills[trade] = {quantity, price};
    } else {
      ++lost;
    }
    const Kind kind = transition(order.status, OrderEvent::Fill).kind;
    if (kind == Kind::Illegal && order.status != OrderStatus::Filled) ++illegal;
    const std::int64_t room = kind == Kind::Illegal ? 0 : order.quantity - order.cum;
    const std::int64_t traded = std::min(room, quantity);
    order.cum += traded;
    order.overfill += quantity - traded;
    order.value += quantity * price;
    order.new_since.reset();
    if (kind == Kind::Fill) {
      if (order.cum == order.quantity) {
        close(id, OrderStatus::Filled);
      } else {
        order.status = OrderStatus::PartiallyFilled;
      }
    }
    return ReportResult::Applied;
  }
  std::size_t mark(std::int64_t now) {
    std::size_t found = 0;
    for (auto& [id, order] : orders) {
      const bool before = order.in_doubt();
      for (auto* waiting : {&order.new_since, &order.change_since}) {
        if (*waiting && now - (*waiting)->since >= kTimeout) (*waiting)->in_doubt = true;
      }
      if (!before && order.in_doubt()) ++found;
    }
    return found;
  }
};

std::string name_of(const Order& order) {
  return std::string{order.client_order_id.view()};
}

void compare(const Model& model, OrderManager& manager, std::int64_t now) {
  REQUIRE(manager.remembered_count() == model.orders.size());
  REQUIRE(manager.remembered_count() <= manager.capacity());
  REQUIRE(manager.fill_identity_count() == model.fills());
  REQUIRE(manager.fill_identities_lost() == model.lost);
  std::size_t live = 0;
  std::size_t in_doubt = 0;
  std::int64_t oldest_doubt = now;
  std::optional<std::int64_t> oldest_waiting;
  std::vector<std::uint64_t> open;
  for (const auto& [id, expected] : model.orders) {
    const Order* const order = manager.find(OrderId{id});
    REQUIRE(order != nullptr);
    REQUIRE(manager.find(order->client_order_id) == order);
    REQUIRE(name_of(*order) == expected.client_id);
    REQUIRE(to_string(order->status) == to_string(expected.status));
    REQUIRE(order->pending == expected.pending);
    REQUIRE(order->terms.quantity == Quantity{expected.quantity});
    REQUIRE(order->cum_quantity == Quantity{expected.cum});
    REQUIRE(order->overfill_quantity == Quantity{expected.overfill});
    REQUIRE(order->traded_value == Price{expected.value} * Quantity{1});
    REQUIRE(order->cum_quantity + order->leaves_quantity() == order->terms.quantity);
    REQUIRE(order->leaves_quantity() >= Quantity{0});
    REQUIRE(order->in_doubt == expected.in_doubt());
    REQUIRE(order->reached(Stage::Closed) == is_closed(order->status));
    if (order->status == OrderStatus::Filled) REQUIRE(order->leaves_quantity() == Quantity{0});
    if (order->pending == PendingRequest::Replace) {
      REQUIRE(order->pending_terms.quantity == Quantity{expected.asked_quantity});
    }
    if (!is_closed(expected.status)) {
      ++live;
      open.push_back(id);
    }
    in_doubt += expected.in_doubt() ? 1 : 0;
    for (const auto& waiting : {expected.new_since, expected.change_since}) {
      if (!waiting) continue;
      if (waiting->in_doubt) {
        oldest_doubt = std::min(oldest_doubt, waiting->since);
      } else {
        oldest_waiting = std::min(oldest_waiting.value_or(waiting->since), waiting->since);
      }
    }
  }
  REQUIRE(manager.live_count() == live);
  REQUIRE(manager.in_doubt_count() == in_doubt);
  REQUIRE(manager.oldest_in_doubt_age(at(now).monotonic) == at(now).monotonic - at(oldest_doubt).monotonic);
  REQUIRE(manager.next_timeout() ==
          (oldest_waiting ? at(*oldest_waiting + kTimeout).monotonic : Duration::max()));
  std::vector<std::uint64_t> visited;
  manager.for_each_open(kNoOrder, [&](Order& order) {
    visited.push_back(static_cast<std::uint64_t>(order.id));
    return true;
  });
  REQUIRE(visited == open);
}

void run_random_life(std::uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::uint64_t n) { return random() % n; };
  OrderTableConfig config =
      small_table(static_cast<std::uint32_t>(1 + pick(12)), static_cast<std::uint32_t>(pick(20)));
  OrderManager manager(config);
  Model model;
  model.capacity = config.order_capacity;
  model.fill_capacity = config.fill_capacity;
  std::int64_t now = 0;

  for (int step = 0; step < 400; ++step) {
    now += static_cast<std::int64_t>(pick(4) == 0 ? pick(4000) : pick(50));
    const EventTime time = at(now);
    if (pick(4) == 0) {
      const std::string client_id = "c" + std::to_string(pick(20));
      const auto quantity = static_cast<std::int64_t>(1 + pick(10));
      const auto creation = manager.create(buy(client_id, Quantity{quantity}, Price{100}), time);
      REQUIRE(creation.result == model.create(client_id, quantity));
      if (creation.order != nullptr) REQUIRE(creation.order->id == OrderId{model.last_id});
    } else if (pick(12) == 0) {
      REQUIRE(manager.mark_in_doubt(time.monotonic) == model.mark(now));
    } else if (model.last_id > 0) {
      // Mostly an order that is remembered, at times one that was forgotten.
      const std::uint64_t id = 1 + pick(model.last_id) / (1 + pick(2));
      Order* const order = manager.find(OrderId{id});
      REQUIRE((order != nullptr) == model.orders.contains(id));
      if (order == nullptr) continue;
      ExecutionReport told = report(*order, ReportKind::Accepted);
      const auto apply = [&](ReportKind kind) {
        told.kind = kind;
        return manager.apply(told, time).result;
      };
      const auto quantity = static_cast<std::int64_t>(1 + pick(6));
      switch (pick(16)) {
        case 0:
          REQUIRE(manager.deny(*order, DenyReason::LotSize, time) == model.deny(id));
          break;
        case 1:
        case 2:
          REQUIRE(manager.submitted(*order, time) == model.submitted(id, now));
          break;
        case 3:
          REQUIRE(apply(ReportKind::Accepted) == model.status_report(id, OrderEvent::Accept));
          break;
        case 4:
          REQUIRE(apply(ReportKind::Rejected) == model.status_report(id, OrderEvent::Reject));
          break;
        case 5:
          REQUIRE(apply(ReportKind::Triggered) == model.status_report(id, OrderEvent::Trigger));
          break;
        case 6:
          REQUIRE(apply(ReportKind::Canceled) == model.status_report(id, OrderEvent::Cancel));
          break;
        case 7:
          REQUIRE(apply(ReportKind::Expired) == model.status_report(id, OrderEvent::Expire));
          break;
        case 8:
          REQUIRE(manager.request_cancel(*order, time) == model.request(id, PendingRequest::Cancel, 0, now));
          break;
        case 9: {
          OrderTerms wanted;
          wanted.quantity = Quantity{quantity};
          REQUIRE(manager.request_replace(*order, wanted, time) ==
                  model.request(id, PendingRequest::Replace, quantity, now));
          break;
        }
        case 10:
          told.terms.quantity = Quantity{quantity};
          REQUIRE(apply(ReportKind::Updated) == model.updated(id, quantity));
          break;
        case 11:
          REQUIRE(apply(ReportKind::CancelRejected) == model.refused(id, PendingRequest::Cancel));
          break;
        case 12:
          REQUIRE(apply(ReportKind::UpdateRejected) == model.refused(id, PendingRequest::Replace));
          break;
        case 13:
          manager.withdraw_request(*order);
          model.withdraw(id);
          break;
        default: {
          const std::string trade = "t" + std::to_string(pick(6));
          const auto price = static_cast<std::int64_t>(100 + pick(2));
          const ReportOutcome outcome =
              manager.apply(fill(*order, trade, Quantity{quantity}, Price{price}), time);
          REQUIRE(outcome.result == model.fill(id, trade, quantity, price));
          break;
        }
      }
    }
    compare(model, manager, now);
  }
  std::uint64_t illegal = 0;
  for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
    for (std::size_t e = 0; e < kOrderEventCount; ++e) {
      illegal += manager.illegal_count(static_cast<OrderStatus>(s), static_cast<OrderEvent>(e));
    }
  }
  REQUIRE(illegal == model.illegal);
}

TEST_CASE("any sequence of events leaves the tables as a naive model has them") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) run_random_life(seed);
}

TEST_CASE(
    "whatever happens to its slices, a parent holds the sum of what they traded and ends with the last") {
  constexpr ReportKind kKinds[] = {ReportKind::Accepted, ReportKind::Rejected,       ReportKind::Canceled,
                                   ReportKind::Expired,  ReportKind::CancelRejected, ReportKind::Triggered};
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto pick = [&](std::uint64_t n) { return random() % n; };
    OrderManager manager(small_table());
    const auto slices = 1 + pick(4);
    Order& parent =
        *manager.create(buy("p", Quantity{static_cast<std::int64_t>(slices) * 5}, Price{100}), at(0)).order;
    manager.submitted(parent, at(0));
    std::vector<Order*> all;
    for (std::size_t i = 0; i < slices; ++i) {
      all.push_back(
          manager.create_slice(parent, VenueId{static_cast<std::uint16_t>(i)}, Quantity{5}, at(0)).order);
      manager.submitted(*all.back(), at(0));
    }
    for (int step = 0; step < 60; ++step) {
      Order& slice = *all[pick(slices)];
      if (pick(10) == 0 && manager.request_cancel(parent, at(step))) {
        manager.for_each_open_slice(parent, [&](Order& open) {
          manager.request_cancel(open, at(step));
          return true;
        });
      }
      const ExecutionReport told = pick(2) == 0
                                       ? report(slice, kKinds[pick(6)])
                                       : fill(slice, std::to_string(step),
                                              Quantity{static_cast<std::int64_t>(1 + pick(3))}, Price{100});
      const ReportOutcome outcome = manager.apply(told, at(step));
      if (outcome.result == ReportResult::Applied) manager.update_parent(parent, slice, told, at(step));

      Quantity executed;
      ExactMoney value;
      std::uint16_t open = 0;
      for (const Order* one : all) {
        executed = executed + one->cum_quantity + one->overfill_quantity;
        value += one->traded_value;
        open = static_cast<std::uint16_t>(open + (is_closed(one->status) ? 0 : 1));
      }
      REQUIRE(parent.cum_quantity + parent.overfill_quantity == executed);
      REQUIRE(parent.traded_value == value);
      REQUIRE(parent.cum_quantity + parent.leaves_quantity() == parent.terms.quantity);
      REQUIRE(parent.open_slices == open);
      REQUIRE(is_closed(parent.status) == (open == 0));
      REQUIRE(manager.live_count() == (open == 0 ? 0U : 1U));
      if (open > 0 && parent.cum_quantity > Quantity{0} && parent.status != OrderStatus::PendingCancel) {
        REQUIRE(parent.status == OrderStatus::PartiallyFilled);
      }
    }
  }
}

}  // namespace
}  // namespace vigil::orders
