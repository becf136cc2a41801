#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "orders/execution_report.h"
#include "orders/fill_table.h"
#include "orders/mapped_array.h"
#include "orders/order.h"
#include "orders/request_queue.h"
#include "orders/slot_index.h"

namespace vigil::orders {

struct OrderTableConfig {
  std::uint32_t order_capacity = 1'000'000;             ///< orders remembered at once, open and lately closed
  std::uint32_t fill_capacity = 2'000'000;              ///< fill identities remembered at once
  Duration response_timeout = std::chrono::seconds{5};  ///< an unanswered request is in doubt after this
};

enum class CreateResult : std::uint8_t { Created, DuplicateClientOrderId, TableFull };

enum class ReportResult : std::uint8_t {
  Applied,
  DuplicateFill,      ///< same identity, equal data: dropped
  ConflictingFill,    ///< same identity, different data: dropped, an alert
  IllegalTransition,  ///< nothing changed
  UnknownOrder,
  RequestAnswered,  ///< a cancel or replace was refused after something else had moved the status on
};
inline constexpr std::size_t kReportResultCount = 6;

/// What a report did. `before` is the status it met.
struct ReportOutcome {
  ReportResult result = ReportResult::UnknownOrder;
  Order* order = nullptr;  ///< null for UnknownOrder
  OrderStatus before = OrderStatus::Initialized;
  bool closed = false;        ///< the order ended with this report
  bool first_answer = false;  ///< nothing had been heard of the order before
  bool late_fill = false;     ///< a fill of a canceled or expired order
  /// Part of this fill beyond what the order may still trade: more than its quantity, or any fill of an order
  /// that is filled, was refused, or was never sent. It is booked all the same: the venue's truth.
  Quantity overfill{};
  bool identity_remembered = true;  ///< false: the fill table was full, a repeat would not be noticed
  /// The cancel or replace that this report answered, or ended by ending the order, and how long it took.
  PendingRequest answered = PendingRequest::None;
  Duration answered_after{};
};

/// Owns every order: creation, look-up, the state machine, fills, requests without an answer. All memory is
/// reserved at construction (pages are touched only when used); at the bound the order that closed first is
/// forgotten, and where all are open creation answers TableFull. Core thread only; never throws after
/// construction, never allocates. Addresses of orders are stable until forgotten.
///
/// While a cancel or replace is unanswered a fill, or any other news, moves the status on as the table says;
/// Order::pending stays until the answer arrives or the order ends. Only one request is tracked: a cancel
/// takes the place of a replace, and its refusal leads back to the status before both.
class OrderManager {
 public:
  /// Throws std::bad_alloc when the tables cannot be reserved.
  explicit OrderManager(const OrderTableConfig& config);
  OrderManager(const OrderManager&) = delete;
  OrderManager& operator=(const OrderManager&) = delete;

  struct Creation {
    CreateResult result = CreateResult::TableFull;
    Order* order = nullptr;  ///< set only for Created; status Initialized
  };
  /// Takes up a New request: the order gets its id and its Decided and Received stages. An empty client id is
  /// no id: it is never a duplicate and cannot be looked up.
  [[nodiscard]] Creation create(const OrderRequest& request, EventTime now) noexcept;
  /// A slice of `parent` (open, not a slice itself) for one venue: same terms but for quantity, the stages up
  /// to Routed; no client id of its own in the index.
  [[nodiscard]] Creation create_slice(Order& parent, VenueId venue, Quantity quantity,
                                      EventTime now) noexcept;

  [[nodiscard]] Order* find(OrderId id) noexcept;
  [[nodiscard]] const Order* find(OrderId id) const noexcept;
  [[nodiscard]] Order* find(const ClientOrderId& id) noexcept;

  /// The venue has confirmed how the order stands: requests that were in doubt are not any more.
  void confirmed(Order& order) noexcept;

