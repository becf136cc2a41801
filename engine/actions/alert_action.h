#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/control.h"
#include "monitoring/store/labels.h"

namespace vigil::engine {

/// What the label `action` of a rule may ask the engine for.
enum class AlertActionKind : std::uint8_t {
  HaltTrading,           ///< halt_trading: cancels only; what works is cancelled if risk.cancel_on_halt
  StopAllTrading,        ///< stop_all_trading: the same, and cancels what works in any case
  ReduceOnly,            ///< reduce_only: only orders that shrink a position
  CancelAll,             ///< cancel_all
  ClosePositions,        ///< close_positions: cancels what works, then trades every position back to flat
  PauseOrderSubmission,  ///< pause_order_submission[:VENUE]: no new orders for the venue, or for any
  UseBackupVenue,        ///< use_backup_venue[:VENUE]: the router leaves the venue to the others
  DisableStrategy,       ///< disable_strategy[:STRATEGY]
  RestartComponent,      ///< restart_component[:COMPONENT]
  Page,                  ///< page: the receivers' business
};
inline constexpr std::size_t kAlertActionCount = 10;
[[nodiscard]] std::string_view to_string(AlertActionKind kind) noexcept;
/// By the word that a rule has for it.
[[nodiscard]] std::optional<AlertActionKind> parse_action_kind(std::string_view word) noexcept;

struct AlertAction {
  AlertActionKind kind = AlertActionKind::Page;
  std::string argument;  ///< behind the colon
  friend bool operator==(const AlertAction&, const AlertAction&) = default;
};

/// The actions of a label "halt_trading,page,check_network". Words that are none of ours are for people and
/// left out.
[[nodiscard]] std::vector<AlertAction> parse_actions(std::string_view label);

/// An action with its target found.
struct ResolvedAction {
  AlertActionKind kind = AlertActionKind::Page;
  std::string target;                    ///< venue, strategy, component; "all" where it has none
  std::vector<ControlCommand> commands;  ///< for the core, in their order
  bool restarts_market_data = false;
  std::string fault;  ///< why it cannot be done: a target that is missing or none of ours
};
/// `alert`: its labels; one of them is the target where the action names none.
[[nodiscard]] ResolvedAction resolve_action(const AlertAction& action, const monitoring::Labels& alert,
                                            const EngineConfig& config);

/// What the core has to do for an alert with these labels, in order: the commands of all its actions. Actions
/// that are faulty, or none of the core's, have none.
[[nodiscard]] std::vector<ControlCommand> commands_of(const monitoring::Labels& alert,
                                                      const EngineConfig& config);

/// States that an action leaves behind until a person ends them. Nothing for one that is over once it is
/// done.
enum class LatchKind : std::uint8_t { TradingState, Venue, Strategy };
[[nodiscard]] std::optional<LatchKind> latch_of(AlertActionKind kind) noexcept;

}  // namespace vigil::engine
