#pragma once

#include <optional>
#include <string>
#include <vector>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/promql/ast.h"

namespace vigil::monitoring {

/// What is asked about a rule beside its expression, derived from that once.
struct RuleConditions {
  /// The comparison with vigil_exit_threshold in the place of its right side.
  promql::ExpressionPtr exit;
  /// What the expression compares: no result of any of these is "no data". Empty if it compares nothing.
  std::vector<promql::ExpressionPtr> data;
  /// How many observations (of histograms) or samples each range of the expression has, as one number each;
  /// empty unless vigil_minimum_samples is given.
  std::vector<promql::ExpressionPtr> sample_counts;
};

[[nodiscard]] RuleConditions conditions_of(const RuleDefinition& rule);
/// Why the rule's options do not fit its expression; empty if they do.
[[nodiscard]] std::string options_error(const RuleDefinition& rule);

}  // namespace vigil::monitoring