  /// State machine events that start here. False = illegal, nothing changed (counted).
  bool deny(Order& order, DenyReason reason, EventTime now) noexcept;
  /// Also sets the Sent stage unless the caller has.
  bool submitted(Order& order, EventTime now) noexcept;
  bool request_cancel(Order& order, EventTime now) noexcept;
  bool request_replace(Order& order, const OrderTerms& terms, EventTime now) noexcept;
  /// A cancel or replace that could not be handed to the venue is taken back: the status before it returns.
  void withdraw_request(Order& order) noexcept;

  /// What a venue says, applied to the order it names. After a report of a slice call update_parent.
  ReportOutcome apply(const ExecutionReport& report, EventTime now) noexcept;

  /// After a slice changed: brings its parent's status, cum and value into line with it. Takes over only what
  /// the parent has not got yet, so a second call changes nothing. `slice_report` is what the slice was told.
  void update_parent(Order& parent, const Order& slice, const ExecutionReport& slice_report,
                     EventTime now) noexcept;
  /// After a slice of `parent` was denied: the parent ends if that was the last one.
  void slice_denied(Order& parent, EventTime now) noexcept;
  /// No more slices will be made of `parent`: it ends now unless one is open, and later with the last. Needed
  /// only where the slices made do not add up to the parent's quantity.
  void close_parent(Order& parent, EventTime now) noexcept;

  /// Marks requests unanswered for as long as the time-out; returns how many orders are newly in doubt.
  std::size_t mark_in_doubt(Duration monotonic_now) noexcept {
    return mark_in_doubt(monotonic_now, [](Order&) {});
  }
  /// The same; visit(Order&) is called for each of them.
  template <typename Visit>
  std::size_t mark_in_doubt(Duration monotonic_now, Visit&& visit);
  [[nodiscard]] std::size_t in_doubt_count() const noexcept { return in_doubt_; }
  /// Age of the oldest in-doubt request; zero when there is none.
  [[nodiscard]] Duration oldest_in_doubt_age(Duration monotonic_now) const noexcept;
  /// When mark_in_doubt may next find something; Duration::max() when nothing is outstanding.
  [[nodiscard]] Duration next_timeout() const noexcept;

