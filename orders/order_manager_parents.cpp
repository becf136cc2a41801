// Parents and slices: an order that the router split over venues.

#include <algorithm>
#include <cassert>

#include "orders/order_manager.h"

namespace vigil::orders {

OrderManager::Creation OrderManager::create_slice(Order& parent, VenueId venue, Quantity quantity,
                                                  EventTime now) noexcept {
  assert(parent.parent == kNoOrder && !is_closed(parent.status));
  Slot& parent_slot = slots_[slot_of(parent)];
  parent.is_parent = true;
  // A parent waits for nobody: its slices do.
  stop_waiting(unacknowledged_, parent);
  stop_waiting(pending_changes_, parent);
  const SlotNumber slot = acquire();
  if (slot == kNoSlot) {
    parent_slot.no_more_slices = true;
    return {CreateResult::TableFull, nullptr};
  }

  Order& slice = start_order(slot);
  slice.parent = parent.id;
  slice.client_order_id = parent.client_order_id;
  slice.instrument = parent.instrument;
  slice.account = parent.account;
  slice.strategy = parent.strategy;
  slice.venue = venue;
  slice.side = parent.side;
  slice.type = parent.type;
  slice.time_in_force = parent.time_in_force;
  slice.routed = parent.routed;
  slice.is_liquidation = parent.is_liquidation;
  slice.terms = parent.terms;
  slice.terms.quantity = quantity;
  slice.expire_at = parent.expire_at;
  slice.decision_mid = parent.decision_mid;
  slice.arrival_bid = parent.arrival_bid;
  slice.arrival_ask = parent.arrival_ask;
  for (const Stage stage : {Stage::Decided, Stage::Received, Stage::RiskChecked}) {
    slice.stage(stage) = parent.stage(stage);
  }
  slice.stage(Stage::Routed) = parent.reached(Stage::Routed) ? parent.stage(Stage::Routed) : now;

  slots_[slot].next_slice = parent_slot.first_slice;
  if (parent_slot.first_slice != kNoSlot) slots_[parent_slot.first_slice].previous_slice = slot;
  parent_slot.first_slice = slot;
  parent_slot.allotted = parent_slot.allotted + quantity;
  ++parent.open_slices;
  return {CreateResult::Created, &slice};
}

void OrderManager::slice_ended(const Order& slice) noexcept {
  Order* const parent = find(slice.parent);
  assert(parent != nullptr && parent->open_slices > 0);
  Slot& parent_slot = slots_[slot_of(*parent)];
  Slot& links = slots_[slot_of(slice)];
  (links.previous_slice == kNoSlot ? parent_slot.first_slice : slots_[links.previous_slice].next_slice) =
      links.next_slice;
  if (links.next_slice != kNoSlot) slots_[links.next_slice].previous_slice = links.previous_slice;
  links.next_slice = kNoSlot;
  links.previous_slice = kNoSlot;

  ++parent_slot.slices_ended;
  if (slice.status == OrderStatus::Denied) ++parent_slot.slices_denied;
  if (slice.status == OrderStatus::Expired) ++parent_slot.slices_expired;
  if (slice.status == OrderStatus::Rejected) {
    ++parent_slot.slices_rejected;
    parent_slot.last_reject = slice.reject_reason;
  }
  --parent->open_slices;
  // An overfilled slice can fill its parent while another is still open; such a parent was kept until now.
  if (parent->open_slices == 0 && is_closed(parent->status)) append(closed_, slot_of(*parent));
}

void OrderManager::update_parent(Order& parent, const Order& slice, const ExecutionReport& slice_report,
                                 EventTime now) noexcept {
  assert(slice.parent == parent.id);
  if (slice.reached(Stage::Acknowledged) && !parent.reached(Stage::Acknowledged)) {
    parent.stage(Stage::Acknowledged) = now;
  }
  take_over_fills(parent, slice, now);
  if (is_closed(parent.status)) return;

  const bool pending = parent.status == OrderStatus::PendingCancel;
  OrderStatus& status = pending ? parent.status_before_pending : parent.status;
  if (slice_report.kind == ReportKind::Accepted && status == OrderStatus::Submitted) {
    status = OrderStatus::Accepted;
  }
  if (slice_report.kind == ReportKind::Triggered && status == OrderStatus::Accepted) {
    status = OrderStatus::Triggered;
  }
  if (parent.open_slices == 0) {
    end_parent(parent, now);
  } else if (slice_report.kind == ReportKind::CancelRejected || is_closed(slice.status)) {
    settle_parent_cancel(parent);
  }
}

void OrderManager::take_over_fills(Order& parent, const Order& slice, EventTime now) noexcept {
  Slot& links = slots_[slot_of(slice)];
  const Quantity cum = slice.cum_quantity - links.passed_on_cum;
  const Quantity overfill = slice.overfill_quantity - links.passed_on_overfill;
  if (cum == Quantity{0} && overfill == Quantity{0}) return;
  const ExactMoney value = slice.traded_value - links.passed_on_value;
  links.passed_on_cum = slice.cum_quantity;
  links.passed_on_overfill = slice.overfill_quantity;
  links.passed_on_value = slice.traded_value;

  const Transition::Kind kind = transition(parent.status, OrderEvent::Fill).kind;
  const Quantity room = kind == Transition::Kind::Illegal ? Quantity{0} : parent.leaves_quantity();
  const Quantity traded = std::min(cum, room);
  add_fill(parent, traded, overfill + (cum - traded), value, now);
  if (kind != Transition::Kind::Fill || traded == Quantity{0}) return;
  if (parent.leaves_quantity() > Quantity{0}) {
    parent.status = OrderStatus::PartiallyFilled;
  } else {
    close(parent, OrderStatus::Filled, now);
  }
}

/// The parent's cancel has failed once no slice has one outstanding and some slice is still open.
void OrderManager::settle_parent_cancel(Order& parent) noexcept {
  if (parent.pending != PendingRequest::Cancel) return;
  for (SlotNumber slot = slots_[slot_of(parent)].first_slice; slot != kNoSlot;
       slot = slots_[slot].next_slice) {
    if (orders_[slot].pending == PendingRequest::Cancel) return;
  }
  withdraw_request(parent);
}

void OrderManager::slice_denied(Order& parent, EventTime now) noexcept {
  const Slot& slot = slots_[slot_of(parent)];
  if (parent.open_slices > 0) return;
  const bool more_to_come = slot.allotted < parent.terms.quantity && !slot.no_more_slices;
  if (!more_to_come) end_parent(parent, now);
}

void OrderManager::close_parent(Order& parent, EventTime now) noexcept {
  slots_[slot_of(parent)].no_more_slices = true;
  if (parent.open_slices == 0) end_parent(parent, now);
}

void OrderManager::end_parent(Order& parent, EventTime now) noexcept {
  if (!is_working(parent.status)) return;
  const Slot& slot = slots_[slot_of(parent)];
  const bool traded = parent.cum_quantity > Quantity{0} || parent.overfill_quantity > Quantity{0};
  const bool all_refused = slot.slices_rejected + slot.slices_denied == slot.slices_ended;
  // Slices that a cancel caught before they were sent end as Denied; what was asked for has happened.
  const bool cancel_caught_some = parent.pending == PendingRequest::Cancel && slot.slices_denied > 0;
  OrderStatus end = OrderStatus::Canceled;
  if (all_refused && !traded && !cancel_caught_some) {
    end = OrderStatus::Rejected;
    parent.reject_reason = slot.slices_rejected > 0 ? slot.last_reject : RejectReason::Other;
  } else if (slot.slices_expired > 0 &&
             transition(parent.status, OrderEvent::Expire).kind != Transition::Kind::Illegal) {
    end = OrderStatus::Expired;
  }
  close(parent, end, now);
}

}  // namespace vigil::orders
