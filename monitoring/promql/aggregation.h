#pragma once

#include <span>
#include <string>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// The aggregation of a table. `numbers` holds the parameter at every step for topk, bottomk and quantile;
/// `value_label` is the parameter of count_values. Throws EvaluationError for parameters that make no sense.
[[nodiscard]] StepTable aggregate(Query& query, const Aggregation& aggregation, StepTable table,
                                  std::span<const double> numbers, const std::string& value_label);

}  // namespace vigil::monitoring::promql
