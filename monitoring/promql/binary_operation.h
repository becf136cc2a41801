#pragma once

#include <span>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// Of an operator that is neither a comparison nor one of sets.
[[nodiscard]] double arithmetic_value(BinaryOperator op, double a, double b) noexcept;
/// Of a comparison.
[[nodiscard]] bool comparison_holds(BinaryOperator op, double a, double b) noexcept;

/// Between two scalars, at every step; a comparison gives 1 or 0. Changes and returns `left`.
[[nodiscard]] std::vector<double> scalar_operation(BinaryOperator op, std::vector<double> left,
                                                   std::span<const double> right) noexcept;

/// Between the samples of a table and a scalar at every step. A comparison without `bool` keeps the samples
/// for which it holds, as they are, wherever the scalar stands.
[[nodiscard]] StepTable table_with_scalar(const Query& query, const Binary& binary, StepTable table,
                                          std::span<const double> scalar, bool scalar_is_left);

/// Between the matching samples of two tables. Throws EvaluationError where more than one match and none may.
[[nodiscard]] StepTable table_with_table(Query& query, const Binary& binary, StepTable left, StepTable right);

}  // namespace vigil::monitoring::promql
