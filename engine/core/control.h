#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/ids.h"
#include "risk/limits.h"
#include "risk/trading_state.h"

namespace vigil::engine {

/// What a person, or an alert's action, asks the running engine to do. Plain data, copied through a queue.
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
    PauseVenue,
    ResumeVenue,
    ClosePositions,  ///< all of them, at the market; reduces only until a person resumes
    JournalFailed,   ///< halts: what happens from now on may not be on the disk. Of the engine itself
  };
  static constexpr Kind kLastKind = Kind::JournalFailed;
  static constexpr std::size_t kKindCount = static_cast<std::size_t>(kLastKind) + 1;
  Kind kind = Kind::Halt;
  risk::KillScope scope;                              ///< Engage-, ReleaseKillSwitch
  orders::StrategyId strategy = orders::kNoStrategy;  ///< Enable-, DisableStrategy
  orders::VenueId venue = orders::kNoVenue;           ///< Pause-, ResumeVenue
  const risk::Limits* limits = nullptr;  ///< ReloadLimits; the sender keeps it until the command was applied
  bool by_alert = false;                 ///< not by a person: a halt's reason, and measured
  orders::Duration detected{};           ///< by_alert: when its condition was seen; monotonic
};

/// "halt", "reduce", ...: the words of paths, labels and logs. Literals that live for ever.
[[nodiscard]] const char* to_string(ControlCommand::Kind kind) noexcept;

}  // namespace vigil::engine
