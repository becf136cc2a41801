// From a request to the venue: intake, checks, routing, sending, cancels.

#include <algorithm>
#include <cassert>

#include "engine/core/core.h"

namespace vigil::engine {
namespace {

using orders::DenyReason;
using orders::Stage;

/// Open orders a sweep looks at in one event.
constexpr int kSweepBatch = 256;

risk::Verdict refused(DenyReason reason) noexcept {
  risk::Verdict verdict;
  verdict.reason = reason;
  return verdict;
}

VenueCommand command_for(const orders::Order& order, VenueCommand::Kind kind) noexcept {
  VenueCommand command;
  command.kind = kind;
  command.order = order.id;
  command.venue = order.venue;
  command.instrument = order.instrument;
  command.side = order.side;
  command.type = order.type;
  command.time_in_force = order.time_in_force;
  command.terms = kind == VenueCommand::Kind::Replace ? order.pending_terms : order.terms;
  command.expire_at = order.expire_at;
  return command;
}

}  // namespace

bool Core::handle_request(const orders::OrderRequest& request, bool venue_known,
                          orders::EventTime now) noexcept {
  judge_changes();  // what the last request of the same event changed
  last_refusal_ = DenyReason::None;
  using Action = orders::OrderRequest::Action;
  switch (request.action) {
    case Action::New:
      return new_order(request, venue_known, now);
    case Action::Cancel:
      return cancel_order(request, now);
    case Action::Replace:
      return replace_order(request, now);
    case Action::CancelAll:
      return cancel_all(request, now);
  }
  return false;
}

bool Core::new_order(const orders::OrderRequest& request, bool venue_known, orders::EventTime now) noexcept {
  const auto creation = orders_.create(request, now);
  if (creation.result != orders::CreateResult::Created) {
    const bool duplicate = creation.result == orders::CreateResult::DuplicateClientOrderId;
    refuse(request, nullptr,
           refused(duplicate ? DenyReason::DuplicateClientOrderId : DenyReason::OrderTableFull), now);
    return true;
  }
  orders::Order& order = *creation.order;
  order.decision_mid = reference(order.instrument).mid();
  log_.received(order, now);

  const risk::Verdict verdict = venue_known ? risk_.check_new(order, reference(order.instrument), now)
                                            : refused(DenyReason::UnknownVenue);
  order.stage(Stage::RiskChecked) = clock_.now();
  risk_metrics_.pre_trade_took(order.stage(Stage::RiskChecked).monotonic -
                               order.stage(Stage::Received).monotonic);
  if (!verdict.allowed()) {
    deny(order, &request, verdict, now);
    return true;
  }
  log_.check_passed(order, now);
  route(order, request, now);
  return true;
}

void Core::route(orders::Order& order, const orders::OrderRequest& request, orders::EventTime now) noexcept {
  if (order.venue == orders::kNoVenue) {
    const orders::Duration before = clock_.monotonic();
    // A venue that is down, killed or kept off by its breaker is none to choose.
    for (std::size_t i = 0; i < venue_connected_.size(); ++i) {
      const auto venue = static_cast<orders::VenueId>(i);
      router_.set_venue_available(venue, venue_connected_[i] && risk_.venue_open_for_orders(venue, now));
    }
    const RouteDecision decision = router_.route(order, now.wall);
    order.stage(Stage::Routed) = clock_.now();
    venue_metrics_.routing_decided(router_.strategy(), order.stage(Stage::Routed).monotonic - before);
    if (decision.reason != DenyReason::None) {
      deny(order, &request, refused(decision.reason), now);
      return;
    }
    order.routed = true;
    if (decision.count > 1) {
      split(order, decision, now);
      return;
    }
    order.venue = decision.venues[0].venue;
    venue_metrics_.routed(router_.strategy(), order.venue);
  } else {
    order.stage(Stage::Routed) = clock_.now();
  }
  send_new(order, 0, now);
}

void Core::split(orders::Order& parent, const RouteDecision& decision, orders::EventTime now) noexcept {
  parent.is_parent = true;
  const orders::Quote& market = reference(parent.instrument);
  parent.arrival_bid = market.bid;
  parent.arrival_ask = market.ask;
  parent.stage(Stage::Sent) = clock_.now();
  orders_.submitted(parent, now);
  risk_.recount(parent, market);
  order_metrics_.submitted(parent, now);

  for (const RouteSlice& slice : decision.slices()) {
    const auto creation = orders_.create_slice(parent, slice.venue, slice.quantity, now);
    if (creation.result != orders::CreateResult::Created) break;
    creation.order->routed = true;
    venue_metrics_.routed(router_.strategy(), slice.venue);
    send_new(*creation.order, 0, now);
  }
  // Where the table had no room for a slice, or none could be sent, the parent ends with what there is.
  if (orders::is_closed(parent.status)) return;
  orders_.close_parent(parent, now);
  if (!orders::is_closed(parent.status)) return;
  risk_.recount(parent, market);
  order_closed(parent, now);
}

// attempt: how many sends have failed before this one.
void Core::send_new(orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept {
  const risk::Verdict verdict = risk_.check_venue(order.venue, now);
  if (!verdict.allowed()) {
    give_up(order, verdict, now);
    return;
  }
  const orders::Quote& market = reference(order.instrument);
  order.arrival_bid = market.bid;
  order.arrival_ask = market.ask;
  order.stage(Stage::Sent) = clock_.now();
  switch (send(command_for(order, VenueCommand::Kind::New), now)) {
    case SendResult::Sent: {
      order.held = false;
      const bool legal = orders_.submitted(order, now);
      assert(legal);
      static_cast<void>(legal);
      if (order.parent == orders::kNoOrder) risk_.recount(order, market);
      order_metrics_.submitted(order, now);
      hash_.add(order);
      log_.sent(order, now);
      return;
    }
    case SendResult::QueueFull:
      transport_failed(order, VenueError::QueueFull);
      give_up(order, refused(DenyReason::VenueQueueFull), now);
      return;
    case SendResult::Disconnected:
      break;
  }
  order.stage(Stage::Sent) = {};
  risk_.venue_failed(order.venue, now);
  transport_failed(order, VenueError::SendFailed);
  const VenueCommand command = command_for(order, VenueCommand::Kind::New);
  if (retries_.schedule(command, attempt, now.monotonic) != RetryResult::Scheduled) {
    venue_metrics_.failed(order.venue, VenueError::RetriesExhausted);
    give_up(order, refused(DenyReason::VenueUnavailable), now);
    return;
  }
  // Nothing was sent, yet the order may go out any moment: it counts as working until it has ended.
  order.held = true;
  if (order.parent == orders::kNoOrder) risk_.recount(order, market);
  log_.retry(order, attempt + 1, now);
}

void Core::transport_failed(const orders::Order& order, VenueError error) noexcept {
  venue_metrics_.failed(order.venue, error);
  order_metrics_.failed(order, orders::FailureReason::Transport);
}

/// An accepted order that never reached its venue ends as Denied.
void Core::give_up(orders::Order& order, const risk::Verdict& verdict, orders::EventTime now) noexcept {
  order.held = false;
  deny(order, nullptr, verdict, now);
  if (order.parent == orders::kNoOrder) return;
  if (orders::Order* const parent = orders_.find(order.parent); parent != nullptr) {
    orders_.slice_denied(*parent, now);
    risk_.recount(*parent, reference(parent->instrument));
    if (orders::is_closed(parent->status)) order_closed(*parent, now);
  }
}

/// The one way out. In a replay nothing goes out: the answer of then is the answer.
SendResult Core::send(const VenueCommand& command, orders::EventTime now) noexcept {
  if (tape_.replays()) [[unlikely]] {
    const SendResult then = tape_.next_sent();
    if (then == SendResult::Sent) order_metrics_.message_sent(command.venue);
    return then;
  }
  const SendResult result = links_.venues.send(command, now);
  tape_.sent(result);
  if (result == SendResult::Sent) order_metrics_.message_sent(command.venue);
  return result;
}

void Core::refuse(const orders::OrderRequest& request, const orders::Order* order,
                  const risk::Verdict& verdict, orders::EventTime now) noexcept {
  last_refusal_ = verdict.reason;
  hash_.add(static_cast<std::uint64_t>(verdict.reason));
  hash_.add(orders::hash_text(request.client_order_id.view()));
  order_metrics_.refused(request, order, verdict.reason);
  log_.denied(request, order, verdict, now);
  if (links_.observer != nullptr) links_.observer->denied(request, order, verdict, now);
  const bool is_lost = order == nullptr && request.action == orders::OrderRequest::Action::New;
  analysis_.outcome({.kind = is_lost ? OrderOutcome::Kind::NotCreated : OrderOutcome::Kind::Denied,
                     .denial = verdict.reason});
  if (request.strategy == orders::kNoStrategy || request.instrument == orders::kNoInstrument) return;
  Strategy& strategy = strategies_[orders::index(request.strategy)];
  if (request.action == orders::OrderRequest::Action::New) {
    strategy.on_closed(request.instrument, request.client_order_id);
  } else {
    strategy.on_cancel_refused(request.instrument, request.client_order_id);
  }
}

void Core::deny(orders::Order& order, const orders::OrderRequest* request, const risk::Verdict& verdict,
                orders::EventTime now) noexcept {
  const bool legal = orders_.deny(order, verdict.reason, now);
  assert(legal);
  static_cast<void>(legal);
  if (order.parent == orders::kNoOrder) risk_.recount(order, reference(order.instrument));
  last_refusal_ = verdict.reason;
  order_metrics_.denied(order, now);
  hash_.add(order);
  orders::OrderRequest from_order;
  if (request == nullptr) {
    from_order.client_order_id = order.client_order_id;
    from_order.account = order.account;
    from_order.strategy = order.strategy;
    from_order.instrument = order.instrument;
    from_order.venue = order.venue;
    request = &from_order;
  }
  log_.denied(*request, &order, verdict, now);
  if (links_.observer != nullptr) links_.observer->denied(*request, &order, verdict, now);
  analysis_.outcome({.kind = OrderOutcome::Kind::Denied, .denial = verdict.reason});
  order_closed(order, now);
}

bool Core::cancel_order(const orders::OrderRequest& request, orders::EventTime now) noexcept {
  orders::Order* const order = orders_.find(request.client_order_id);
  if (order == nullptr) {
    refuse(request, nullptr, refused(DenyReason::UnknownOrder), now);
    return true;
  }
  if (orders::is_closed(order->status)) {
    refuse(request, order, refused(DenyReason::OrderClosed), now);
    return true;
  }
  if (order->pending == orders::PendingRequest::Cancel) {
    refuse(request, order, refused(DenyReason::RequestPending), now);
    return true;
  }
  const risk::Verdict verdict = risk_.check_cancel(*order, false, now);
  if (!verdict.allowed()) {
    refuse(request, order, verdict, now);
    return true;
  }
  if (!request_cancel(*order, now)) refuse(request, order, refused(DenyReason::VenueUnavailable), now);
  return true;
}

/// Cancels an open order wherever it is: waiting to be sent, at a venue, or split over several. False if
/// nothing could be asked for.
bool Core::request_cancel(orders::Order& order, orders::EventTime now) noexcept {
  if (order.held) {
    retries_.remove(order.id);
    give_up(order, refused(DenyReason::VenueUnavailable), now);
    return true;
  }
  if (!orders_.request_cancel(order, now)) return false;
  if (order.is_parent) {
    orders_.for_each_open_slice(order, [&](orders::Order& slice) {
      if (slice.pending != orders::PendingRequest::Cancel) static_cast<void>(request_cancel(slice, now));
      return true;
    });
    return true;
  }
  send_cancel(order, 0, now);
  return true;
}

void Core::send_cancel(orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept {
  const SendResult result = send(command_for(order, VenueCommand::Kind::Cancel), now);
  if (result == SendResult::Sent) {
    hash_.add(order);
    log_.cancel_sent(order, now);
    return;
  }
  transport_failed(order, result == SendResult::QueueFull ? VenueError::QueueFull : VenueError::SendFailed);
  // A cancel is tried until it gets out or its order ends: giving up would leave risk at the venue. Delays
  // stop growing at the last configured attempt. While it waits the order stays PendingCancel, and is in
  // doubt once the time-out has passed.
  const std::uint32_t failed = std::min(attempt, std::max(config_.retry.max_attempts, 1U) - 1);
  const VenueCommand command = command_for(order, VenueCommand::Kind::Cancel);
  if (retries_.schedule(command, failed, now.monotonic) != RetryResult::Scheduled) {
    orders_.withdraw_request(order);
    return;
  }
  log_.retry(order, failed + 1, now);
}

bool Core::replace_order(const orders::OrderRequest& request, orders::EventTime now) noexcept {
  orders::Order* const order = orders_.find(request.client_order_id);
  DenyReason reason = DenyReason::None;
  if (order == nullptr) {
    reason = DenyReason::UnknownOrder;
  } else if (orders::is_closed(order->status)) {
    reason = DenyReason::OrderClosed;
  } else if (order->pending != orders::PendingRequest::None || order->held) {
    reason = DenyReason::RequestPending;
  } else if (order->is_parent) {
    reason = DenyReason::ReplaceNotSupported;
  }
  if (reason != DenyReason::None) {
    refuse(request, order, refused(reason), now);
    return true;
  }
  orders::OrderTerms terms = request.terms;
  if (terms.quantity == orders::Quantity{0}) terms.quantity = order->terms.quantity;  // not given: stays
  if (!terms.limit_price) terms.limit_price = order->terms.limit_price;
  if (!terms.stop_price) terms.stop_price = order->terms.stop_price;

  const orders::Quote& market = reference(order->instrument);
  risk::Verdict verdict = risk_.check_replace(*order, terms, market, now);
  if (verdict.allowed()) verdict = risk_.check_venue(order->venue, now);
  if (!verdict.allowed()) {
    refuse(request, order, verdict, now);
    return true;
  }
  if (!orders_.request_replace(*order, terms, now)) {
    refuse(request, order, refused(DenyReason::RequestPending), now);
    return true;
  }
  const SendResult result = send(command_for(*order, VenueCommand::Kind::Replace), now);
  if (result != SendResult::Sent) {
    orders_.withdraw_request(*order);
    transport_failed(*order,
                     result == SendResult::QueueFull ? VenueError::QueueFull : VenueError::SendFailed);
    refuse(
        request, order,
        refused(result == SendResult::QueueFull ? DenyReason::VenueQueueFull : DenyReason::VenueUnavailable),
        now);
    return true;
  }
  risk_.recount(*order, market);
  hash_.add(*order);
  return true;
}

bool Core::cancel_all(const orders::OrderRequest& request, orders::EventTime now) noexcept {
  Sweep sweep;
  sweep.what = Sweep::What::Matching;
  sweep.account = request.account;
  sweep.strategy = request.strategy;
  start_sweep(sweep);
  run_sweeps(now);
  return true;
}

void Core::run_retries(orders::EventTime now) noexcept {
  while (const auto retry = retries_.due(now.monotonic)) {
    orders::Order* const order = orders_.find(retry->command.order);
    if (order == nullptr || orders::is_closed(order->status)) continue;
    if (retry->command.kind == VenueCommand::Kind::Cancel) {
      if (order->pending == orders::PendingRequest::Cancel) send_cancel(*order, retry->attempt, now);
      continue;
    }
    if (const DenyReason reason = reason_to_hold_back(*order); reason != DenyReason::None) {
      give_up(*order, refused(reason), now);
    } else {
      send_new(*order, retry->attempt, now);
    }
  }
}

/// What held when a waiting order was checked may not hold any more.
DenyReason Core::reason_to_hold_back(const orders::Order& order) const noexcept {
  if (!order.is_liquidation) {
    switch (risk_.trading_state()) {
      case risk::TradingState::Halted:
        return DenyReason::TradingHalted;
      case risk::TradingState::Reducing:
        return DenyReason::TradingReducing;
      case risk::TradingState::Active:
        break;
    }
  }
  if (risk_.kill_matches(order)) return DenyReason::KillSwitch;
  if (!risk_.strategy_enabled(order.strategy)) return DenyReason::StrategyDisabled;
  return DenyReason::None;
}

void Core::start_sweep(const Sweep& sweep) noexcept {
  for (Sweep& slot : sweeps_) {
    if (slot.what != Sweep::What::None) continue;
    slot = sweep;
    return;
  }
  // More walks at once than there are slots: one walk over everything serves them all.
  for (Sweep& slot : sweeps_) slot = Sweep{};
  sweeps_[0].what = Sweep::What::Matching;
}

void Core::run_sweeps(orders::EventTime now) noexcept {
  for (Sweep& sweep : sweeps_) {
    if (sweep.what == Sweep::What::None) continue;
    int looked_at = 0;
    bool more = false;
    orders_.for_each_open(sweep.cursor, [&](orders::Order& order) {
      if (++looked_at > kSweepBatch) {
        more = true;
        return false;
      }
      sweep.cursor = order.id;
      if (sweep.what == Sweep::What::Unnamed) {
        if (is_unnamed(order, sweep.venue)) ask_status(order, now);
        return true;
      }
      const bool wanted =
          sweep.what == Sweep::What::Killed
              ? order.kill_pending
              : (sweep.account == orders::kNoAccount || sweep.account == order.account) &&
                    (sweep.strategy == orders::kNoStrategy || sweep.strategy == order.strategy);
      const bool reachable = order.parent == orders::kNoOrder || sweep.what == Sweep::What::Killed;
      if (wanted && reachable && order.pending != orders::PendingRequest::Cancel) {
        static_cast<void>(request_cancel(order, now));
      }
      return true;
    });
    if (!more) sweep = Sweep{};
  }
}

void Core::order_closed(orders::Order& order, orders::EventTime now) noexcept {
  if (order.status != orders::OrderStatus::Denied) order_metrics_.closed(order, now);
  note_end(order, now);
  if (order.kill_pending) {
    order.kill_pending = false;
    risk_.kill_cancel_acknowledged(now);
  }
  if (order.parent != orders::kNoOrder) return;
  if (order.cancel_awaited) {
    order.cancel_awaited = false;
    if (const auto took = awaited_cancels_.ended(now.monotonic)) metrics_.action_settled(*took);
  }
  if (order.is_liquidation) liquidation_ended(order, now);
  if (order.strategy == orders::kNoStrategy || order.instrument == orders::kNoInstrument) return;
  strategies_[orders::index(order.strategy)].on_closed(order.instrument, order.client_order_id);
}

}  // namespace vigil::engine
