#include "risk/trading_state.h"

namespace vigil::risk {

std::string_view to_string(HaltReason reason) noexcept {
  switch (reason) {
    case HaltReason::None:
      return "none";
    case HaltReason::Operator:
      return "operator";
    case HaltReason::MaxDailyLoss:
      return "max_daily_loss";
    case HaltReason::Drawdown:
      return "drawdown";
    case HaltReason::KillSwitch:
      return "kill_switch";
    case HaltReason::CircuitBreaker:
      return "circuit_breaker";
    case HaltReason::Alert:
      return "alert";
    case HaltReason::Journal:
      return "journal";
  }
  return "unknown";
}

std::string_view to_string(KillScope::Level level) noexcept {
  switch (level) {
    case KillScope::Level::Firm:
      return "firm";
    case KillScope::Level::Account:
      return "account";
    case KillScope::Level::Strategy:
      return "strategy";
    case KillScope::Level::Venue:
      return "venue";
    case KillScope::Level::Instrument:
      return "instrument";
  }
  return "unknown";
}

}  // namespace vigil::risk
