#include "monitoring/promql/ast.h"

#include <algorithm>

namespace vigil::monitoring::promql {

namespace {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// Calls `visit` with each child, in the order of the text.
template <typename Visit>
void for_each_child(const Expression& expression, Visit visit) {
  std::visit(Overloaded{
                 [](const NumberLiteral&) {},
                 [](const StringLiteral&) {},
                 [](const VectorSelector&) {},
                 [](const MatrixSelector&) {},
                 [&](const Subquery& subquery) { visit(subquery.expression); },
                 [&](const Parenthesis& parenthesis) { visit(parenthesis.expression); },
                 [&](const Unary& unary) { visit(unary.operand); },
                 [&](const Binary& binary) {
                   visit(binary.left);
                   visit(binary.right);
                 },
                 [&](const Aggregation& aggregation) {
                   if (aggregation.parameter != nullptr) visit(aggregation.parameter);
                   visit(aggregation.expression);
                 },
                 [&](const Call& call) {
                   for (const ExpressionPtr& argument : call.arguments) visit(argument);
                 },
             },
             expression.node);
}

ValueType type_of(const Expression& expression) noexcept {
  return std::visit(Overloaded{
                        [](const NumberLiteral&) { return ValueType::Scalar; },
                        [](const StringLiteral&) { return ValueType::String; },
                        [](const VectorSelector&) { return ValueType::Vector; },
                        [](const MatrixSelector&) { return ValueType::Matrix; },
                        [](const Subquery&) { return ValueType::Matrix; },
                        [](const Parenthesis& parenthesis) { return parenthesis.expression->type; },
                        [](const Unary& unary) { return unary.operand->type; },
                        [](const Binary& binary) {
                          const bool scalars = binary.left->type == ValueType::Scalar &&
                                               binary.right->type == ValueType::Scalar;
                          return scalars ? ValueType::Scalar : ValueType::Vector;
                        },
                        [](const Aggregation&) { return ValueType::Vector; },
                        [](const Call& call) { return call.function->result; },
                    },
                    expression.node);
}

bool step_invariant(const Expression& expression) {
  if (const auto* selector = std::get_if<VectorSelector>(&expression.node)) {
    return selector->shift.fixed != FixedTime::None;
  }
  if (const auto* selector = std::get_if<MatrixSelector>(&expression.node)) {
    return selector->selector.shift.fixed != FixedTime::None;
  }
  // Its steps are those of its own times: fixed when they are, whatever it asks for at each.
  if (const auto* subquery = std::get_if<Subquery>(&expression.node)) {
    return subquery->shift.fixed != FixedTime::None;
  }
  if (const auto* call = std::get_if<Call>(&expression.node)) {
    if (depends_on_time(call->function->id)) return false;
  }
  bool all = true;
  for_each_child(expression, [&all](const ExpressionPtr& child) { all = all && child->is_step_invariant; });
  return all;
}

}  // namespace

std::string_view to_string(BinaryOperator op) noexcept {
  static constexpr std::string_view kNames[] = {
      "+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "and", "or", "unless"};
  return kNames[static_cast<std::size_t>(op)];
}

std::string_view to_string(AggregationOperator op) noexcept {
  static constexpr std::string_view kNames[] = {"avg", "bottomk",  "count",  "count_values", "group", "max",
                                                "min", "quantile", "stddev", "stdvar",       "sum",   "topk"};
  return kNames[static_cast<std::size_t>(op)];
}

void derive_properties(Expression& expression) noexcept {
  expression.type = type_of(expression);
  expression.is_step_invariant = step_invariant(expression);
  std::uint16_t deepest = 0;
  for_each_child(expression,
                 [&deepest](const ExpressionPtr& child) { deepest = std::max(deepest, child->depth); });
  expression.depth = static_cast<std::uint16_t>(deepest + 1);
}

std::vector<ExpressionPtr> children(const Expression& expression) {
  std::vector<ExpressionPtr> out;
  for_each_child(expression, [&out](const ExpressionPtr& child) { out.push_back(child); });
  return out;
}

const Expression& unwrapped(const Expression& expression) noexcept {
  const Expression* inner = &expression;
  while (const auto* parenthesis = std::get_if<Parenthesis>(&inner->node))
    inner = parenthesis->expression.get();
  return *inner;
}

std::vector<const VectorSelector*> selectors(const Expression& expression) {
  std::vector<const VectorSelector*> out;
  walk(expression, [&out](const Expression& node) {
    if (const auto* selector = std::get_if<VectorSelector>(&node.node)) out.push_back(selector);
    if (const auto* selector = std::get_if<MatrixSelector>(&node.node)) out.push_back(&selector->selector);
  });
  return out;
}

}  // namespace vigil::monitoring::promql
