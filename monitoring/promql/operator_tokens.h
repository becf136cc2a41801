#pragma once

#include "monitoring/promql/ast.h"
#include "monitoring/promql/token.h"

namespace vigil::monitoring::promql {

/// How strongly an operator binds; 0 for what is none between two operands.
[[nodiscard]] int precedence(TokenKind kind) noexcept;
/// The only operator that groups from the right.
inline constexpr int kPowerPrecedence = 6;

/// For what precedence() says is an operator.
[[nodiscard]] BinaryOperator binary_operator(TokenKind kind) noexcept;
/// For what is_aggregation() says is one.
[[nodiscard]] AggregationOperator aggregation_operator(TokenKind kind) noexcept;
[[nodiscard]] bool takes_parameter(AggregationOperator op) noexcept;

/// Keywords that are metrics' names where an operand stands.
[[nodiscard]] bool can_be_metric_name(TokenKind kind) noexcept;
/// Words that name a label in `by (...)` and its relatives.
[[nodiscard]] bool can_be_label_name(TokenKind kind) noexcept;

}  // namespace vigil::monitoring::promql
