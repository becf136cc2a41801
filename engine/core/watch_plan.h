#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/control.h"
#include "monitoring/watches/watch_set.h"

namespace vigil::engine {

/// Watches with what the core does when one of them is crossed.
struct WatchPlan {
  monitoring::WatchSet set;
  std::vector<ControlCommand> commands;
  std::vector<std::uint32_t> first_command;  ///< by watch; one more at the end

  [[nodiscard]] std::span<const ControlCommand> commands_of(std::uint32_t watch) const noexcept {
    return std::span{commands}.subspan(first_command[watch], first_command[watch + 1] - first_command[watch]);
  }
};

/// What the core does for an alert with these labels, in order.
using AlertCommands = std::function<std::vector<ControlCommand>(const monitoring::Labels& alert)>;

/// A plan for the rules and the series there are.
[[nodiscard]] std::unique_ptr<WatchPlan> make_watch_plan(const std::vector<monitoring::RuleGroupView>& groups,
                                                         monitoring::Registry& registry,
                                                         monitoring::promql::RangeEnds ranges,
                                                         const AlertCommands& commands);

}  // namespace vigil::engine
