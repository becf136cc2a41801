// The order side of SimulatedVenue: what it does with a command and with what the market does to its orders.

#include <algorithm>
#include <cassert>
#include <charconv>

#include "engine/venue/simulated_venue.h"

namespace vigil::engine {

using orders::ExecutionReport;
using orders::Liquidity;
using orders::OrderTerms;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::RejectReason;
using orders::ReportKind;
using orders::Side;
using orders::TimeInForce;
using orders::Timestamp;

namespace {

/// "<prefix>-<letter><number>".
template <typename Id>
Id make_id(std::string_view prefix, char letter, std::uint64_t number) noexcept {
  std::array<char, Id::kCapacity> text{};
  char* end = std::copy(prefix.begin(), prefix.end(), text.data());
  *end++ = '-';
  *end++ = letter;
  const auto [last, error] = std::to_chars(end, text.data() + text.size(), number);
  assert(error == std::errc{});
  return Id::truncated({text.data(), static_cast<std::size_t>(last - text.data())});
}

Timestamp next_time_of_day(Timestamp after, orders::Duration time_of_day) noexcept {
  const Timestamp today = std::chrono::floor<std::chrono::days>(after) + time_of_day;
  return today > after ? today : today + std::chrono::days{1};
}

/// Waits for the session's end: DAY orders, and stops whose IOC or FOK counts only once they are triggered.
bool ends_with_session(const VenueOrder& order) noexcept {
  return order.time_in_force != TimeInForce::GoodTillCancel &&
         order.time_in_force != TimeInForce::GoodTillDate;
}

}  // namespace

void SimulatedVenue::process(const VenueCommand& command) {
  assert(command.venue == id_);
  ++statistics_.commands;
  if (over_message_rate()) {
    refuse(command, {RejectReason::RateLimited, "too many messages"});
    return;
  }
  switch (command.kind) {
    case VenueCommand::Kind::New:
      process_new(command);
      return;
    case VenueCommand::Kind::Cancel:
      process_cancel(command);
      return;
    case VenueCommand::Kind::Replace:
      process_replace(command);
      return;
    case VenueCommand::Kind::Status:
      process_status(command);
      return;
    case VenueCommand::Kind::MassStatus:
      for (const VenueOrder* const order : orders_.open_orders()) send(status_of(*order));
      send(status_end());
      return;
    case VenueCommand::Kind::Fills:
      send_fills_since(command.since);
      return;
    case VenueCommand::Kind::Adopt:
      if (VenueOrder* const order = orders_.find(command.known_as);
          order != nullptr && orders_.find(command.order) == nullptr) {
        orders_.rename(*order, command.order);
      }
      return;
  }
}

/// What was reported of the order once more, and how it stands now.
void SimulatedVenue::process_status(const VenueCommand& command) {
  const VenueOrder* const order = orders_.find(command.order);
  if (order == nullptr) {
    refuse(command, {RejectReason::UnknownOrder, "unknown order"});
    return;
  }
  for (const VenueFill& each : order->fills) {
    ExecutionReport report = fill_report(*order, each);
    report.resent = true;
    send(report, each.time);
  }
  send(status_of(*order));
}

ExecutionReport SimulatedVenue::status_of(const VenueOrder& order) const {
  ExecutionReport report = report_on(order, ReportKind::Status);
  report.terms = order.terms;
  report.cum_quantity = order.executed();
  report.instrument = order.instrument;
  report.side = order.side;
  report.type = order.type;
  report.time_in_force = order.time_in_force;
  if (!order.open) {
    report.status = order.ended_as;
  } else if (order.cum_quantity > Quantity{0}) {
    report.status = orders::OrderStatus::PartiallyFilled;
  } else {
    report.status = order.triggered ? orders::OrderStatus::Triggered : orders::OrderStatus::Accepted;
  }
  return report;
}

ExecutionReport SimulatedVenue::status_end() const {
  ExecutionReport report;
  report.kind = ReportKind::Status;
  report.cum_quantity = executed_;
  return report;
}

void SimulatedVenue::send_fills_since(Timestamp since) {
  for (std::size_t i = 0; i < fill_log_.size(); ++i) {
    const auto& [id, each] = fill_log_[i];
    if (each.time < since) continue;
    const VenueOrder* const order = orders_.find(id);
    if (order == nullptr) continue;  // forgotten
    ExecutionReport report = fill_report(*order, each);
    report.resent = true;
    send(report, each.time);
  }
}

void SimulatedVenue::process_new(const VenueCommand& command) {
  const Refusal refusal = check_new(command);
  if (refusal.reason != RejectReason::None) {
    refuse(command, refusal);
    return;
  }
  VenueOrder* const added = orders_.add(command.order);
  if (added == nullptr) {
    refuse(command, {RejectReason::Other, "order table full"});
    return;
  }
  VenueOrder& order = *added;
  order.number = ++last_order_;
  order.priority = ++last_priority_;
  order.venue_order_id = make_id<orders::VenueOrderId>(id_prefix_, 'O', order.number);
  order.instrument = command.instrument;
  order.side = command.side;
  order.type = command.type;
  order.time_in_force = command.time_in_force;
  order.terms = command.terms;
  order.expire_at = command.expire_at;
  note_lifetime(order);
  ++statistics_.accepted;
  send(report_on(order, ReportKind::Accepted));
  place(order);
}

SimulatedVenue::Refusal SimulatedVenue::check_new(const VenueCommand& command) {
  if (orders_.find(command.order) != nullptr) return {RejectReason::Other, "order id repeated"};
  if (orders::index(command.instrument) >= instruments_.size()) {
    return {RejectReason::UnknownInstrument, "unknown instrument"};
  }
  const auto& instrument = instruments_[orders::index(command.instrument)];
  const SimulatedBook& book = books_[orders::index(command.instrument)];
  if (!instrument.tradable) return {RejectReason::MarketClosed, "not tradable"};
  if (!book.seen()) return {RejectReason::MarketClosed, "no market here yet"};
  if (command.type == OrderType::Market && !book.quoted())
    return {RejectReason::MarketClosed, "no quote here yet"};
  const Refusal by_terms = check_terms(instrument, command.type, command.terms);
  if (by_terms.reason != RejectReason::None) return by_terms;
  if (command.time_in_force == TimeInForce::GoodTillDate && command.expire_at <= clock_) {
    return {RejectReason::Other, "expires in the past"};
  }
  if (fault_random_.chance(faults_.reject_order)) return {RejectReason::Other, "venue reject"};
  return {};
}

SimulatedVenue::Refusal SimulatedVenue::check_terms(const orders::Instrument& instrument, OrderType type,
                                                    const OrderTerms& terms) const {
  if (terms.quantity <= Quantity{0}) return {RejectReason::InvalidQuantity, "quantity is not positive"};
  if (terms.quantity.raw() % instrument.lot_size.raw() != 0) {
    return {RejectReason::InvalidQuantity, "quantity is not whole lots"};
  }
  if (terms.limit_price.has_value() != has_limit(type)) {
    return {RejectReason::InvalidPrice, has_limit(type) ? "no limit price" : "limit price not wanted"};
  }
  if (terms.stop_price.has_value() != has_stop(type)) {
    return {RejectReason::InvalidPrice, has_stop(type) ? "no stop price" : "stop price not wanted"};
  }
  for (const auto& price : {terms.limit_price, terms.stop_price}) {
    if (!price) continue;
    if (price->raw() % instrument.tick_size.raw() != 0)
      return {RejectReason::InvalidPrice, "price is not on the tick"};
    if (instrument.inverse && price->raw() <= 0) return {RejectReason::InvalidPrice, "price is not positive"};
  }
  return {};
}

void SimulatedVenue::refuse(const VenueCommand& command, const Refusal& refusal) {
  ExecutionReport report;
  switch (command.kind) {
    case VenueCommand::Kind::New:
      report.kind = ReportKind::Rejected;
      ++statistics_.rejected;
      break;
    case VenueCommand::Kind::Cancel:
      report.kind = ReportKind::CancelRejected;
      break;
    case VenueCommand::Kind::Replace:
      report.kind = ReportKind::UpdateRejected;
      break;
    case VenueCommand::Kind::Status:
    case VenueCommand::Kind::MassStatus:
      report.kind = ReportKind::Status;
      break;
    case VenueCommand::Kind::Fills:
    case VenueCommand::Kind::Adopt:
      return;
  }
  report.order = command.order;
  report.reason = refusal.reason;
  report.text = orders::FixedString<48>::truncated(refusal.text);
  if (command.kind != VenueCommand::Kind::New) {
    if (const VenueOrder* const order = orders_.find(command.order))
      report.venue_order_id = order->venue_order_id;
  }
  send(report);
}

void SimulatedVenue::process_cancel(const VenueCommand& command) {
  VenueOrder* const order = orders_.find(command.order);
  if (order == nullptr) {
    refuse(command, {RejectReason::UnknownOrder, "unknown order"});
    return;
  }
  if (!order->open) {
    refuse(command, {RejectReason::TooLate, "order is done"});
    return;
  }
  const bool tradable = order->place == VenueOrder::Place::Resting;
  const Quantity leaves = order->leaves_quantity();
  cancel(*order, "");
  if (tradable && fault_random_.chance(faults_.late_fill_after_cancel)) late_fill(*order, leaves);
}

void SimulatedVenue::process_replace(const VenueCommand& command) {
  VenueOrder* const found = orders_.find(command.order);
  if (found == nullptr) {
    refuse(command, {RejectReason::UnknownOrder, "unknown order"});
    return;
  }
  if (!found->open) {
    refuse(command, {RejectReason::TooLate, "order is done"});
    return;
  }
  VenueOrder& order = *found;
  const Refusal refusal =
      check_terms(instruments_[orders::index(order.instrument)], order.type, command.terms);
  if (refusal.reason != RejectReason::None) {
    refuse(command, refusal);
    return;
  }
  if (command.terms.quantity <= order.cum_quantity) {
    refuse(command, {RejectReason::InvalidQuantity, "quantity is not above what is filled"});
    return;
  }

  const bool same_prices = order.terms.limit_price == command.terms.limit_price &&
                           order.terms.stop_price == command.terms.stop_price;
  const bool keeps_priority = same_prices && command.terms.quantity <= order.terms.quantity;
  if (!keeps_priority) book_of(order).remove(order);
  order.terms = command.terms;
  ExecutionReport report = report_on(order, ReportKind::Updated);
  report.terms = order.terms;
  send(report);
  if (keeps_priority) return;
  order.priority = ++last_priority_;
  place(order);
}

/// A new order, or one that gave up its place.
void SimulatedVenue::place(VenueOrder& order) {
  if (!has_stop(order.type) || order.triggered) {
    execute(order);
    return;
  }
  if (book_of(order).stop_reached(order)) {
    trigger(order);
    return;
  }
  book_of(order).hold_stop(order);
}

void SimulatedVenue::trigger(VenueOrder& order) {
  order.triggered = true;
  send(report_on(order, ReportKind::Triggered));
  execute(order);
}

/// Takes what is there and deals with the rest.
void SimulatedVenue::execute(VenueOrder& order) {
  SimulatedBook& book = book_of(order);
  const Quantity quantity = book.takeable(order);
  if (order.time_in_force == TimeInForce::FillOrKill && quantity < order.leaves_quantity()) {
    cancel(order, "fill or kill");
    return;
  }
  if (quantity > Quantity{0}) {
    DisplayedLevel& touch = book.far_touch(order.side);
    touch.take(quantity);
    fill(order, touch.price(), quantity, Liquidity::Taker);
    if (!order.open) return;
  }
  if (!has_limit(order.type)) {
    cancel(order, "no more size at the touch");
    return;
  }
  if (order.time_in_force == TimeInForce::ImmediateOrCancel) {
    cancel(order, "immediate or cancel");
    return;
  }
  book.rest(order);
}

void SimulatedVenue::fill(VenueOrder& order, Price price, Quantity quantity, Liquidity liquidity) {
  assert(quantity > Quantity{0} && quantity <= order.leaves_quantity());
  order.cum_quantity = order.cum_quantity + quantity;
  const Fee fee = fees_[orders::index(order.instrument)].of(price, quantity, liquidity);
  order.fills.push_back({.number = ++last_trade_,
                         .price = price,
                         .quantity = quantity,
                         .commission = fee.amount,
                         .commission_currency = fee.currency,
                         .liquidity = liquidity,
                         .time = clock_});
  ++statistics_.fills;
  executed_ = executed_ + quantity;
  fill_log_.push_back({order.id, order.fills.back()});
  if (fill_log_.size() > bounds_.remembered_fills) fill_log_.pop_front();
  send(fill_report(order, order.fills.back()));
  if (order.open && order.leaves_quantity() == Quantity{0}) close(order, orders::OrderStatus::Filled);
}

ExecutionReport SimulatedVenue::fill_report(const VenueOrder& order, const VenueFill& fill) const {
  ExecutionReport report = report_on(order, ReportKind::Fill);
  report.trade_id = make_id<orders::VenueTradeId>(id_prefix_, 'T', fill.number);
  report.price = fill.price;
  report.quantity = fill.quantity;
  report.commission = fill.commission;
  report.commission_currency = fill.commission_currency;
  report.liquidity = fill.liquidity;
  return report;
}

void SimulatedVenue::book_market_fills() {
  for (const BookFill& market_fill : market_fills_) {
    VenueOrder& order = *market_fill.order;
    fill(order, *order.terms.limit_price, market_fill.quantity, Liquidity::Maker);
  }
}

void SimulatedVenue::cancel(VenueOrder& order, std::string_view text) {
  ExecutionReport report = report_on(order, ReportKind::Canceled);
  report.text = orders::FixedString<48>::truncated(text);
  close(order, orders::OrderStatus::Canceled);
  send(report);
}

/// The fault: whole lots up to what the cancel left, at the far touch where that is within the limit, else at
/// the limit, as if somebody had hit the order just before it went.
void SimulatedVenue::late_fill(VenueOrder& order, Quantity leaves) {
  const std::int64_t lot = instruments_[orders::index(order.instrument)].lot_size.raw();
  const Quantity quantity = Quantity::from_raw(fault_random_.from_one_to(leaves.raw() / lot) * lot);
  const DisplayedLevel& touch = book_of(order).far_touch(order.side);
  const Price limit = *order.terms.limit_price;
  const bool crossed = touch.quoted() && orders::within(order.side, touch.price(), limit);
  ++statistics_.late_fills;
  fill(order, crossed ? touch.price() : limit, quantity, Liquidity::Maker);
}

/// Takes the order out of everything that would act on it.
void SimulatedVenue::close(VenueOrder& order, orders::OrderStatus as) {
  order.ended_as = as;
  book_of(order).remove(order);
  if (order.time_in_force == TimeInForce::GoodTillDate) expiries_.erase({order.expire_at, order.number});
  if (ends_with_session(order) && --day_orders_ == 0) day_end_ = Timestamp::max();
  orders_.close(order);
}

void SimulatedVenue::note_lifetime(const VenueOrder& order) {
  if (order.time_in_force == TimeInForce::GoodTillDate) {
    expiries_.emplace(std::pair{order.expire_at, order.number}, orders_.find(order.id));
  }
  if (!ends_with_session(order)) return;
  if (day_orders_++ == 0) day_end_ = next_time_of_day(clock_, session_end_);
}

void SimulatedVenue::expire_due() {
  while (!expiries_.empty() && expiries_.begin()->first.first <= clock_) expire(*expiries_.begin()->second);
  if (day_end_ > clock_) return;
  for (VenueOrder* const order : orders_.open_orders()) {
    if (ends_with_session(*order)) expire(*order);
  }
}

void SimulatedVenue::expire(VenueOrder& order) {
  close(order, orders::OrderStatus::Expired);
  send(report_on(order, ReportKind::Expired));
}

ExecutionReport SimulatedVenue::report_on(const VenueOrder& order, ReportKind kind) const {
  ExecutionReport report;
  report.kind = kind;
  report.order = order.id;
  report.venue_order_id = order.venue_order_id;
  return report;
}

void SimulatedVenue::send(const ExecutionReport& report) {
  send(report, clock_);
}

void SimulatedVenue::send(const ExecutionReport& report, Timestamp venue_time) {
  VenueEvent event{.kind = VenueEvent::Kind::Report, .venue = id_, .report = report};
  event.report.venue = id_;
  event.report.venue_time = venue_time;
  reports_.send(event, clock_);
}

}  // namespace vigil::engine
