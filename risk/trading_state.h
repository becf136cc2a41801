#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orders/ids.h"

namespace vigil::risk {

/// Active: all orders that pass. Reducing: only orders that shrink |Q|. Halted: cancels only. Latched: it
/// gets stricter by itself, looser only by a person.
enum class TradingState : std::uint8_t { Active, Reducing, Halted };
enum class HaltReason : std::uint8_t {
  None,
  Operator,
  MaxDailyLoss,
  Drawdown,
  KillSwitch,
  CircuitBreaker,
  Alert,
  Journal  ///< what happens could not be recorded
};
inline constexpr std::size_t kHaltReasonCount = static_cast<std::size_t>(HaltReason::Journal) + 1;
/// By TradingState.
inline constexpr std::array<std::string_view, 3> kTradingStateNames{"active", "reducing", "halted"};
[[nodiscard]] constexpr std::string_view to_string(TradingState state) noexcept {
  return kTradingStateNames[static_cast<std::size_t>(state)];
}
[[nodiscard]] std::string_view to_string(HaltReason reason) noexcept;  // "max_daily_loss", ...

/// What a kill switch covers. Firm: everything; else exactly one id is set.
struct KillScope {
  enum class Level : std::uint8_t { Firm, Account, Strategy, Venue, Instrument };
  Level level = Level::Firm;
  std::uint16_t id = 0;
  friend bool operator==(const KillScope&, const KillScope&) = default;
};
[[nodiscard]] std::string_view to_string(KillScope::Level level) noexcept;

}  // namespace vigil::risk
