// What a venue says of its orders against what we believe: asked for at each connection, from time to time,
// and of every order in doubt.

#include <algorithm>

#include "engine/core/core.h"

namespace vigil::engine {
namespace {

using orders::ExecutionReport;
using orders::Order;
using orders::OrderStatus;
using orders::PendingRequest;
using orders::Quantity;
using orders::RejectReason;
using orders::ReportKind;

/// Fills are asked for from a little before the last agreement on.
constexpr orders::Duration kFillsOverlap = std::chrono::seconds{10};

/// In so many rounds, because questions and answers get lost, too; then what is missing is given up, counted.
constexpr std::uint32_t kAskForFills = 8;

ExecutionReport correction(const ExecutionReport& answer, ReportKind kind) noexcept {
  ExecutionReport report;
  report.kind = kind;
  report.order = answer.order;
  report.venue = answer.venue;
  report.venue_order_id = answer.venue_order_id;
  report.venue_time = answer.venue_time;
  report.terms = answer.terms;
  report.text = decltype(report.text)::truncated("by reconciliation");
  return report;
}

bool same_terms(const orders::OrderTerms& a, const orders::OrderTerms& b) noexcept {
  return a.quantity == b.quantity && a.limit_price == b.limit_price && a.stop_price == b.stop_price;
}

/// The report that would have told us.
ReportKind report_of(OrderStatus status) noexcept {
  switch (status) {
    case OrderStatus::Rejected:
      return ReportKind::Rejected;
    case OrderStatus::Expired:
      return ReportKind::Expired;
    case OrderStatus::Triggered:
      return ReportKind::Triggered;
    case OrderStatus::Accepted:
    case OrderStatus::PartiallyFilled:
      return ReportKind::Accepted;
    case OrderStatus::Initialized:
    case OrderStatus::Denied:
    case OrderStatus::Submitted:
    case OrderStatus::PendingUpdate:
    case OrderStatus::PendingCancel:
    case OrderStatus::Canceled:
    case OrderStatus::Filled:
      break;
  }
  return ReportKind::Canceled;
}

}  // namespace

void Core::run_rounds(orders::EventTime now) noexcept {
  for (std::size_t i = 0; i < rounds_.size(); ++i) {
    const auto venue = static_cast<orders::VenueId>(i);
    if (venue_connected_[i] && now.monotonic >= rounds_[i].due) start_round(venue, now);
  }
}

void Core::start_round(orders::VenueId venue, orders::EventTime now) noexcept {
  ReconciliationRound& round = rounds_[orders::index(venue)];
  round.due = now.monotonic + config_.reconciliation.every;
  VenueCommand command;
  command.kind = VenueCommand::Kind::MassStatus;
  command.venue = venue;
  if (send(command, now) != SendResult::Sent) return;
  ++round.number;
  round.asked = now.monotonic;
}

bool Core::ask_status(Order& order, orders::EventTime now) noexcept {
  const VenueCommand command =
      command_about(VenueCommand::Kind::Status, order.id, order.venue, order.instrument);
  if (!venue_connected_[orders::index(order.venue)] || send(command, now) != SendResult::Sent) return false;
  order.status_asked = now.monotonic;
  return true;
}

/// The venue's sum of all fills has come. Ahead of ours: some were lost, of whatever order; they are asked
/// for. Behind what it was: the venue began anew.
void Core::compare_totals(const ExecutionReport& answer, orders::EventTime now) noexcept {
  ReconciliationRound& round = rounds_[orders::index(answer.venue)];
  const Quantity booked_since = round.booked - round.booked_then;
  const Quantity theirs_since = answer.cum_quantity - round.theirs_then;
  if (theirs_since > booked_since && round.asked_for_fills < kAskForFills) {
    VenueCommand command;
    command.kind = VenueCommand::Kind::Fills;
    command.venue = answer.venue;
    command.since = round.agreed_at - kFillsOverlap;
    if (send(command, now) == SendResult::Sent) ++round.asked_for_fills;
    return;
  }
  if (theirs_since > booked_since) {
    // Asked for again and again, and not among what came: of an order that nobody here knows.
    reconciliation_metrics_.found(answer.venue, Break::MissingFill);
    log_.broken(answer, nullptr, to_string(Break::MissingFill), now);
  }
  if (theirs_since < booked_since && theirs_since >= Quantity{}) return;  // reports overtook the answer
  round.booked_then = round.booked;
  round.theirs_then = answer.cum_quantity;
  round.agreed_at = answer.venue_time;
  round.asked_for_fills = 0;
}

/// All that are open there have been named: what is open here and was not is asked for.
void Core::end_round(orders::VenueId venue) noexcept {
  reconciliation_metrics_.round(venue);
  Sweep sweep;
  sweep.what = Sweep::What::Unnamed;
  sweep.venue = venue;
  start_sweep(sweep);
}

bool Core::is_unnamed(const Order& order, orders::VenueId venue) const noexcept {
  const ReconciliationRound& round = rounds_[orders::index(venue)];
  return order.venue == venue && !order.is_parent && orders::is_working(order.status) &&
         order.round != round.number && order.stage(orders::Stage::Sent).monotonic < round.asked &&
         order.status_asked < round.asked;
}

bool Core::take_status(const ExecutionReport& answer, orders::EventTime now) noexcept {
  if (orders::index(answer.venue) >= rounds_.size()) return false;  // names no venue of ours
  const bool is_unknown = answer.reason == RejectReason::UnknownOrder;
  if (answer.reason != RejectReason::None && !is_unknown)
    return true;  // not answered: the next round asks again
  if (answer.order == orders::kNoOrder) {
    compare_totals(answer, now);
    end_round(answer.venue);
    run_sweeps(now);
    return true;
  }
  Order* const order = orders_.find(answer.order);
  if (order == nullptr || order->venue != answer.venue) {
    if (!is_unknown) unknown_at_venue(answer, now);
    return true;
  }
  order->round = rounds_[orders::index(answer.venue)].number;
  const orders::Duration asked =
      std::max(order->status_asked, std::min(rounds_[orders::index(answer.venue)].asked, now.monotonic));
  // What came in since we asked may be newer than the answer.
  if (order->last_report > asked) return true;
  if (orders::is_closed(order->status)) {
    compare_closed(*order, answer, now);
  } else if (is_unknown) {
    const bool never_arrived = !order->reached(orders::Stage::Acknowledged);
    found_break(*order, answer, never_arrived ? Break::LostOrder : Break::MissingAtVenue, now);
    ExecutionReport report = correction(answer, never_arrived ? ReportKind::Rejected : ReportKind::Canceled);
    if (never_arrived) report.reason = RejectReason::UnknownOrder;
    correct(report, asked, now);
  } else if (compare_fills(*order, answer, now)) {
    compare_status(*order, answer, asked, now);
  }
  return true;
}

void Core::found_break(const Order& order, const ExecutionReport& answer, Break kind,
                       orders::EventTime now) noexcept {
  reconciliation_metrics_.found(answer.venue, kind);
  log_.broken(answer, &order, to_string(kind), now);
}

void Core::correct(const ExecutionReport& report, orders::Duration asked, orders::EventTime now) noexcept {
  static_cast<void>(apply_report(report, now));
  reconciliation_metrics_.resolved(report.venue, now.monotonic - asked);
}

bool Core::mark_broken(Order& order, const ExecutionReport& answer, Break kind,
                       orders::EventTime now) noexcept {
  if (order.broken) return false;
  found_break(order, answer, kind, now);
  order.broken = true;
  order.broken_since = now.monotonic;
  reconciliation_metrics_.open(order.venue, 1);
  return true;
}

void Core::mend(Order& order, orders::EventTime now) noexcept {
  if (!order.broken) return;
  order.broken = false;
  reconciliation_metrics_.open(order.venue, -1);
  reconciliation_metrics_.resolved(order.venue, now.monotonic - order.broken_since);
}

/// It has ended for us. At the venue it should have, too, with the same fills.
void Core::compare_closed(Order& order, const ExecutionReport& answer, orders::EventTime now) noexcept {
  if (answer.reason == RejectReason::None && orders::is_working(answer.status)) {
    mark_broken(order, answer, Break::OpenAtVenue, now);
    // The next round tries again.
    static_cast<void>(
        send(command_about(VenueCommand::Kind::Cancel, order.id, order.venue, order.instrument), now));
    return;
  }
  if (answer.reason == RejectReason::None && !compare_fills(order, answer, now)) return;
  mend(order, now);
}

/// False: fills do not agree, and so nothing else is looked at.
bool Core::compare_fills(Order& order, const ExecutionReport& answer, orders::EventTime now) noexcept {
  const Quantity ours = order.cum_quantity + order.overfill_quantity;
  if (answer.cum_quantity == ours) {
    mend(order, now);
    return true;
  }
  const Break kind = answer.cum_quantity > ours ? Break::MissingFill : Break::ExtraFill;
  const bool is_new = mark_broken(order, answer, kind, now);
  // The fills themselves come with the answer to a question for this order; asked once a round.
  if (is_new || order.status_asked < rounds_[orders::index(order.venue)].asked) ask_status(order, now);
  return false;
}

void Core::compare_status(Order& order, const ExecutionReport& answer, orders::Duration asked,
                          orders::EventTime now) noexcept {
  const bool was_submitted = order.status == OrderStatus::Submitted;
  if (orders::is_closed(answer.status) && answer.status != OrderStatus::Filled) {
    found_break(order, answer, Break::Status, now);
    // An end that may only follow an acceptance.
    if (was_submitted && answer.status == OrderStatus::Expired) {
      static_cast<void>(apply_report(correction(answer, ReportKind::Accepted), now));
    }
    correct(correction(answer, report_of(answer.status)), asked, now);
    return;
  }
  const bool is_unheard = was_submitted || !order.reached(orders::Stage::Acknowledged);
  const bool missed_trigger =
      answer.status == OrderStatus::Triggered && order.status == OrderStatus::Accepted;
  if ((is_unheard && answer.status != OrderStatus::Filled) || missed_trigger) {
    found_break(order, answer, Break::Status, now);
    if (answer.status == OrderStatus::Triggered && is_unheard) {
      static_cast<void>(apply_report(correction(answer, ReportKind::Accepted), now));
    }
    correct(correction(answer, report_of(answer.status)), asked, now);
  }
  compare_request(order, answer, asked, now);
}

/// The outcome of a cancel or replace that is in doubt, and terms that differ.
void Core::compare_request(Order& order, const ExecutionReport& answer, orders::Duration asked,
                           orders::EventTime now) noexcept {
  if (orders::is_closed(order.status)) return;
  if (answer.status == OrderStatus::Filled && answer.cum_quantity > Quantity{}) {
    // By what we have booked, so its quantity is another than we believe: we did not hear of a replace.
    found_break(order, answer, Break::Terms, now);
    if (order.pending == PendingRequest::Cancel) orders_.withdraw_request(order);  // it comes too late
    ExecutionReport report = correction(answer, ReportKind::Updated);
    report.terms.quantity = answer.cum_quantity;  // whatever else it says
    correct(report, asked, now);
    return;
  }
  if (order.pending == PendingRequest::Cancel) {
    if (!order.in_doubt || order.pending_since > asked) return;
    // Still open: the cancel did not get there, or its answer will come. Asking again does no harm.
    orders_.withdraw_request(order);
    static_cast<void>(request_cancel(order, now));
    return;
  }
  if (order.pending == PendingRequest::Replace) {
    if (!order.in_doubt || order.pending_since > asked) return;
    found_break(order, answer, Break::Status, now);
    const bool is_in_force = same_terms(answer.terms, order.pending_terms);
    correct(correction(answer, is_in_force ? ReportKind::Updated : ReportKind::UpdateRejected), asked, now);
    return;
  }
  if (!same_terms(answer.terms, order.terms)) {
    found_break(order, answer, Break::Terms, now);
    correct(correction(answer, ReportKind::Updated), asked, now);
    return;
  }
  if (order.in_doubt) orders_.confirmed(order);
}

void Core::unknown_at_venue(const ExecutionReport& answer, orders::EventTime now) noexcept {
  if (!orders::is_working(answer.status)) return;
  const bool is_new = unknown_.note(answer.venue, answer.order, now.monotonic);
  if (is_new) {
    reconciliation_metrics_.found(answer.venue, Break::UnknownOrder);
    reconciliation_metrics_.open(answer.venue, 1);
    log_.broken(answer, nullptr, to_string(Break::UnknownOrder), now);
  }
  const bool can_adopt = orders::index(answer.instrument) < config_.instruments.size();
  if (config_.reconciliation.unknown_orders == UnknownOrders::Adopt && can_adopt) {
    adopt(answer, now);
    return;
  }
  // The next round tries again.
  static_cast<void>(
      send(command_about(VenueCommand::Kind::Cancel, answer.order, answer.venue, answer.instrument), now));
}

/// From now on it is one of ours: its fills so far, too.
void Core::adopt(const ExecutionReport& answer, orders::EventTime now) noexcept {
  orders::OrderRequest request;
  request.account = config_.reconciliation.adopt_account;
  request.instrument = answer.instrument;
  request.venue = answer.venue;
  request.side = answer.side;
  request.type = answer.type;
  request.time_in_force = answer.time_in_force;
  request.terms = answer.terms;
  request.decided = now;
  const auto creation = orders_.create(request, now);
  if (creation.result != orders::CreateResult::Created) return;  // the next round tries again
  Order& order = *creation.order;
  VenueCommand command;
  command.kind = VenueCommand::Kind::Adopt;
  command.order = order.id;
  command.known_as = answer.order;
  command.venue = answer.venue;
  if (send(command, now) != SendResult::Sent) {
    static_cast<void>(orders_.deny(order, orders::DenyReason::VenueUnavailable, now));
    return;
  }
  order.stage(orders::Stage::Sent) = now;
  ExecutionReport accepted = correction(answer, ReportKind::Accepted);
  accepted.order = order.id;
  static_cast<void>(apply_report(accepted, now));
  settle_unknown(answer.venue, answer.order, now);
  ask_status(order, now);
}

bool Core::settle_unknown(orders::VenueId venue, orders::OrderId order, orders::EventTime now) noexcept {
  orders::Duration since{};
  if (!unknown_.settle(venue, order, since)) return false;
  reconciliation_metrics_.open(venue, -1);
  reconciliation_metrics_.resolved(venue, now.monotonic - since);
  return true;
}

}  // namespace vigil::engine
