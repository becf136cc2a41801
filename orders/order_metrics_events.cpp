// Events: which series move when.

#include <algorithm>
#include <cmath>

#include "orders/order_metrics.h"

namespace vigil::orders {
namespace {

constexpr std::size_t kRebate = 3;

std::size_t type_of(const Order& order) noexcept {
  return label_of(order.type);
}

bool is_immediate(TimeInForce tif) noexcept {
  return tif == TimeInForce::ImmediateOrCancel || tif == TimeInForce::FillOrKill;
}
/// In the book, or as a stop, without an end in sight.
bool may_rest(const Order& order) noexcept {
  return has_stop(order.type) || (order.type == OrderType::Limit && !is_immediate(order.time_in_force));
}

OrderEvent event_of(ReportKind kind) noexcept {
  switch (kind) {
    case ReportKind::Accepted:
      return OrderEvent::Accept;
    case ReportKind::Rejected:
      return OrderEvent::Reject;
    case ReportKind::Triggered:
      return OrderEvent::Trigger;
    case ReportKind::Fill:
      return OrderEvent::Fill;
    case ReportKind::Canceled:
      return OrderEvent::Cancel;
    case ReportKind::CancelRejected:
      return OrderEvent::RejectCancel;
    case ReportKind::Updated:
      return OrderEvent::Update;
    case ReportKind::UpdateRejected:
      return OrderEvent::RejectUpdate;
    case ReportKind::Expired:
      return OrderEvent::Expire;
    case ReportKind::Status:
      break;  // an answer, no event
  }
  return OrderEvent::Fill;
}

bool is_amount(double value) noexcept {
  return std::isfinite(value) && value != 0;
}

/// For sums that must forget exactly what they took in: units of 1e-8, held within what they can take.
Int128 whole_units(double amount) noexcept {
  constexpr double kLargestAmount = 1e22;
  return static_cast<Int128>(std::clamp(amount, -kLargestAmount, kLargestAmount) *
                             static_cast<double>(kScale));
}

}  // namespace

void OrderMetrics::denied(const Order& order, EventTime) noexcept {
  const std::size_t row = refusal_rows_.row(order.instrument);
  denials_[row * kDenyReasonCount + static_cast<std::size_t>(order.deny_reason)].add();
  if (order.parent == kNoOrder) attempted(true);
}

void OrderMetrics::refused(const OrderRequest& request, const Order* order, DenyReason reason) noexcept {
  const std::size_t row = refusal_rows_.row(order != nullptr ? order->instrument : request.instrument);
  denials_[row * kDenyReasonCount + static_cast<std::size_t>(reason)].add();
  if (order == nullptr && request.action == OrderRequest::Action::New) attempted(true);
}

void OrderMetrics::submitted(const Order& order, EventTime now) noexcept {
  if (order.parent == kNoOrder) attempted(false);
  if (order.is_parent) return;
  const std::size_t venue = venue_of(order);
  sent_[venue].add();
  ++flows_[venue].submitted;
  const Duration took = order.stage(Stage::Sent).monotonic - order.stage(Stage::Received).monotonic;
  operation_took(TimedOperation::Submit, order, TimedAnswer::Accepted, took, now);
}

void OrderMetrics::failed(const Order& order, FailureReason reason) noexcept {
  const std::size_t place = places_.by_symbol_venue(failure_rows_.row(order.instrument), venue_of(order));
  failures_[place * kFailureReasonCount + static_cast<std::size_t>(reason)].add();
}

void OrderMetrics::operation_took(TimedOperation operation, const Order& order, TimedAnswer answer,
                                  Duration duration, EventTime now) noexcept {
  times_.took({.order = order.id,
               .time = now.wall,
               .took = duration,
               .venue = order.venue,
               .type = order.type,
               .operation = operation,
               .answer = answer,
               .routed = order.routed});
}

/// The venue has given its final answer to the placing of the order.
void OrderMetrics::placed(const Order& order, EventTime now) noexcept {
  TimedAnswer answer = TimedAnswer::Accepted;
  if (order.status == OrderStatus::Filled) answer = TimedAnswer::Filled;
  if (order.status == OrderStatus::Canceled) answer = TimedAnswer::Canceled;
  if (order.status == OrderStatus::Rejected) answer = TimedAnswer::Rejected;
  if (order.status == OrderStatus::Expired) answer = TimedAnswer::Expired;
  operation_took(TimedOperation::Place, order, answer, now.monotonic - order.stage(Stage::Received).monotonic,
                 now);
  const std::size_t place =
      places_.by_symbol_venue_type(order_rows_.row(order.instrument), venue_of(order), type_of(order));
  const std::size_t success = answer == TimedAnswer::Rejected ? 0 : 1;
  orders_[(place * kSides + static_cast<std::size_t>(order.side)) * 2 + success].add();
}

void OrderMetrics::count_illegal(OrderStatus from, OrderEvent event, std::uint64_t n) noexcept {
  illegal_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)].add(n);
  illegal_counted_[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)] += n;
}

