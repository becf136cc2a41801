// From a venue's answer to positions, risk and strategies.

#include <optional>

#include "engine/core/core.h"

namespace vigil::engine {
namespace {

using orders::ReportKind;
using orders::ReportResult;

/// A refusal that says something about the venue, not about the order.
bool is_venue_failure(const orders::ExecutionReport& report) noexcept {
  return report.reason == orders::RejectReason::RateLimited;
}

/// What a report says went wrong with its venue, if anything.
std::optional<VenueError> error_of(const orders::ExecutionReport& report,
                                   const orders::ReportOutcome& outcome) noexcept {
  switch (outcome.result) {
    case ReportResult::UnknownOrder:
      return VenueError::UnknownOrder;
    case ReportResult::IllegalTransition:
      return VenueError::IllegalReport;
    case ReportResult::DuplicateFill:
      return VenueError::DuplicateFill;
    case ReportResult::ConflictingFill:
      return VenueError::ConflictingFill;
    case ReportResult::Applied:
    case ReportResult::RequestAnswered:
      break;
  }
  if (outcome.overfill > orders::Quantity{0}) return VenueError::Overfill;
  if (report.reason == orders::RejectReason::None) return std::nullopt;
  return is_venue_failure(report) ? VenueError::RateLimited : VenueError::Rejected;
}

/// A venue may say so, or fill the order without a word before.
bool reached_stop(const orders::Order& order, const orders::ExecutionReport& report,
                  const orders::ReportOutcome& outcome) noexcept {
  if (!orders::has_stop(order.type)) return false;
  if (report.kind == ReportKind::Triggered) return true;
  const bool is_first_fill = report.kind == ReportKind::Fill && order.cum_quantity == report.quantity;
  return is_first_fill && (outcome.before == orders::OrderStatus::Submitted ||
                           outcome.before == orders::OrderStatus::Accepted);
}

}  // namespace

bool Core::apply_report(const orders::ExecutionReport& report, orders::EventTime now) noexcept {
  if (report.kind == ReportKind::Status) return take_status(report, now);
  const orders::ReportOutcome outcome = orders_.apply(report, now);
  if (report.resent && outcome.result == ReportResult::DuplicateFill) return true;  // as was to be expected
  if (report.resent && outcome.order == nullptr) return true;  // of an order that is forgotten
  if (outcome.order == nullptr && settle_unknown(report.venue, report.order, now)) return true;
  order_metrics_.reported(report, outcome, now);
  log_.report(report, outcome, now);
  measure_venue(report, outcome, now);
  switch (outcome.result) {
    case ReportResult::Applied:
    case ReportResult::RequestAnswered:
      break;
    case ReportResult::DuplicateFill:
      return true;
    case ReportResult::ConflictingFill:
    case ReportResult::IllegalTransition:
    case ReportResult::UnknownOrder:
      return false;
  }
  orders::Order& order = *outcome.order;
  note_report(order, report, now);
  if (is_venue_failure(report)) {
    risk_.venue_failed(order.venue, now);
  } else {
    risk_.venue_succeeded(order.venue, now);
  }
  if (reached_stop(order, report, outcome)) risk_metrics_.stop_triggered(order.instrument);
  if (report.kind == ReportKind::Fill) book_fill(order, report, outcome, now);
  if (report.kind == ReportKind::Rejected && links_.observer != nullptr)
    links_.observer->rejected(order, report);
  if (report.kind == ReportKind::Rejected)
    analysis_.outcome({.kind = OrderOutcome::Kind::Rejected, .rejection = report.reason});

  if (order.parent == orders::kNoOrder) {
    risk_.recount(order, reference(order.instrument));
  } else {
    follow_parent(order, report, now);
  }
  hash_.add(order);
  if (outcome.closed) {
    order_closed(order, now);
  } else if (order.kill_pending && order.pending == orders::PendingRequest::None) {
    cancel_again(order, now);
  }
  return true;
}

/// For comparisons with the venue: what it told us by itself, and a fill that it had to be asked for.
void Core::note_report(orders::Order& order, const orders::ExecutionReport& report,
                       orders::EventTime now) noexcept {
  const bool is_refusal =
      report.kind == ReportKind::CancelRejected || report.kind == ReportKind::UpdateRejected;
  if (is_refusal) {
    // The venue says that the order has ended, or was never there: then how does it stand?
    const bool is_gone =
        report.reason == orders::RejectReason::TooLate || report.reason == orders::RejectReason::UnknownOrder;
    if (is_gone && !orders::is_closed(order.status)) ask_status(order, now);
    return;
  }
  if (!report.resent) {
    order.last_report = now.monotonic;
    return;
  }
  if (order.broken) return;  // counted when it was seen
  found_break(order, report, Break::MissingFill, now);
  reconciliation_metrics_.resolved(order.venue, now.monotonic - order.status_asked);
}

void Core::measure_venue(const orders::ExecutionReport& report, const orders::ReportOutcome& outcome,
                         orders::EventTime now) noexcept {
  if (orders::index(report.venue) >= venue_connected_.size()) return;  // names no venue of ours
  if (const auto error = error_of(report, outcome)) venue_metrics_.failed(report.venue, *error);
  if (outcome.order == nullptr) return;
  if (outcome.first_answer) {
    const orders::Duration sent = outcome.order->stage(orders::Stage::Sent).monotonic;
    venue_metrics_.answered(report.venue, VenueCommand::Kind::New, now.monotonic - sent);
  }
  if (outcome.answered == orders::PendingRequest::None) return;
  const auto kind = outcome.answered == orders::PendingRequest::Cancel ? VenueCommand::Kind::Cancel
                                                                       : VenueCommand::Kind::Replace;
  venue_metrics_.answered(report.venue, kind, outcome.answered_after);
}

/// The kill switch does not take a venue's no for an answer while the order can still trade.
void Core::cancel_again(orders::Order& order, orders::EventTime now) noexcept {
  if (!orders_.request_cancel(order, now)) return;
  const VenueCommand command =
      command_about(VenueCommand::Kind::Cancel, order.id, order.venue, order.instrument);
  if (retries_.schedule(command, 0, now.monotonic) != RetryResult::Scheduled) orders_.withdraw_request(order);
}

void Core::book_fill(orders::Order& order, const orders::ExecutionReport& report,
                     const orders::ReportOutcome& outcome, orders::EventTime now) noexcept {
  if (is_venue(report.venue)) {
    orders::Quantity& booked_there = rounds_[orders::index(report.venue)].booked;
    booked_there = booked_there + report.quantity;
  }
  if (analysis_.is_on()) scenarios_.expect_change(order.account, order.instrument);
  const orders::Duration before = clock_.monotonic();
  const positions::BookedFill booked = portfolio_.book(order, report, now);
  const orders::Duration booked_at = clock_.monotonic();

  const orders::Instrument& instrument = config_.instruments[orders::index(order.instrument)];
  const auto value = orders::value_of(instrument, report.price, report.quantity);
  FillValue in_reporting;
  if (value) in_reporting.notional = reporting(orders::absolute(value->rounded()), instrument.settlement);
  if (booked.applied && booked.conversion.possible) {
    in_reporting.commission = reporting(booked.commission, instrument.settlement);
  }
  order_metrics_.filled(order, report, outcome, in_reporting.notional.value_or(orders::Money{}).to_double(),
                        in_reporting.commission.value_or(orders::Money{}).to_double(), now);
  note_fill(order, report, booked, in_reporting, now);
  risk_.on_fill(order, reference(order.instrument), now);
  risk_.booked_at(report.venue, order.account, order.instrument,
                  order.side == orders::Side::Buy ? report.quantity : -report.quantity);
  if (analysis_.is_on()) {
    scenarios_.position_changed(order.account, order.instrument);
    publish_scenarios(order.account);
  }
  analysis_.booked({.instrument = order.instrument,
                    .change = booked.effect.change,
                    .is_booked = booked.applied,
                    .booking = booked_at - before,
                    .all = clock_.monotonic() - before});
  hash_.add(portfolio_.position(order.account, order.instrument).quantity());
  hash_.add(booked.effect.realized);
  log_.filled(order, report, booked, now);
  if (links_.observer != nullptr) links_.observer->filled(order, report, booked, now);
  if (order.strategy != orders::kNoStrategy) {
    strategies_[orders::index(order.strategy)].on_fill(order.instrument, order.side, report.quantity);
  }
}

void Core::follow_parent(orders::Order& slice, const orders::ExecutionReport& report,
                         orders::EventTime now) noexcept {
  orders::Order* const parent = orders_.find(slice.parent);
  if (parent == nullptr) return;  // forgotten: a very late fill of a slice
  const bool was_open = !orders::is_closed(parent->status);
  orders_.update_parent(*parent, slice, report, now);
  risk_.recount(*parent, reference(parent->instrument));
  if (was_open && orders::is_closed(parent->status)) order_closed(*parent, now);
}

}  // namespace vigil::engine
