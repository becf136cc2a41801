#include "monitoring/promql/check.h"

#include <algorithm>
#include <string>

#include "monitoring/promql/characters.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

class Checker {
 public:
  Checker(std::string_view text, RangeEnds ranges) : text_(text), ranges_(ranges) {}

  void check(const Expression& expression) const {
    std::visit([&](const auto& node) { check_node(expression, node); }, expression.node);
  }

 private:
  [[noreturn]] void fail(TextRange range, const std::string& cause) const {
    throw ParseError(text_, range, cause);
  }

  void expect_type(const Expression& expression, ValueType wanted, const std::string& context) const {
    check(expression);
    if (expression.type == wanted) return;
    fail(expression.range, "expected type " + std::string{documented_name(wanted)} + " in " + context +
                               ", got " + std::string{documented_name(expression.type)});
  }

  void check_node(const Expression&, const NumberLiteral&) const {}
  void check_node(const Expression&, const StringLiteral&) const {}
  void check_node(const Expression& expression, const MatrixSelector& selector) const {
    // Its own range ends with the brackets; errors name where it begins.
    check_node(expression, selector.selector);
  }
  void check_node(const Expression&, const Parenthesis& parenthesis) const { check(*parenthesis.expression); }

  void check_node(const Expression& expression, const VectorSelector& selector) const {
    const auto is_name = [](const LabelMatcher& matcher) { return matcher.name() == kMetricNameLabel; };
    const auto twice = [](const std::string& first, const std::string& second) {
      return "metric name must not be set twice: " + quoted_text(first) + " or " + quoted_text(second);
    };
    if (!selector.name.empty()) {
      // The last matcher is that of the name before the braces.
      const auto inside = std::find_if(selector.matchers.begin(), selector.matchers.end() - 1, is_name);
      if (inside != selector.matchers.end() - 1)
        fail(expression.range, twice(selector.name, inside->value()));
      return;
    }
    const LabelMatcher* name = nullptr;
    for (const LabelMatcher& matcher : selector.matchers) {
      if (!is_name(matcher) || matcher.kind() != MatchKind::Equal) continue;
      // Prometheus 2 has two names ask for a series that has both.
      const bool is_second = name != nullptr && ranges_ == RangeEnds::LeftOpen;
      if (is_second) fail(expression.range, twice(name->value(), matcher.value()));
      name = &matcher;
    }
    const bool selects =
        std::ranges::any_of(selector.matchers, [](const auto& m) { return !m.matches_empty(); });
    if (!selects) fail(expression.range, "vector selector must contain at least one non-empty matcher");
  }

  void check_node(const Expression& expression, const Subquery& subquery) const {
    check(*subquery.expression);
    if (subquery.expression->type == ValueType::Vector) return;
    fail(expression.range, "subquery is only allowed on instant vector, got " +
                               std::string{to_string(subquery.expression->type)} + " instead");
  }

  void check_node(const Expression& expression, const Unary& unary) const {
    check(*unary.operand);
    const ValueType type = unary.operand->type;
    if (type == ValueType::Scalar || type == ValueType::Vector) return;
    fail(expression.range,
         "unary expression only allowed on expressions of type scalar or instant vector, got " +
             quoted_text(documented_name(type)));
  }

  void check_node(const Expression&, const Aggregation& aggregation) const {
    expect_type(*aggregation.expression, ValueType::Vector, "aggregation expression");
    if (aggregation.parameter == nullptr) return;
    const bool text = aggregation.op == AggregationOperator::CountValues;
    expect_type(*aggregation.parameter, text ? ValueType::String : ValueType::Scalar,
                "aggregation parameter");
  }

  void check_node(const Expression& expression, const Call& call) const {
    const Function& function = *call.function;
    const auto wrong_count = [&](std::string_view bound, std::size_t wanted) {
      fail(expression.range, "expected " + std::string{bound} + std::to_string(wanted) +
                                 " argument(s) in call to " + quoted_text(function.name) + ", got " +
                                 std::to_string(call.arguments.size()));
    };
    const std::size_t count = function.arguments.size();
    if (function.variadic == 0) {
      if (call.arguments.size() != count) wrong_count("", count);
    } else {
      if (call.arguments.size() < count - 1) wrong_count("at least ", count - 1);
      const std::size_t most = count - 1 + static_cast<std::size_t>(std::max(function.variadic, 0));
      if (function.variadic > 0 && call.arguments.size() > most) wrong_count("at most ", most);
    }
    for (std::size_t at = 0; at < call.arguments.size(); ++at) {
      expect_type(*call.arguments[at], function.arguments[std::min(at, count - 1)],
                  "call to function " + quoted_text(function.name));
    }
  }

  void check_node(const Expression& expression, const Binary& binary) const {
    check(*binary.left);
    check(*binary.right);
    const ValueType left = binary.left->type;
    const ValueType right = binary.right->type;
    const bool scalars = left == ValueType::Scalar && right == ValueType::Scalar;
    if (binary.returns_bool && !is_comparison(binary.op)) {
      fail(operator_range(binary), "bool modifier can only be used on comparison operators");
    }
    if (is_comparison(binary.op) && !binary.returns_bool && scalars) {
      fail(operator_range(binary), "comparisons between scalars must use BOOL modifier");
    }
    check_matching_labels(binary);
    const auto is_operand = [](ValueType type) {
      return type == ValueType::Scalar || type == ValueType::Vector;
    };
    constexpr std::string_view kOperands =
        "binary expression must contain only scalar and instant vector types";
    if (!is_operand(left)) fail(binary.left->range, std::string{kOperands});
    if (!is_operand(right)) fail(binary.right->range, std::string{kOperands});

    const std::string name = quoted_text(to_string(binary.op));
    if (left != ValueType::Vector || right != ValueType::Vector) {
      if (!binary.matching->labels.empty()) {
        fail(expression.range, "vector matching only allowed between instant vectors");
      }
      if (is_set_operator(binary.op)) {
        fail(expression.range, "set operator " + name + " not allowed in binary scalar expression");
      }
    } else if (is_set_operator(binary.op) && binary.matching->cardinality != Cardinality::OneToOne) {
      fail(expression.range, "no grouping allowed for " + name + " operation");
    }
  }

  void check_matching_labels(const Binary& binary) const {
    const VectorMatching& matching = *binary.matching;
    if (!matching.on) return;
    for (const std::string& label : matching.labels) {
      if (std::ranges::find(matching.include, label) == matching.include.end()) continue;
      fail(operator_range(binary),
           "label " + quoted_text(label) + " must not occur in ON and GROUP clause at once");
    }
  }

  /// From the operator to what stands before the right operand.
  [[nodiscard]] TextRange operator_range(const Binary& binary) const {
    const std::size_t begin = text_.find_first_not_of(kSpace, binary.left->range.end);
    return {static_cast<std::uint32_t>(begin), binary.right->range.begin};
  }

  std::string_view text_;
  RangeEnds ranges_;
};

}  // namespace

void check(const Expression& expression, std::string_view text, RangeEnds ranges) {
  Checker{text, ranges}.check(expression);
}

}  // namespace vigil::monitoring::promql
