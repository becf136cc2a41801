#include "risk/check_type.h"

namespace vigil::risk {

using orders::DenyReason;

std::string_view to_string(CheckType type) noexcept {
  switch (type) {
    case CheckType::Instrument:
      return "instrument";
    case CheckType::Account:
      return "account";
    case CheckType::Strategy:
      return "strategy";
    case CheckType::Venue:
      return "venue";
    case CheckType::KillSwitch:
      return "kill_switch";
    case CheckType::CircuitBreaker:
      return "circuit_breaker";
    case CheckType::OrderTerms:
      return "order_terms";
    case CheckType::OrderQuantity:
      return "order_quantity";
    case CheckType::Reference:
      return "reference";
    case CheckType::OrderNotional:
      return "order_notional";
    case CheckType::PriceCollar:
      return "price_collar";
    case CheckType::DuplicateOrder:
      return "duplicate_order";
    case CheckType::MessageRate:
      return "message_rate";
    case CheckType::PositionLimit:
      return "position_limit";
    case CheckType::ExposureLimit:
      return "exposure_limit";
    case CheckType::OpenOrders:
      return "open_orders";
    case CheckType::OpenPositions:
      return "open_positions";
    case CheckType::Margin:
      return "margin";
    case CheckType::LossLimit:
      return "loss_limit";
    case CheckType::VenueBreaker:
      return "venue_breaker";
  }
  return "unknown";
}

std::string_view to_string(FailureType type) noexcept {
  switch (type) {
    case FailureType::InvalidOrder:
      return "invalid_order";
    case FailureType::NotPermitted:
      return "not_permitted";
    case FailureType::StrategyDisabled:
      return "strategy_disabled";
    case FailureType::RepeatedExecutions:
      return "repeated_executions_exceeded";
    case FailureType::OrderSizeExceeded:
      return "order_size_exceeded";
    case FailureType::PriceCollarExceeded:
      return "price_collar_exceeded";
    case FailureType::ReferenceUnavailable:
      return "reference_unavailable";
    case FailureType::DuplicateOrder:
      return "duplicate_order";
    case FailureType::MessageRateExceeded:
      return "message_rate_exceeded";
    case FailureType::PositionLimitExceeded:
      return "position_limit_exceeded";
    case FailureType::ExposureLimitExceeded:
      return "exposure_limit_exceeded";
    case FailureType::OpenOrdersExceeded:
      return "open_orders_exceeded";
    case FailureType::OpenPositionsExceeded:
      return "open_positions_exceeded";
    case FailureType::MarginLimitExceeded:
      return "margin_limit_exceeded";
    case FailureType::DailyLossExceeded:
      return "daily_loss_exceeded";
    case FailureType::DrawdownExceeded:
      return "drawdown_exceeded";
    case FailureType::TradingRestricted:
      return "trading_restricted";
    case FailureType::KillSwitch:
      return "kill_switch";
    case FailureType::VenueCircuitOpen:
      return "venue_circuit_open";
    case FailureType::CircuitBreakerTriggered:
      return "circuit_breaker_triggered";
  }
  return "unknown";
}

FailureType failure_type(DenyReason reason) noexcept {
  switch (reason) {
    case DenyReason::RestrictedInstrument:
    case DenyReason::StrategyNotPermitted:
      return FailureType::NotPermitted;
    case DenyReason::StrategyDisabled:
      return FailureType::StrategyDisabled;
    case DenyReason::RepeatedExecutions:
      return FailureType::RepeatedExecutions;
    case DenyReason::MaxOrderQuantity:
    case DenyReason::MaxOrderNotional:
      return FailureType::OrderSizeExceeded;
    case DenyReason::PriceCollar:
    case DenyReason::PriceCollarPeriod:
      return FailureType::PriceCollarExceeded;
    case DenyReason::MissingReference:
    case DenyReason::StaleReference:
    case DenyReason::MissingConversionRate:
      return FailureType::ReferenceUnavailable;
    case DenyReason::DuplicateOrder:
      return FailureType::DuplicateOrder;
    case DenyReason::AccountMessageRate:
    case DenyReason::VenueMessageRate:
      return FailureType::MessageRateExceeded;
    case DenyReason::PositionLimit:
      return FailureType::PositionLimitExceeded;
    case DenyReason::GrossExposureLimit:
    case DenyReason::NetExposureLimit:
      return FailureType::ExposureLimitExceeded;
    case DenyReason::OpenOrdersLimit:
      return FailureType::OpenOrdersExceeded;
    case DenyReason::OpenPositionsLimit:
      return FailureType::OpenPositionsExceeded;
    case DenyReason::MarginLimit:
      return FailureType::MarginLimitExceeded;
    case DenyReason::DayLossLimit:
      return FailureType::DailyLossExceeded;
    case DenyReason::DrawdownLimit:
      return FailureType::DrawdownExceeded;
    case DenyReason::VenuePaused:
    case DenyReason::SessionEnded:
    case DenyReason::TradingReducing:
    case DenyReason::TradingHalted:
      return FailureType::TradingRestricted;
    case DenyReason::KillSwitch:
      return FailureType::KillSwitch;
    case DenyReason::VenueCircuitOpen:
      return FailureType::VenueCircuitOpen;
    default:
      return FailureType::InvalidOrder;
  }
}

}  // namespace vigil::risk