void OrderMetrics::reported(const ExecutionReport& report, const ReportOutcome& outcome,
                            EventTime now) noexcept {
  switch (outcome.result) {
    case ReportResult::DuplicateFill:
      duplicate_fills_.add();
      return;
    case ReportResult::ConflictingFill:
      conflicting_fills_.add();
      return;
    case ReportResult::UnknownOrder:
      unknown_orders_.add();
      return;
    case ReportResult::IllegalTransition:
      count_illegal(outcome.before, event_of(report.kind));
      return;
    case ReportResult::Applied:
    case ReportResult::RequestAnswered:
      break;
  }
  const Order& order = *outcome.order;
  const std::size_t venue = venue_of(order);
  if (report.kind == ReportKind::Fill) {
    fills_[venue].add();
    ++flows_[venue].trades;
    if (outcome.late_fill) late_fills_.add();
    if (outcome.overfill > Quantity{0}) overfills_.add();
    const bool never_open = outcome.before == OrderStatus::Initialized ||
                            outcome.before == OrderStatus::Denied || outcome.before == OrderStatus::Rejected;
    if (never_open) count_illegal(outcome.before, OrderEvent::Fill);
    if (!outcome.identity_remembered) {
      identities_lost_.add();
      ++identities_lost_counted_;
    }
  }
  if (report.kind == ReportKind::Rejected) {
    const std::size_t place = places_.by_symbol_venue(refusal_rows_.row(order.instrument), venue);
    rejections_[place * kRejectReasonCount + static_cast<std::size_t>(report.reason)].add();
    ++flows_[venue].rejected;
  }
  if (outcome.first_answer && !order.is_parent && may_rest(order)) placed(order, now);
  if (outcome.answered == PendingRequest::Replace) {
    const TimedAnswer answer = report.kind == ReportKind::Updated          ? TimedAnswer::Updated
                               : report.kind == ReportKind::UpdateRejected ? TimedAnswer::Rejected
                                                                           : TimedAnswer::Closed;
    operation_took(TimedOperation::Modify, order, answer, outcome.answered_after, now);
  }
  if (outcome.answered == PendingRequest::Cancel) {
    const TimedAnswer answer = report.kind == ReportKind::Canceled         ? TimedAnswer::Canceled
                               : report.kind == ReportKind::CancelRejected ? TimedAnswer::Rejected
                                                                           : TimedAnswer::Closed;
    operation_took(TimedOperation::Cancel, order, answer, outcome.answered_after, now);
  }
}

void OrderMetrics::filled(const Order& order, const ExecutionReport& report, const ReportOutcome& outcome,
                          double notional_usd, double fee_usd, EventTime now) noexcept {
  if (outcome.result != ReportResult::Applied) return;
  roll_day(now);
  const std::size_t venue = venue_of(order);
  const bool valued = is_amount(notional_usd);
  const double notional = valued ? std::abs(notional_usd) : 0;
  const double fee = is_amount(fee_usd) ? fee_usd : 0;
  if (valued) {
    const std::size_t place = places_.by_symbol_venue(volume_rows_.row(order.instrument), venue);
    daily_volumes_[place].add(notional);
    traded_notionals_[place].add(notional);
    fee_window_.add(places_.by_venue_type(venue, type_of(order)), whole_units(fee), whole_units(notional));
  } else {
    unvalued_fills_.add();
  }
  if (fee > 0) fees_[venue][static_cast<std::size_t>(report.liquidity)].add(fee);
  if (fee < 0) fees_[venue][kRebate].add(-fee);
}

