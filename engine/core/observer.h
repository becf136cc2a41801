#pragma once

#include "engine/core/alert_note.h"
#include "orders/execution_report.h"
#include "orders/order.h"
#include "positions/portfolio.h"
#include "risk/risk_manager.h"

namespace vigil::engine {

/// Who keeps records of what the core does: the replay's recorder, tests. Called on the core thread within
/// the event; the live engine has none.
class CoreObserver {
 public:
  virtual ~CoreObserver() = default;
  /// A request was refused. `order` is null where none came to be (a duplicate client id, an unknown order).
  virtual void denied(const orders::OrderRequest& request, const orders::Order* order,
                      const risk::Verdict& verdict, orders::EventTime now) = 0;
  virtual void rejected(const orders::Order& order, const orders::ExecutionReport& report) = 0;
  virtual void filled(const orders::Order& order, const orders::ExecutionReport& report,
                      const positions::BookedFill& booked, orders::EventTime now) = 0;
  /// The order leaves the table; its last state.
  virtual void forgotten(const orders::Order& order) = 0;
  /// An alert's state changed.
  virtual void alert(const AlertNote& note, orders::EventTime now) = 0;
  /// A new consolidated best bid and ask.
  virtual void reference(orders::InstrumentId instrument, const orders::Quote& reference) = 0;
};

}  // namespace vigil::engine
