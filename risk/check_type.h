#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "orders/reasons.h"
#include "orders/time.h"

namespace vigil::risk {

/// The caller's monotonic clock, by which checks are timed.
using CheckClock = std::function<orders::Duration()>;

/// The groups in which the pre-trade checks are counted. The words are label values and stable.
enum class CheckType : std::uint8_t {
  Instrument,  ///< known, tradable, not restricted
  Account,     ///< known
  Strategy,    ///< known, permitted for the account, enabled
  Venue,       ///< known
  KillSwitch,
  CircuitBreaker,  ///< the trading breaker: the trading state lets the order through
  OrderTerms,      ///< prices and quantity make sense; tick and lot size
  OrderQuantity,
  Reference,  ///< there is a fresh reference and rate wherever a check needs one
  OrderNotional,
  PriceCollar,
  DuplicateOrder,
  MessageRate,  ///< of the account; of the venue
  PositionLimit,
  ExposureLimit,  ///< gross and net
  OpenOrders,
  OpenPositions,
  Margin,
  LossLimit,     ///< day loss and drawdown
  VenueBreaker,  ///< the venue's circuit breaker lets calls through
};
inline constexpr std::size_t kCheckTypeCount = static_cast<std::size_t>(CheckType::VenueBreaker) + 1;
[[nodiscard]] std::string_view to_string(CheckType type) noexcept;  // "instrument", "position_limit", ...

/// What risk_manager_risk_failures_total distinguishes; the exact reason of each denial stands in
/// execution_rejection_total. Coarser than DenyReason, because it is multiplied by the symbols.
enum class FailureType : std::uint8_t {
  InvalidOrder,  ///< unknown instrument, account, strategy or venue; price, quantity, tick, lot
  NotPermitted,  ///< restricted instrument, strategy not permitted for the account
  StrategyDisabled,
  RepeatedExecutions,
  OrderSizeExceeded,     ///< quantity or notional of one order
  PriceCollarExceeded,   ///< now or over the period
  ReferenceUnavailable,  ///< missing or stale reference, missing conversion rate
  DuplicateOrder,
  MessageRateExceeded,  ///< of the account or the venue
  PositionLimitExceeded,
  ExposureLimitExceeded,  ///< gross or net
  OpenOrdersExceeded,
  OpenPositionsExceeded,
  MarginLimitExceeded,
  DailyLossExceeded,  ///< counted when it halts, and for each order denied by it
  DrawdownExceeded,   ///< counted when it halts, and for each order denied by it
  TradingRestricted,  ///< an order met the states reducing or halted
  KillSwitch,
  VenueCircuitOpen,
  CircuitBreakerTriggered,  ///< the trading breaker tripped: trading halted without an operator's command
};
inline constexpr std::size_t kFailureTypeCount =
    static_cast<std::size_t>(FailureType::CircuitBreakerTriggered) + 1;
[[nodiscard]] std::string_view to_string(FailureType type) noexcept;  // "position_limit_exceeded", ...
/// Every reason that this module gives; any other counts as InvalidOrder.
[[nodiscard]] FailureType failure_type(orders::DenyReason reason) noexcept;

}  // namespace vigil::risk