void OrderMetrics::closed(const Order& order, EventTime now) noexcept {
  if (order.status == OrderStatus::Denied) return;
  const std::size_t type = type_of(order);
  const bool meant_to_fill = order.type != OrderType::Limit || !is_immediate(order.time_in_force);
  if (order.parent == kNoOrder && meant_to_fill) {
    fill_window_.add(ratio_rows_.row(order.instrument) * kTypes + type, order.cum_quantity.raw(),
                     order.terms.quantity.raw());
  }
  if (order.parent == kNoOrder && is_immediate(order.time_in_force)) {
    const std::size_t which = order.time_in_force == TimeInForce::FillOrKill ? 1 : 0;
    immediate_window_.add(immediate_rows_.row(order.instrument) * kImmediate + which,
                          order.cum_quantity.raw(), order.terms.quantity.raw());
  }
  if (order.is_parent) return;
  if (!may_rest(order) && order.reached(Stage::Sent)) placed(order, now);
}

void OrderMetrics::in_doubt(std::size_t count, Duration oldest_age) noexcept {
  in_doubt_.set(static_cast<double>(count));
  in_doubt_oldest_age_.set(seconds_of(oldest_age));
}

void OrderMetrics::table(std::size_t live, std::size_t capacity) noexcept {
  live_.set(static_cast<double>(live));
  capacity_.set(static_cast<double>(capacity));
}

void OrderMetrics::table(const OrderManager& manager) noexcept {
  table(manager.live_count(), manager.capacity());
  remembered_.set(static_cast<double>(manager.remembered_count()));
  for (std::size_t s = 0; s < kOrderStatusCount; ++s) {
    for (std::size_t e = 0; e < kOrderEventCount; ++e) {
      const std::uint64_t count =
          manager.illegal_count(static_cast<OrderStatus>(s), static_cast<OrderEvent>(e));
      if (count <= illegal_counted_[s][e]) continue;
      count_illegal(static_cast<OrderStatus>(s), static_cast<OrderEvent>(e), count - illegal_counted_[s][e]);
    }
  }
  if (manager.fill_identities_lost() > identities_lost_counted_) {
    identities_lost_.add(manager.fill_identities_lost() - identities_lost_counted_);
    identities_lost_counted_ = manager.fill_identities_lost();
  }
}

void OrderMetrics::roll_day(EventTime now) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(now.wall).time_since_epoch().count();
  if (day <= day_) return;  // a clock that was set back does not begin a day again
  const bool is_first = day_ == 0;
  day_ = day;
  if (is_first) return;
  for (monitoring::Gauge& volume : daily_volumes_) volume.set(0);
}

void OrderMetrics::publish_flows(EventTime now) noexcept {
  const std::size_t venues = flows_.size();
  const auto add = [this](std::size_t key, std::uint64_t part, std::uint64_t whole) noexcept {
    if (part != 0 || whole != 0) flow_window_.add(key, static_cast<Int128>(part), static_cast<Int128>(whole));
  };
  add(0, intake_.denied, intake_.attempted);
  intake_ = {};
  for (std::size_t v = 0; v < venues; ++v) {
    Flow& flow = flows_[v];
    add(1 + v, flow.rejected, flow.submitted);
    add(1 + venues + v, flow.messages, flow.trades);
    flow = {};
  }
  if (!flow_window_.advance(now.monotonic)) return;
  deny_ratio_.set(flow_window_.ratio(0));
  for (std::size_t v = 0; v < venues; ++v) {
    reject_ratios_[v].set(flow_window_.ratio(1 + v));
    const auto messages = flow_window_.ratio(1 + venues + v);
    order_to_trade_ratios_[v].set(messages ? std::optional{*messages - 1} : std::nullopt);
  }
}

void OrderMetrics::tick(EventTime now) noexcept {
  roll_day(now);
  publish_flows(now);
  if (immediate_window_.advance(now.monotonic)) {
    for (std::size_t i = 0; i < immediate_fill_ratios_.size(); ++i) {
      immediate_fill_ratios_[i].set(immediate_window_.ratio(i));
    }
  }
  if (fill_window_.advance(now.monotonic)) {
    for (std::size_t i = 0; i < fill_ratios_.size(); ++i) fill_ratios_[i].set(fill_window_.ratio(i));
  }
  if (fee_window_.advance(now.monotonic)) {
    for (std::size_t i = 0; i < fee_basis_points_.size(); ++i) {
      const auto ratio = fee_window_.ratio(i);
      fee_basis_points_[i].set(ratio ? std::optional{1e4 * *ratio} : std::nullopt);
    }
  }
}

}  // namespace vigil::orders
