#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/order.h"
#include "orders/reasons.h"
#include "orders/time.h"

namespace vigil::orders {

enum class ReportKind : std::uint8_t {
  Accepted,
  Rejected,
  Triggered,
  Fill,
  Canceled,
  CancelRejected,
  Updated,  ///< `terms` are the terms in force
  UpdateRejected,
  Expired,
  Status,  ///< the answer to a question: how the order stands (FIX ExecType I)
};
inline constexpr std::size_t kReportKindCount = static_cast<std::size_t>(ReportKind::Status) + 1;
[[nodiscard]] std::string_view to_string(ReportKind kind) noexcept;

/// What a venue says about an order. Plain data, copied through queues.
struct ExecutionReport {
  ReportKind kind = ReportKind::Accepted;
  OrderId order = kNoOrder;
  VenueId venue = kNoVenue;
  VenueOrderId venue_order_id;
  Timestamp venue_time{};  ///< the venue's own time
  RejectReason reason = RejectReason::None;
  FixedString<48> text;  ///< the venue's words, for the log
  OrderTerms terms;      ///< Updated, Status
  bool resent = false;   ///< Fill: in answer to a question; it may be known already (FIX PossResend)
  // Fill only:
  VenueTradeId trade_id;
  Price price{};
  Quantity quantity{};
  Money commission{};  ///< positive = paid, negative = rebate
  CurrencyId commission_currency = kNoCurrency;
  Liquidity liquidity = Liquidity::Unknown;
  // Status only. Reason UnknownOrder: the venue has no such order. Order kNoOrder: that was all of them;
  // cum_quantity then is the sum of all fills at the venue.
  OrderStatus status = OrderStatus::Initialized;
  Quantity cum_quantity{};
  InstrumentId instrument = kNoInstrument;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Day;
};

}  // namespace vigil::orders
