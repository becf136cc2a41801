#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "monitoring/alerting/rule_manager.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/promql/range_ends.h"
#include "monitoring/watches/watch_table.h"

namespace vigil::monitoring {

/// The watches of all rules that can be judged at every change, over the series there are.
struct WatchSet {
  std::unique_ptr<WatchTable> table;
  std::vector<RuleManager::RulePlace> places;  ///< by Watch::rule
  /// How each rule stands, in the order of the groups' rules.
  std::vector<std::vector<WatchStatus>> status;

  /// The watch an alert comes of; none for a rule that is not watched.
  [[nodiscard]] std::optional<std::size_t> find(const RuleDefinition& rule, const Labels& alert) const;

  std::vector<RuleDefinition> rules;  ///< by Watch::rule
};

/// Alerts that fire in `groups` are no crossings.
[[nodiscard]] WatchSet make_watches(const std::vector<RuleGroupView>& groups, Registry& registry,
                                    promql::RangeEnds ranges);

}  // namespace vigil::monitoring
