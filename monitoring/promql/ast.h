#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "monitoring/promql/error.h"
#include "monitoring/promql/function_table.h"
#include "monitoring/store/label_matcher.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring::promql {

struct Expression;
/// Immutable and shared: one that was parsed once is evaluated by any number of threads.
using ExpressionPtr = std::shared_ptr<const Expression>;

struct NumberLiteral {
  double value = 0;
  bool is_duration = false;  ///< was written `5m`
};
struct StringLiteral {
  std::string value;
};

/// `@`: at which time a selector looks, whatever time is evaluated.
enum class FixedTime : std::uint8_t { None, Timestamp, QueryStart, QueryEnd };
/// `@` and `offset` behind a selector or subquery.
struct TimeShift {
  FixedTime fixed = FixedTime::None;
  SampleTime timestamp = 0;             ///< for FixedTime::Timestamp
  std::chrono::milliseconds offset{0};  ///< positive looks back
};

struct VectorSelector {
  std::string name;                    ///< as it stands before the braces; else empty
  std::vector<LabelMatcher> matchers;  ///< the name's is the last, when it stands before the braces
  TimeShift shift;
};
struct MatrixSelector {
  VectorSelector selector;  ///< its shift stands behind the brackets
  std::chrono::milliseconds range{0};
};
struct Subquery {
  ExpressionPtr expression;
  std::chrono::milliseconds range{0};
  std::chrono::milliseconds step{0};  ///< 0: the default of the engine
  TimeShift shift;
};

struct Parenthesis {
  ExpressionPtr expression;
};
/// A sign. Plus leaves its operand as it is.
struct Unary {
  bool negates = false;
  ExpressionPtr operand;
};

enum class BinaryOperator : std::uint8_t {
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Power,
  Atan2,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  And,
  Or,
  Unless,
};
/// As it is written.
[[nodiscard]] std::string_view to_string(BinaryOperator op) noexcept;
[[nodiscard]] constexpr bool is_comparison(BinaryOperator op) noexcept {
  return op >= BinaryOperator::Equal && op <= BinaryOperator::GreaterOrEqual;
}
[[nodiscard]] constexpr bool is_set_operator(BinaryOperator op) noexcept {
  return op >= BinaryOperator::And;
}

enum class Cardinality : std::uint8_t { OneToOne, ManyToOne, OneToMany, ManyToMany };
/// Which series of the two sides of an operator belong together.
struct VectorMatching {
  Cardinality cardinality = Cardinality::OneToOne;  ///< ManyToOne is group_left, OneToMany group_right
  bool on = false;                                  ///< compare these labels; else all others
  std::vector<std::string> labels;
  std::vector<std::string> include;  ///< taken over from the "one" side
};
struct Binary {
  BinaryOperator op = BinaryOperator::Add;
  bool returns_bool = false;
  std::optional<VectorMatching> matching;  ///< only between two instant vectors
  ExpressionPtr left;
  ExpressionPtr right;
};

enum class AggregationOperator : std::uint8_t {
  Average,
  BottomK,
  Count,
  CountValues,
  Group,
  Maximum,
  Minimum,
  Quantile,
  StandardDeviation,
  StandardVariance,
  Sum,
  TopK,
};
/// As it is written.
[[nodiscard]] std::string_view to_string(AggregationOperator op) noexcept;
struct Aggregation {
  AggregationOperator op = AggregationOperator::Sum;
  bool without = false;
  std::vector<std::string> labels;
  ExpressionPtr parameter;  ///< of topk, bottomk, quantile and count_values; else none
  ExpressionPtr expression;
};

struct Call {
  const Function* function = nullptr;
  std::vector<ExpressionPtr> arguments;
  /// Of label_replace(), compiled once; none when its pattern is no regular expression, which ends the
  /// evaluation.
  std::shared_ptr<const Regex> regex;
};

/// One node of a parsed and checked expression.
struct Expression {
  std::variant<NumberLiteral, StringLiteral, VectorSelector, MatrixSelector, Subquery, Parenthesis, Unary,
               Binary, Aggregation, Call>
      node;
  TextRange range;
  ValueType type = ValueType::Scalar;
  /// Gives the same whatever time of a query is evaluated: literals, and what looks only at fixed times.
  bool is_step_invariant = false;
  std::uint16_t depth = 1;  ///< of the tree from here, at most kDeepestExpression
};

/// Deeper ones are refused: parsing, printing and evaluation recurse.
inline constexpr int kDeepestExpression = 500;

/// Type, step invariance and depth from the node and its children.
void derive_properties(Expression& expression) noexcept;

/// The children in the order of the text.
[[nodiscard]] std::vector<ExpressionPtr> children(const Expression& expression);
/// Calls `visitor(const Expression&)` for the expression and all below it, parents first.
template <typename Visitor>
void walk(const Expression& expression, Visitor&& visitor) {
  visitor(expression);
  for (const ExpressionPtr& child : children(expression)) walk(*child, visitor);
}
/// The expression without the parentheses around it.
[[nodiscard]] const Expression& unwrapped(const Expression& expression) noexcept;
/// All selectors in the expression, those with a range too, in the order of the text. They live as long as
/// it.
[[nodiscard]] std::vector<const VectorSelector*> selectors(const Expression& expression);

}  // namespace vigil::monitoring::promql
