#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orders/decimal.h"

namespace vigil::orders {

/// Why this engine refused an order, a replace or a cancel. Codes and words are stable: clients, alert rules
/// and files rely on them. New ones go at the end.
enum class DenyReason : std::uint8_t {
  None,
  UnknownInstrument,
  RestrictedInstrument,
  UnknownAccount,
  UnknownStrategy,
  UnknownVenue,
  StrategyNotPermitted,  ///< the strategy may not trade for the account
  StrategyDisabled,      ///< by a person or by the repeated-execution check
  InvalidPrice,          ///< missing, not wanted, or not positive where it must be
  TickSize,
  LotSize,
  InvalidQuantity,
  MaxOrderQuantity,
  MaxOrderNotional,
  PriceCollar,        ///< too far from the reference now
  PriceCollarPeriod,  ///< too far from the reference's range over the period
  MissingReference,
  StaleReference,
  DuplicateOrder,  ///< same terms again within the window
  DuplicateClientOrderId,
  AccountMessageRate,
  VenueMessageRate,
  RepeatedExecutions,
  PositionLimit,
  GrossExposureLimit,
  NetExposureLimit,
  OpenOrdersLimit,
  OpenPositionsLimit,
  MarginLimit,
  DayLossLimit,
  DrawdownLimit,
  TradingReducing,  ///< trading state Reducing and the order would not shrink the position
  TradingHalted,
  KillSwitch,
  VenueCircuitOpen,
  VenueUnavailable,  ///< disconnected after all retries, or no healthy venue for the router
  OrderTableFull,
  UnknownOrder,         ///< a cancel or replace names no order we know
  OrderClosed,          ///< a cancel or replace came after the end
  RequestPending,       ///< a cancel or replace is still unanswered
  ReplaceNotSupported,  ///< the order was split over venues
  VenueQueueFull,
  MissingConversionRate,  ///< the instrument's currency cannot be valued in the account's
  VenuePaused,            ///< a person or an alert keeps new orders off the venue
  SessionEnded,           ///< a DAY order that could not be sent before its session's end
};
inline constexpr std::size_t kDenyReasonCount = static_cast<std::size_t>(DenyReason::SessionEnded) + 1;

/// Why a venue refused, in our words; a venue's own text goes to the log.
enum class RejectReason : std::uint8_t {
  None,
  UnknownInstrument,
  UnknownOrder,
  InvalidPrice,
  InvalidQuantity,
  InsufficientFunds,
  MarketClosed,
  RateLimited,
  TooLate,  ///< a cancel or replace of an order that is done
  Other,
};
inline constexpr std::size_t kRejectReasonCount = static_cast<std::size_t>(RejectReason::Other) + 1;

/// "unknown_instrument", ...: the words of labels, files and JSON.
[[nodiscard]] std::string_view to_string(DenyReason reason) noexcept;
[[nodiscard]] std::string_view to_string(RejectReason reason) noexcept;

/// A number with its unit, as a denial reports what it saw and what it allowed.
enum class Unit : std::uint8_t { None, Money, Quantity, Price, Count, BasisPoints, Ratio, Seconds };
[[nodiscard]] std::string_view to_string(Unit unit) noexcept;
struct Measure {
  Unit unit = Unit::None;
  Int128 raw = 0;  ///< in units of 1e-8, whatever the unit
};
[[nodiscard]] constexpr Measure measure(Money m) noexcept {
  return {Unit::Money, m.raw()};
}
[[nodiscard]] constexpr Measure measure(Quantity q) noexcept {
  return {Unit::Quantity, q.raw()};
}
[[nodiscard]] constexpr Measure measure(Price p) noexcept {
  return {Unit::Price, p.raw()};
}
[[nodiscard]] constexpr Measure measure_count(std::int64_t n) noexcept {
  return {Unit::Count, static_cast<Int128>(n) * kScale};
}

}  // namespace vigil::orders
