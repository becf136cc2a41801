#pragma once

#include <type_traits>

#include "engine/core/alert_note.h"
#include "engine/core/control.h"
#include "engine/signals/signal.h"
#include "engine/tape/wire.h"
#include "engine/venue/venue.h"
#include "orders/execution_report.h"
#include "orders/market.h"
#include "orders/order.h"
#include "risk/limits.h"

// The bodies of records: the core's events, field by field, in the order in which docs/JOURNAL.md lists them.

namespace vigil::engine {

template <typename Wire, Fields<orders::OrderRequest> Request>
void fields(Wire& wire, Request& request) {
  wire.choice(request.action, orders::OrderRequest::Action::CancelAll);
  wire(request.client_order_id);
  wire(request.account);
  wire(request.strategy);
  wire(request.instrument);
  wire(request.venue);
  wire.choice(request.side, orders::Side::Sell);
  wire.choice(request.type, orders::OrderType::StopLimit);
  wire.choice(request.time_in_force, orders::TimeInForce::FillOrKill);
  wire(request.is_liquidation);
  wire(request.terms);
  wire(request.expire_at);
  wire(request.decided);
}

template <typename Wire, Fields<orders::ExecutionReport> Report>
void fields(Wire& wire, Report& report) {
  wire.choice(report.kind, orders::ReportKind::Status);
  wire(report.order);
  wire(report.venue);
  wire(report.venue_order_id);
  wire(report.venue_time);
  wire.choice(report.reason, orders::RejectReason::Other);
  wire(report.text);
  if (report.kind == orders::ReportKind::Updated) wire(report.terms);
  if (report.kind == orders::ReportKind::Status) {
    wire(report.terms);
    wire.choice(report.status, orders::OrderStatus::Filled);
    wire(report.cum_quantity);
    wire(report.instrument);
    wire.choice(report.side, orders::Side::Sell);
    wire.choice(report.type, orders::OrderType::StopLimit);
    wire.choice(report.time_in_force, orders::TimeInForce::FillOrKill);
  }
  if (report.kind != orders::ReportKind::Fill) return;
  wire(report.resent);
  wire(report.trade_id);
  wire(report.price);
  wire(report.quantity);
  wire(report.commission);
  wire(report.commission_currency);
  wire.choice(report.liquidity, orders::Liquidity::Taker);
}

/// Whether it is a quote or a trade, the record's type says.
template <typename Wire, Fields<orders::MarketEvent> Event>
void fields(Wire& wire, Event& event) {
  wire(event.instrument);
  wire(event.venue);
  wire(event.time);
  if (event.kind == orders::MarketEventKind::Quote) {
    wire(event.quote.bid);
    wire(event.quote.ask);
    wire(event.quote.bid_size);
    wire(event.quote.ask_size);
    wire(event.quote.time);
    return;
  }
  wire(event.price);
  wire(event.size);
  wire.choice(event.aggressor, orders::Side::Sell);
}

template <typename Wire, Fields<ControlCommand> Command>
void fields(Wire& wire, Command& command) {
  wire.choice(command.kind, ControlCommand::kLastKind);
  wire.choice(command.scope.level, risk::KillScope::Level::Instrument);
  wire(command.scope.id);
  wire(command.strategy);
  wire(command.venue);
  wire(command.by_alert);
  wire(command.detected);
}

template <typename Wire, Fields<AlertNote> Note>
void fields(Wire& wire, Note& note) {
  // As with state(): a writer's only reads.
  const_cast<AlertNote&>(note).state_of(wire);
}

template <typename Wire, Fields<Signal> Said>
void fields(Wire& wire, Said& signal) {
  wire(signal.instrument);
  wire(signal.model);
  wire.choice(signal.type, SignalType::Hold);
  wire.choice(signal.confidence, Confidence::High);
  wire(signal.probability);
  wire(signal.quote_time);
}

// What follows a ControlCommand of kind ReloadLimits.
void put_limits(WireWriter& wire, const risk::Limits& limits) noexcept;
void get_limits(WireReader& wire, risk::Limits& limits);

}  // namespace vigil::engine
