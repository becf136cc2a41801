#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/market.h"
#include "orders/order_status.h"
#include "orders/reasons.h"
#include "orders/time.h"

namespace vigil::orders {

/// The moments of an order's life, in their usual order. A stage not reached has a zero time.
enum class Stage : std::uint8_t {
  Decided,       ///< the strategy, file or client decided (its own time)
  Received,      ///< the core took the request up
  RiskChecked,   ///< the pre-trade checks ended, passed or denied
  Routed,        ///< the venue was chosen
  Sent,          ///< handed to the venue's transport
  Acknowledged,  ///< the venue's first answer arrived
  FirstFill,
  LastFill,
  Closed,
};
inline constexpr std::size_t kStageCount = 9;
[[nodiscard]] std::string_view to_string(Stage stage) noexcept;  // "decided", "received", ...

/// What an order asks for; a replace changes the last three. Prices that the type does not use are empty.
struct OrderTerms {
  Quantity quantity{};  ///< total, in units of the instrument; positive
  std::optional<Price> limit_price;
  std::optional<Price> stop_price;

  template <typename Wire>
  void state(Wire& wire) {
    wire(quantity);
    wire(limit_price);
    wire(stop_price);
  }
};

/// What a client, a file or a strategy asks the core to do.
struct OrderRequest {
  enum class Action : std::uint8_t { New, Cancel, Replace, CancelAll };
  Action action = Action::New;
  /// New: the order's own id. Cancel, Replace: the id of the order meant.
  ClientOrderId client_order_id;
  AccountId account = kNoAccount;     ///< CancelAll: kNoAccount = every account
  StrategyId strategy = kNoStrategy;  ///< CancelAll: kNoStrategy = every strategy
  InstrumentId instrument = kNoInstrument;
  VenueId venue = kNoVenue;  ///< kNoVenue = the router chooses
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Day;
  bool is_liquidation = false;  ///< New: see Order
  OrderTerms terms;             ///< New and Replace
  Timestamp expire_at{};        ///< GTD only
  EventTime decided{};
};

enum class PendingRequest : std::uint8_t { None, Replace, Cancel };

/// One order at one venue, or the parent of the slices a router made of it. Written by the core thread only;
/// lives in the order manager's table. Invariant: cum_quantity + leaves_quantity() = terms.quantity.
struct Order {
  OrderId id = kNoOrder;
  OrderId parent = kNoOrder;  ///< a slice names the routed order it belongs to
  ClientOrderId client_order_id;
  VenueOrderId venue_order_id;
  InstrumentId instrument = kNoInstrument;
  AccountId account = kNoAccount;
  StrategyId strategy = kNoStrategy;
  VenueId venue = kNoVenue;  ///< kNoVenue: not routed yet, or a parent
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Day;
  OrderStatus status = OrderStatus::Initialized;
  OrderStatus status_before_pending = OrderStatus::Initialized;
  PendingRequest pending = PendingRequest::None;
  bool is_parent = false;
  bool routed = false;        ///< the router chose its venue or venues; else the request named one
  bool in_doubt = false;      ///< a request went unanswered past its time-out
  bool held = false;          ///< passed the checks and waits to be sent; counts as working in every exposure
  bool kill_pending = false;  ///< the kill switch wants this order gone; its end is the acknowledgement
  bool cancel_awaited = false;    ///< an alert's action wants this order gone; its end is measured
  bool is_liquidation = false;    ///< the engine's own, to close a position: a halt lets it pass
  std::uint16_t open_slices = 0;  ///< of a parent
  OrderTerms terms;
  OrderTerms pending_terms;  ///< while pending == Replace
  Quantity cum_quantity{};
  Quantity overfill_quantity{};  ///< what the venue filled beyond terms.quantity
  ExactMoney traded_value{};     ///< sum of price * quantity over all fills, overfills included
  Timestamp expire_at{};
  /// Benchmarks, kept with the order. Nothing = no sample later, never a 0.
  std::optional<Price> decision_mid;
  std::optional<Price> arrival_bid;
  std::optional<Price> arrival_ask;
  DenyReason deny_reason = DenyReason::None;
  RejectReason reject_reason = RejectReason::None;
  std::array<EventTime, kStageCount> stages{};
  Duration pending_since{};  ///< monotonic; when the outstanding request was sent
  // Reconciliation with the venue, by the core; times are monotonic.
  Duration last_report{};   ///< when the venue last changed the order by itself
  Duration status_asked{};  ///< when the venue was last asked how it stands
  Duration broken_since{};  ///< when it was seen not to agree
  std::uint32_t round = 0;  ///< the last round in which the venue named it
  bool broken = false;      ///< does not agree, and could not be brought in line yet

  /// What the exposure book counts for this order now; written by risk only.
  Quantity counted_quantity{};
  Money counted_value{};

  [[nodiscard]] Quantity leaves_quantity() const noexcept { return terms.quantity - cum_quantity; }
  [[nodiscard]] Quantity working_quantity() const noexcept {
    return is_working(status) || held ? leaves_quantity() : Quantity{0};
  }
  /// sum(p*q) / sum(q) over all fills, rounded half to even; nothing before the first.
  [[nodiscard]] std::optional<Price> average_price() const noexcept;
  [[nodiscard]] EventTime& stage(Stage s) noexcept { return stages[static_cast<std::size_t>(s)]; }
  [[nodiscard]] const EventTime& stage(Stage s) const noexcept { return stages[static_cast<std::size_t>(s)]; }
  [[nodiscard]] bool reached(Stage s) const noexcept {
    return stage(s).wall != Timestamp{} || stage(s).monotonic != Duration{0};
  }
  template <typename Wire>
  void state(Wire& wire);
};

template <typename Wire>
void Order::state(Wire& wire) {
  wire(id);
  wire(parent);
  wire(client_order_id);
  wire(venue_order_id);
  wire(instrument);
  wire(account);
  wire(strategy);
  wire(venue);
  wire.choice(side, Side::Sell);
  wire.choice(type, OrderType::StopLimit);
  wire.choice(time_in_force, TimeInForce::FillOrKill);
  wire.choice(status, OrderStatus::Filled);
  wire.choice(status_before_pending, OrderStatus::Filled);
  wire.choice(pending, PendingRequest::Cancel);
  for (bool* const flag :
       {&is_parent, &routed, &in_doubt, &held, &kill_pending, &cancel_awaited, &is_liquidation, &broken}) {
    wire(*flag);
  }
  wire(open_slices);
  wire(terms);
  wire(pending_terms);
  wire(cum_quantity);
  wire(overfill_quantity);
  wire(traded_value);
  wire(expire_at);
  wire(decision_mid);
  wire(arrival_bid);
  wire(arrival_ask);
  wire.choice(deny_reason, DenyReason::SessionEnded);
  wire.choice(reject_reason, RejectReason::Other);
  wire(stages);
  wire(pending_since);
  wire(last_report);
  wire(status_asked);
  wire(broken_since);
  wire(round);
  wire(counted_quantity);
  wire(counted_value);
}

}  // namespace vigil::orders
