#include "monitoring/alerting/comparison.h"

#include <string>
#include <variant>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"
#include "monitoring/promql/printer.h"

namespace vigil::monitoring {

using promql::Binary;
using promql::BinaryOperator;
using promql::Expression;

const Binary* comparison_of(const Expression& expression) noexcept {
  const auto* const binary = std::get_if<Binary>(&promql::unwrapped(expression).node);
  return binary != nullptr && promql::is_comparison(binary->op) && !binary->returns_bool ? binary : nullptr;
}

bool has_number_on_the_left(const Binary& comparison) noexcept {
  return comparison.left->type == promql::ValueType::Scalar;
}

std::optional<double> threshold_of(const Binary& comparison) {
  const bool is_left = has_number_on_the_left(comparison);
  const Expression* side = &promql::unwrapped(is_left ? *comparison.left : *comparison.right);
  double sign = 1;
  while (const auto* const unary = std::get_if<promql::Unary>(&side->node)) {
    if (unary->negates) sign = -sign;
    side = &promql::unwrapped(*unary->operand);
  }
  const auto* const number = std::get_if<promql::NumberLiteral>(&side->node);
  if (number == nullptr) return std::nullopt;
  return sign * number->value;
}

promql::ExpressionPtr with_threshold(const Binary& comparison, double threshold) {
  const std::string number = promql::number_text(threshold);
  const std::string op{promql::to_string(comparison.op)};
  return promql::parse(has_number_on_the_left(comparison)
                           ? number + " " + op + " (" + promql::to_string(*comparison.right) + ")"
                           : "(" + promql::to_string(*comparison.left) + ") " + op + " " + number);
}

Extreme extreme_of(const Expression& expression) noexcept {
  const auto* const binary = std::get_if<Binary>(&promql::unwrapped(expression).node);
  if (binary == nullptr) return Extreme::Largest;
  if (binary->op == BinaryOperator::Or) {
    const Extreme left = extreme_of(*binary->left);
    return left == extreme_of(*binary->right) ? left : Extreme::Largest;
  }
  if (promql::is_set_operator(binary->op)) return extreme_of(*binary->left);
  if (!promql::is_comparison(binary->op) || binary->returns_bool) return Extreme::Largest;
  const bool is_less = binary->op == BinaryOperator::Less || binary->op == BinaryOperator::LessOrEqual;
  const bool is_greater =
      binary->op == BinaryOperator::Greater || binary->op == BinaryOperator::GreaterOrEqual;
  return (has_number_on_the_left(*binary) ? is_greater : is_less) ? Extreme::Smallest : Extreme::Largest;
}

}  // namespace vigil::monitoring
