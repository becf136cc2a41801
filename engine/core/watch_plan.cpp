#include "engine/core/watch_plan.h"

namespace vigil::engine {

std::unique_ptr<WatchPlan> make_watch_plan(const std::vector<monitoring::RuleGroupView>& groups,
                                           monitoring::Registry& registry,
                                           monitoring::promql::RangeEnds ranges,
                                           const AlertCommands& commands) {
  auto plan = std::make_unique<WatchPlan>();
  plan->set = monitoring::make_watches(groups, registry, ranges);
  for (std::size_t watch = 0; watch < plan->set.table->size(); ++watch) {
    plan->first_command.push_back(static_cast<std::uint32_t>(plan->commands.size()));
    const auto of_alert = commands((*plan->set.table)[watch].alert);
    plan->commands.insert(plan->commands.end(), of_alert.begin(), of_alert.end());
  }
  plan->first_command.push_back(static_cast<std::uint32_t>(plan->commands.size()));
  return plan;
}

}  // namespace vigil::engine
