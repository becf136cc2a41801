#pragma once

#include <string>

#include "orders/order_manager.h"

namespace vigil::orders::test {

inline EventTime at(std::int64_t milliseconds) {
  return manual_time(Timestamp{std::chrono::milliseconds{1'000'000 + milliseconds}});
}

inline OrderRequest buy(const std::string& client_id, Quantity quantity, Price limit) {
  OrderRequest request;
  request.client_order_id = ClientOrderId::from(client_id).value();
  request.account = AccountId{0};
  request.instrument = InstrumentId{0};
  request.venue = VenueId{0};
  request.terms.quantity = quantity;
  request.terms.limit_price = limit;
  return request;
}

inline ExecutionReport report(const Order& order, ReportKind kind) {
  ExecutionReport report;
  report.kind = kind;
  report.order = order.id;
  report.venue = order.venue;
  return report;
}

inline ExecutionReport fill(const Order& order, const std::string& trade_id, Quantity quantity, Price price) {
  ExecutionReport result = report(order, ReportKind::Fill);
  result.trade_id = VenueTradeId::from(trade_id).value();
  result.quantity = quantity;
  result.price = price;
  return result;
}

inline OrderTableConfig small_table(std::uint32_t orders = 16, std::uint32_t fills = 64) {
  OrderTableConfig config;
  config.order_capacity = orders;
  config.fill_capacity = fills;
  return config;
}

/// A manager with small tables and shorthands; time stands still unless a test says otherwise.
struct Desk {
  explicit Desk(const OrderTableConfig& config = small_table()) : manager(config) {}

  Order& created(const std::string& id = "a", Quantity quantity = Quantity{10}) {
    const auto creation = manager.create(buy(id, quantity, Price{100}), now);
    return *creation.order;
  }
  Order& submitted(const std::string& id = "a", Quantity quantity = Quantity{10}) {
    Order& order = created(id, quantity);
    manager.submitted(order, now);
    return order;
  }
  Order& accepted(const std::string& id = "a", Quantity quantity = Quantity{10}) {
    Order& order = submitted(id, quantity);
    manager.apply(report(order, ReportKind::Accepted), now);
    return order;
  }
  ReportOutcome tell(const Order& order, ReportKind kind) { return manager.apply(report(order, kind), now); }
  ReportOutcome trade(const Order& order, const std::string& trade_id, Quantity quantity,
                      Price price = Price{100}) {
    return manager.apply(fill(order, trade_id, quantity, price), now);
  }
  [[nodiscard]] std::uint64_t illegal() const {
    std::uint64_t sum = 0;
    for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
      for (std::size_t e = 0; e < kOrderEventCount; ++e) {
        sum += manager.illegal_count(static_cast<OrderStatus>(s), static_cast<OrderEvent>(e));
      }
    }
    return sum;
  }

  OrderManager manager;
  EventTime now = at(0);
};

}  // namespace vigil::orders::test
