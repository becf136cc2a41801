#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "orders/execution_report.h"
#include "orders/order.h"

namespace vigil::orders {

struct OrderTableConfig {
  std::uint32_t order_capacity = 1'000'000;  ///< orders remembered at once, open and lately closed
  std::uint32_t fill_capacity = 2'000'000;   ///< fill identities remembered at once
  Duration response_timeout = std::chrono::seconds{5};  ///< an unanswered request is in doubt after this
};

enum class CreateResult : std::uint8_t { Created, DuplicateClientOrderId, TableFull };

enum class ReportResult : std::uint8_t {
  Applied,
  DuplicateFill,       ///< same identity, equal data: dropped
  ConflictingFill,     ///< same identity, different data: dropped, an alert
  IllegalTransition,   ///< nothing changed
  UnknownOrder,
  RequestAnswered,     ///< a cancel or replace was refused after a fill had moved the status on
};

/// What a report did. `before` is the status it met.
struct ReportOutcome {
  ReportResult result = ReportResult::UnknownOrder;
  Order* order = nullptr;          ///< null for UnknownOrder
  OrderStatus before = OrderStatus::Initialized;
  bool closed = false;             ///< the order ended with this report
  bool late_fill = false;          ///< a fill of a canceled or expired order
  Quantity overfill{};             ///< part of this fill beyond the order's quantity
  bool identity_remembered = true; ///< false: the fill table was full, a repeat would not be noticed
};

/// Owns every order: creation, look-up, the state machine, fills, requests without an answer. All memory is
/// reserved at construction (pages are touched only when used); at the bound the oldest closed order is
/// forgotten, and where all are open creation answers TableFull. Core thread only; never throws after
/// construction, never allocates. Addresses of orders are stable until forgotten.
class OrderManager {
 public:
  explicit OrderManager(const OrderTableConfig& config);
  ~OrderManager();
  OrderManager(const OrderManager&) = delete;
  OrderManager& operator=(const OrderManager&) = delete;

  struct Creation {
    CreateResult result = CreateResult::TableFull;
    Order* order = nullptr;  ///< set only for Created; status Initialized
  };
  /// Takes up a New request: the order gets its id and its Decided and Received stages.
  [[nodiscard]] Creation create(const OrderRequest& request, EventTime now) noexcept;
  /// A slice of `parent` for one venue: same terms but for quantity; no client id of its own in the index.
  [[nodiscard]] Creation create_slice(Order& parent, VenueId venue, Quantity quantity, EventTime now) noexcept;

  [[nodiscard]] Order* find(OrderId id) noexcept;
  [[nodiscard]] const Order* find(OrderId id) const noexcept;
  [[nodiscard]] Order* find(const ClientOrderId& id) noexcept;

  /// State machine events that start here. False = illegal, nothing changed (counted).
  bool deny(Order& order, DenyReason reason, EventTime now) noexcept;
  bool submitted(Order& order, EventTime now) noexcept;
  bool request_cancel(Order& order, EventTime now) noexcept;
  bool request_replace(Order& order, const OrderTerms& terms, EventTime now) noexcept;
  /// A request that could not be handed to the venue is taken back: the status before it returns.
  void withdraw_request(Order& order) noexcept;
  /// A new order that could not be handed to any venue after Submitted, ended as Rejected.
  /// What a venue says, applied to the order it names. A parent's slices pass their reports on to the parent.
  ReportOutcome apply(const ExecutionReport& report, EventTime now) noexcept;
  /// After a slice changed: brings its parent's status, cum and value into line. `slice_report` is what the
  /// slice just applied.
  void update_parent(Order& parent, const Order& slice, const ExecutionReport& slice_report,
                     EventTime now) noexcept;

  /// Marks requests unanswered for longer than the time-out; returns how many are newly in doubt.
  std::size_t mark_in_doubt(Duration monotonic_now) noexcept;
  [[nodiscard]] std::size_t in_doubt_count() const noexcept;
  /// Age of the oldest in-doubt request; zero when there is none.
  [[nodiscard]] Duration oldest_in_doubt_age(Duration monotonic_now) const noexcept;
  /// When mark_in_doubt may next find something; Duration::max() when nothing is outstanding.
  [[nodiscard]] Duration next_timeout() const noexcept;

  [[nodiscard]] std::size_t live_count() const noexcept;      ///< neither closed nor a slice
  [[nodiscard]] std::size_t remembered_count() const noexcept;
  [[nodiscard]] std::size_t capacity() const noexcept;
  /// How often an event met a status that does not allow it.
  [[nodiscard]] std::uint64_t illegal_count(OrderStatus from, OrderEvent event) const noexcept;
  [[nodiscard]] std::uint64_t fill_identities_lost() const noexcept;

  /// Open orders (slices and parents too), in id order from the first above `after`; stops when visit
  /// returns false. Cost is proportional to the orders remembered above `after`.
  template <typename Visit>
  void for_each_open(OrderId after, Visit&& visit);
  /// Slices of a parent that are still open.
  template <typename Visit>
  void for_each_open_slice(const Order& parent, Visit&& visit);
  /// Called with every order that is about to be forgotten (recycled), for whoever keeps records.
  void on_forget(std::function<void(const Order&)> callback);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::orders
