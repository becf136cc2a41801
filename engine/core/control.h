#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/ids.h"
#include "risk/limits.h"
#include "risk/trading_state.h"

namespace vigil::engine {

/// What a person asks the running engine to do. Plain data, copied through a queue.
struct ControlCommand {
  enum class Kind : std::uint8_t {
    Halt,
    Reduce,
    Resume,
    CancelAll,
    EngageKillSwitch,
    ReleaseKillSwitch,
    EnableStrategy,
    DisableStrategy,
    ReloadLimits,
    MarkFalsePositive,  ///< the last circuit breaker trip was none
  };
  static constexpr std::size_t kKindCount = 10;
  Kind kind = Kind::Halt;
  risk::KillScope scope;                              ///< Engage-, ReleaseKillSwitch
  orders::StrategyId strategy = orders::kNoStrategy;  ///< Enable-, DisableStrategy
  const risk::Limits* limits = nullptr;  ///< ReloadLimits; the sender keeps it until the command was applied
};

/// "halt", "reduce", ...: the words of paths, labels and logs. Literals that live for ever.
[[nodiscard]] const char* to_string(ControlCommand::Kind kind) noexcept;

}  // namespace vigil::engine