  [[nodiscard]] std::size_t live_count() const noexcept { return live_; }  ///< neither closed nor a slice
  [[nodiscard]] std::size_t remembered_count() const noexcept { return remembered_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t fill_identity_count() const noexcept { return fills_.size(); }
  [[nodiscard]] std::size_t fill_identity_capacity() const noexcept { return fills_.capacity(); }
  /// How often an event met a status that does not allow it.
  [[nodiscard]] std::uint64_t illegal_count(OrderStatus from, OrderEvent event) const noexcept {
    return illegal_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
  }
  [[nodiscard]] std::uint64_t fill_identities_lost() const noexcept { return fill_identities_lost_; }

  /// Open orders (slices and parents too), in id order from the first above `after`; stops when visit
  /// returns false. visit may close orders and create new ones (which are visited too). Cost is proportional
  /// to the open orders above `after`.
  template <typename Visit>
  void for_each_open(OrderId after, Visit&& visit);
  /// Slices of a parent that are still open, in no particular order; stops when visit returns false. visit
  /// may close the slice it is given, no other.
  template <typename Visit>
  void for_each_open_slice(const Order& parent, Visit&& visit);
  /// Every order of the table, open or closed, in no particular order. Not for the core's hot path.
  template <typename Visit>
  void for_each_remembered(Visit&& visit) const;
  /// Called with every order that is about to be forgotten (recycled), for whoever keeps records.
  void on_forget(std::function<void(const Order&)> callback) { on_forget_ = std::move(callback); }

  /// All that is remembered, written, or read into a manager that is empty. Nothing of it depends on which
  /// places of the tables it had.
  template <typename Wire>
  void state(Wire& wire);

 private:
  /// What the manager keeps beside each order. Zero = nothing.
  struct Slot {
    /// Neighbours in the one list the order is in: open orders by id, closed ones by time of closing, or free
    /// slots (next only).
    SlotNumber previous;
    SlotNumber next;
    SlotNumber fills;  ///< head of its fill identities
    std::uint32_t client_id_hash;
    // Of a slice:
    SlotNumber previous_slice;
    SlotNumber next_slice;
    Quantity passed_on_cum;  ///< what the parent has got already
    Quantity passed_on_overfill;
    ExactMoney passed_on_value;
    // Of a parent:
    SlotNumber first_slice;  ///< of the open ones
    Quantity allotted;       ///< to slices so far
    std::uint32_t slices_ended;
    std::uint32_t slices_rejected;
    std::uint32_t slices_denied;
    std::uint32_t slices_expired;
    RejectReason last_reject;
    bool no_more_slices;
    /// The request that was unanswered when the order ended; its refusal may still come.
    PendingRequest refusal_due;

    /// All but the links.
    template <typename Wire>
    void state(Wire& wire) {
      wire(passed_on_cum);
      wire(passed_on_overfill);
      wire(passed_on_value);
      wire(allotted);
      wire(slices_ended);
      wire(slices_rejected);
      wire(slices_denied);
      wire(slices_expired);
      wire.choice(last_reject, RejectReason::Other);
      wire(no_more_slices);
      wire.choice(refusal_due, PendingRequest::Cancel);
    }
  };
  struct List {
    SlotNumber first = kNoSlot;
    SlotNumber last = kNoSlot;
  };

  [[nodiscard]] SlotNumber slot_of(const Order& order) const noexcept {
    return static_cast<SlotNumber>(&order - orders_.data());
  }
  void append(List& list, SlotNumber slot) noexcept;
  void unlink(List& list, SlotNumber slot) noexcept;

  // The table: order_manager.cpp
  /// Ids count up, so eight neighbours share a line of the index.
  [[nodiscard]] static std::uint32_t hash_of(OrderId id) noexcept;
  [[nodiscard]] static std::uint32_t hash_of(const ClientOrderId& id) noexcept;
  /// A slice only carries its parent's.
  [[nodiscard]] static bool is_indexed_by_client_id(const Order& order) noexcept;
  [[nodiscard]] SlotNumber acquire() noexcept;
  Order& start_order(SlotNumber slot) noexcept;
  void forget(SlotNumber slot) noexcept;
  void prepare_to_forget() const noexcept;
  [[nodiscard]] bool make_room_for_fill(SlotNumber keep) noexcept;
  [[nodiscard]] SlotNumber slot_by_id(OrderId id) const noexcept;
  [[nodiscard]] SlotNumber slot_by_client_id(const ClientOrderId& id, std::uint32_t hash) const noexcept;
  [[nodiscard]] SlotNumber first_open_above(OrderId id) const noexcept;
  [[nodiscard]] bool is_open(SlotNumber slot, OrderId id) const noexcept {
    return orders_[slot].id == id && !is_closed(orders_[slot].status);
  }

  // What is kept over a restart: order_manager_state.h
  template <typename Wire>
  void orders_state(Wire& wire, const std::vector<SlotNumber>& slots, List* list);
  template <typename Wire>
  void order_state(Wire& wire, SlotNumber slot);
  [[nodiscard]] bool put_back(SlotNumber slot) noexcept;
  [[nodiscard]] bool put_back_slice(SlotNumber slot) noexcept;
  [[nodiscard]] std::vector<SlotNumber> slots_in(const List& list) const;
  [[nodiscard]] std::vector<SlotNumber> ended_parents() const;

  // The life of an order: order_manager_events.cpp
  [[nodiscard]] bool allowed(const Order& order, OrderEvent event) noexcept;
  void count_illegal(OrderStatus from, OrderEvent event) noexcept {
    ++illegal_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
  }
  void start_request(Order& order, PendingRequest request, OrderStatus status, EventTime now) noexcept;
  void end_request(Order& order) noexcept;
  void stop_waiting(RequestQueue& queue, Order& order) noexcept;
  void answer_request(ReportOutcome& outcome, EventTime now) noexcept;
  void answer_new(ReportOutcome& outcome, EventTime now) noexcept;
  void close(Order& order, OrderStatus status, EventTime now) noexcept;
  void apply_fill(ReportOutcome& outcome, const ExecutionReport& report, const FillTable::Key& identity,
                  EventTime now) noexcept;
  void apply_refusal(ReportOutcome& outcome, OrderEvent event, EventTime now) noexcept;
  void apply_update(ReportOutcome& outcome, const ExecutionReport& report, EventTime now) noexcept;
  void apply_status(ReportOutcome& outcome, const ExecutionReport& report, OrderEvent event,
                    EventTime now) noexcept;
  void add_fill(Order& order, Quantity cum, Quantity overfill, ExactMoney value, EventTime now) noexcept;

  // Parents and slices: order_manager_parents.cpp
  void slice_ended(const Order& slice) noexcept;
  void take_over_fills(Order& parent, const Order& slice, EventTime now) noexcept;
  void settle_parent_cancel(Order& parent) noexcept;
  void end_parent(Order& parent, EventTime now) noexcept;

  std::uint32_t capacity_;
  Duration response_timeout_;
  MappedArray<Order> orders_;  ///< from 1; slot 0 is none
  MappedArray<Slot> slots_;    ///< beside orders_
  SlotIndex by_id_;
  SlotIndex by_client_id_;
  FillTable fills_;
  RequestQueue unacknowledged_;   ///< new orders sent and not answered
  RequestQueue pending_changes_;  ///< cancels and replaces sent and not answered
  List open_;                     ///< by id
  List closed_;                   ///< by time of closing; parents only once their last slice has ended
  SlotNumber free_ = kNoSlot;     ///< last freed first
  std::uint32_t touched_ = 0;     ///< slots ever used; memory beyond them is untouched
  std::uint64_t last_id_ = 0;
  std::size_t live_ = 0;
  std::size_t remembered_ = 0;
  std::size_t in_doubt_ = 0;
  std::uint64_t fill_identities_lost_ = 0;
  std::array<std::array<std::uint64_t, kOrderEventCount>, kOrderStatusCount> illegal_{};
  std::function<void(const Order&)> on_forget_;
};

template <typename Visit>
std::size_t OrderManager::mark_in_doubt(Duration monotonic_now, Visit&& visit) {
  std::size_t found = 0;
  for (RequestQueue* const queue : {&unacknowledged_, &pending_changes_}) {
    while (const SlotNumber slot = queue->mark_next(monotonic_now, response_timeout_)) {
      Order& order = orders_[slot];
      if (order.in_doubt) continue;  // by its other request
      order.in_doubt = true;
      ++in_doubt_;
      ++found;
      visit(order);
    }
  }
  return found;
}

template <typename Visit>
void OrderManager::for_each_open(OrderId after, Visit&& visit) {
  SlotNumber slot = first_open_above(after);
  while (slot != kNoSlot) {
    const OrderId id = orders_[slot].id;
    const SlotNumber expected = slots_[slot].next;
    const OrderId expected_id = expected == kNoSlot ? kNoOrder : orders_[expected].id;
    if (!visit(orders_[slot])) return;
    if (is_open(slot, id)) {
      slot = slots_[slot].next;
    } else if (expected != kNoSlot && is_open(expected, expected_id)) {
      slot = expected;
    } else {
      slot = first_open_above(id);  // visit closed both
    }
  }
}

template <typename Visit>
void OrderManager::for_each_remembered(Visit&& visit) const {
  for (SlotNumber slot = 1; slot <= touched_; ++slot) {
    if (orders_[slot].id != kNoOrder) visit(orders_[slot]);
  }
}

template <typename Visit>
void OrderManager::for_each_open_slice(const Order& parent, Visit&& visit) {
  SlotNumber slot = slots_[slot_of(parent)].first_slice;
  while (slot != kNoSlot) {
    const SlotNumber next = slots_[slot].next_slice;
    if (!visit(orders_[slot])) return;
    slot = next;
  }
}

}  // namespace vigil::orders
