#include "orders/reasons.h"

#include <array>

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, kDenyReasonCount> kDenyWords{
    "none",
    "unknown_instrument",
    "restricted_instrument",
    "unknown_account",
    "unknown_strategy",
    "unknown_venue",
    "strategy_not_permitted",
    "strategy_disabled",
    "invalid_price",
    "tick_size",
    "lot_size",
    "invalid_quantity",
    "max_order_quantity",
    "max_order_notional",
    "price_collar",
    "price_collar_period",
    "missing_reference",
    "stale_reference",
    "duplicate_order",
    "duplicate_client_order_id",
    "account_message_rate",
    "venue_message_rate",
    "repeated_executions",
    "position_limit",
    "gross_exposure_limit",
    "net_exposure_limit",
    "open_orders_limit",
    "open_positions_limit",
    "margin_limit",
    "day_loss_limit",
    "drawdown_limit",
    "trading_reducing",
    "trading_halted",
    "kill_switch",
    "venue_circuit_open",
    "venue_unavailable",
    "order_table_full",
    "unknown_order",
    "order_closed",
    "request_pending",
    "replace_not_supported",
    "venue_queue_full",
    "missing_conversion_rate",
    "venue_paused",
    "session_ended",
};
static_assert(kDenyWords.back() == "session_ended", "a reason without a word");

constexpr std::array<std::string_view, kRejectReasonCount> kRejectWords{
    "none",          "unknown_instrument", "unknown_order",
    "invalid_price", "invalid_quantity",   "insufficient_funds",
    "market_closed", "rate_limited",       "too_late",
    "other"};
static_assert(kRejectWords.back() == "other", "a reason without a word");

constexpr std::array<std::string_view, 8> kUnitWords{"none",  "money",        "quantity", "price",
                                                     "count", "basis_points", "ratio",    "seconds"};

}  // namespace

std::string_view to_string(DenyReason reason) noexcept {
  return kDenyWords[static_cast<std::size_t>(reason)];
}
std::string_view to_string(RejectReason reason) noexcept {
  return kRejectWords[static_cast<std::size_t>(reason)];
}
std::string_view to_string(Unit unit) noexcept {
  return kUnitWords[static_cast<std::size_t>(unit)];
}

}  // namespace vigil::orders
