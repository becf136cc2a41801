// The life of an order: requests that start here and what a venue says.

#include <algorithm>
#include <cassert>

#include "orders/order_manager.h"

namespace vigil::orders {
namespace {

using Kind = Transition::Kind;

}  // namespace

bool OrderManager::allowed(const Order& order, OrderEvent event) noexcept {
  if (transition(order.status, event).kind != Kind::Illegal) return true;
  count_illegal(order.status, event);
  return false;
}

bool OrderManager::deny(Order& order, DenyReason reason, EventTime now) noexcept {
  if (!allowed(order, OrderEvent::Deny)) return false;
  order.deny_reason = reason;
  close(order, OrderStatus::Denied, now);
  return true;
}

bool OrderManager::submitted(Order& order, EventTime now) noexcept {
  if (!allowed(order, OrderEvent::Submit)) return false;
  order.status = OrderStatus::Submitted;
  if (!order.reached(Stage::Sent)) order.stage(Stage::Sent) = now;
  if (!order.is_parent) unacknowledged_.add(slot_of(order), now.monotonic);
  return true;
}

bool OrderManager::request_cancel(Order& order, EventTime now) noexcept {
  if (!allowed(order, OrderEvent::RequestCancel)) return false;
  start_request(order, PendingRequest::Cancel, OrderStatus::PendingCancel, now);
  return true;
}

bool OrderManager::request_replace(Order& order, const OrderTerms& terms, EventTime now) noexcept {
  if (!allowed(order, OrderEvent::RequestUpdate)) return false;
  start_request(order, PendingRequest::Replace, OrderStatus::PendingUpdate, now);
  order.pending_terms = terms;
  return true;
}

void OrderManager::start_request(Order& order, PendingRequest request, OrderStatus status,
                                 EventTime now) noexcept {
  end_request(order);  // of the request that this one takes the place of
  if (order.status != OrderStatus::PendingUpdate) order.status_before_pending = order.status;
  order.status = status;
  order.pending = request;
  order.pending_since = now.monotonic;
  if (!order.is_parent) pending_changes_.add(slot_of(order), now.monotonic);
}

void OrderManager::withdraw_request(Order& order) noexcept {
  if (order.pending == PendingRequest::None) return;
  if (order.status == OrderStatus::PendingUpdate || order.status == OrderStatus::PendingCancel) {
    order.status = order.status_before_pending;
  }
  end_request(order);
}

void OrderManager::end_request(Order& order) noexcept {
  order.pending = PendingRequest::None;
  order.pending_terms = {};
  stop_waiting(pending_changes_, order);
}

void OrderManager::stop_waiting(RequestQueue& queue, Order& order) noexcept {
  queue.remove(slot_of(order));
  if (!order.in_doubt) return;
  if (unacknowledged_.in_doubt(slot_of(order)) || pending_changes_.in_doubt(slot_of(order))) return;
  order.in_doubt = false;
  --in_doubt_;
}

void OrderManager::confirmed(Order& order) noexcept {
  if (order.pending == PendingRequest::None) stop_waiting(pending_changes_, order);
  stop_waiting(unacknowledged_, order);
}

void OrderManager::close(Order& order, OrderStatus status, EventTime now) noexcept {
  assert(is_closed(status) && !is_closed(order.status));
  const SlotNumber slot = slot_of(order);
  order.status = status;
  order.stage(Stage::Closed) = now;
  const bool granted = order.pending == PendingRequest::Cancel && status == OrderStatus::Canceled;
  slots_[slot].refusal_due = granted ? PendingRequest::None : order.pending;
  end_request(order);
  stop_waiting(unacknowledged_, order);
  unlink(open_, slot);
  if (order.open_slices == 0) append(closed_, slot);
  if (order.parent == kNoOrder) {
    --live_;
  } else {
    slice_ended(order);
  }
}

ReportOutcome OrderManager::apply(const ExecutionReport& report, EventTime now) noexcept {
  // Asked for before the order is looked up: both wait for memory, and so they wait together.
  const FillTable::Key identity = fills_.key_of(report.order, report.trade_id);
  if (report.kind == ReportKind::Fill) fills_.prefetch(identity);

  ReportOutcome outcome;
  outcome.order = find(report.order);
  if (outcome.order == nullptr) return outcome;
  outcome.before = outcome.order->status;
  switch (report.kind) {
    case ReportKind::Accepted:
      apply_status(outcome, report, OrderEvent::Accept, now);
      break;
    case ReportKind::Rejected:
      apply_status(outcome, report, OrderEvent::Reject, now);
      break;
    case ReportKind::Triggered:
      apply_status(outcome, report, OrderEvent::Trigger, now);
      break;
    case ReportKind::Canceled:
      apply_status(outcome, report, OrderEvent::Cancel, now);
      break;
    case ReportKind::Expired:
      apply_status(outcome, report, OrderEvent::Expire, now);
      break;
    case ReportKind::Updated:
      apply_update(outcome, report, now);
      break;
    case ReportKind::CancelRejected:
      apply_refusal(outcome, OrderEvent::RejectCancel, now);
      break;
    case ReportKind::UpdateRejected:
      apply_refusal(outcome, OrderEvent::RejectUpdate, now);
      break;
    case ReportKind::Fill:
      apply_fill(outcome, report, identity, now);
      break;
    case ReportKind::Status:
      break;  // changes nothing by itself: who asked compares
  }
  const bool changed = outcome.result == ReportResult::Applied;
  if (changed && !report.venue_order_id.empty()) outcome.order->venue_order_id = report.venue_order_id;
  return outcome;
}

void OrderManager::answer_request(ReportOutcome& outcome, EventTime now) noexcept {
  if (outcome.order->pending == PendingRequest::None) return;
  outcome.answered = outcome.order->pending;
  outcome.answered_after = now.monotonic - outcome.order->pending_since;
}

void OrderManager::answer_new(ReportOutcome& outcome, EventTime now) noexcept {
  Order& order = *outcome.order;
  stop_waiting(unacknowledged_, order);
  if (outcome.before == OrderStatus::Denied || order.reached(Stage::Acknowledged)) return;
  order.stage(Stage::Acknowledged) = now;
  outcome.first_answer = order.reached(Stage::Sent);
}

void OrderManager::apply_status(ReportOutcome& outcome, const ExecutionReport& report, OrderEvent event,
                                EventTime now) noexcept {
  Order& order = *outcome.order;
  if (!allowed(order, event)) {
    outcome.result = ReportResult::IllegalTransition;
    return;
  }
  OrderStatus to = transition(order.status, event).to;
  outcome.result = ReportResult::Applied;
  answer_new(outcome, now);
  if (event == OrderEvent::Reject) order.reject_reason = report.reason;
  if (is_closed(to)) {
    answer_request(outcome, now);
    close(order, to, now);
    outcome.closed = true;
    return;
  }
  // Accepted or Triggered while a request is pending: an order with fills is not back at its beginning.
  if (order.cum_quantity > Quantity{0}) to = OrderStatus::PartiallyFilled;
  order.status = to;
}

void OrderManager::apply_update(ReportOutcome& outcome, const ExecutionReport& report,
                                EventTime now) noexcept {
  Order& order = *outcome.order;
  if (!allowed(order, OrderEvent::Update)) {
    outcome.result = ReportResult::IllegalTransition;
    return;
  }
  outcome.result = ReportResult::Applied;
  answer_new(outcome, now);
  if (transition(order.status, OrderEvent::Update).kind == Kind::Restore)
    order.status = order.status_before_pending;
  if (order.pending == PendingRequest::Replace) {
    answer_request(outcome, now);
    end_request(order);
  }
  // What the report does not name stays. Never less than what was filled: the excess is simply done.
  const OrderTerms& terms = report.terms;
  if (terms.quantity > Quantity{0}) order.terms.quantity = std::max(terms.quantity, order.cum_quantity);
  if (terms.limit_price) order.terms.limit_price = terms.limit_price;
  if (terms.stop_price) order.terms.stop_price = terms.stop_price;
  if (order.leaves_quantity() > Quantity{0} || order.cum_quantity == Quantity{0}) return;
  answer_request(outcome, now);
  close(order, OrderStatus::Filled, now);
  outcome.closed = true;
}

void OrderManager::apply_refusal(ReportOutcome& outcome, OrderEvent event, EventTime now) noexcept {
  Order& order = *outcome.order;
  const auto request = event == OrderEvent::RejectCancel ? PendingRequest::Cancel : PendingRequest::Replace;
  PendingRequest& due = slots_[slot_of(order)].refusal_due;
  if (transition(order.status, event).kind == Kind::Restore) {
    order.status = order.status_before_pending;
    outcome.result = ReportResult::Applied;
    answer_request(outcome, now);
    end_request(order);
  } else if (order.pending == request) {
    outcome.result = ReportResult::RequestAnswered;
    answer_request(outcome, now);
    end_request(order);
  } else if (due == request) {
    outcome.result = ReportResult::RequestAnswered;  // the order's end has answered it already
    due = PendingRequest::None;
  } else {
    count_illegal(order.status, event);
    outcome.result = ReportResult::IllegalTransition;
  }
}

void OrderManager::apply_fill(ReportOutcome& outcome, const ExecutionReport& report,
                              const FillTable::Key& identity, EventTime now) noexcept {
  Order& order = *outcome.order;
  const SlotNumber slot = slot_of(order);
  const Kind kind = transition(order.status, OrderEvent::Fill).kind;
  switch (fills_.match(identity, report.price, report.quantity)) {
    case FillTable::Match::Equal:
      outcome.result = ReportResult::DuplicateFill;
      return;
    case FillTable::Match::Different:
      outcome.result = ReportResult::ConflictingFill;
      return;
    case FillTable::Match::New:
      break;
  }
  if (report.quantity <= Quantity{0}) {  // not a fill at all
    count_illegal(order.status, OrderEvent::Fill);
    outcome.result = ReportResult::IllegalTransition;
    return;
  }
  if (!fills_.full() || make_room_for_fill(slot)) {
    slots_[slot].fills = fills_.add(slots_[slot].fills, identity, report.price, report.quantity);
  } else {
    outcome.identity_remembered = false;
    ++fill_identities_lost_;
  }

  // A fill of an order that may not trade (filled, refused, never sent) is an overfill as a whole. For a
  // filled order that is all there is to say; for the others the state machine was broken too.
  if (kind == Kind::Illegal && order.status != OrderStatus::Filled)
    count_illegal(order.status, OrderEvent::Fill);
  const Quantity room = kind == Kind::Illegal ? Quantity{0} : order.leaves_quantity();
  const Quantity traded = std::min(report.quantity, room);
  outcome.overfill = report.quantity - traded;
  outcome.late_fill = kind == Kind::LateFill;
  outcome.result = ReportResult::Applied;
  answer_new(outcome, now);
  add_fill(order, traded, outcome.overfill, report.price * report.quantity, now);

  if (kind != Kind::Fill) return;
  if (order.leaves_quantity() > Quantity{0}) {
    order.status = OrderStatus::PartiallyFilled;
    return;
  }
  answer_request(outcome, now);
  close(order, OrderStatus::Filled, now);
  outcome.closed = true;
}

void OrderManager::add_fill(Order& order, Quantity cum, Quantity overfill, ExactMoney value,
                            EventTime now) noexcept {
  order.cum_quantity = order.cum_quantity + cum;
  order.overfill_quantity = order.overfill_quantity + overfill;
  order.traded_value += value;
  if (!order.reached(Stage::FirstFill)) order.stage(Stage::FirstFill) = now;
  order.stage(Stage::LastFill) = now;
}

}  // namespace vigil::orders
