#include "monitoring/alerting/rule_conditions.h"

#include <set>
#include <variant>

#include "monitoring/alerting/comparison.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"
#include "monitoring/promql/printer.h"

namespace vigil::monitoring {

namespace {

using promql::Binary;
using promql::Expression;
using promql::ExpressionPtr;

constexpr std::string_view kBucketSuffix = "_bucket";
constexpr std::string_view kCountSuffix = "_count";

void find_data(const ExpressionPtr& expression, std::vector<ExpressionPtr>& out) {
  const Expression& inner = promql::unwrapped(*expression);
  const auto* const binary = std::get_if<Binary>(&inner.node);
  if (binary == nullptr) return;
  if (promql::is_comparison(binary->op)) {
    out.push_back(has_number_on_the_left(*binary) ? binary->right : binary->left);
  } else if (binary->op == promql::BinaryOperator::Or) {
    find_data(binary->left, out);
    find_data(binary->right, out);
  } else if (promql::is_set_operator(binary->op)) {
    find_data(binary->left, out);
  }
}

/// What the selector names, by itself or in a matcher; empty if it names nothing.
std::string name_of(const promql::VectorSelector& selector) {
  for (const LabelMatcher& matcher : selector.matchers) {
    if (matcher.name() == kMetricNameLabel && matcher.kind() == MatchKind::Equal) return matcher.value();
  }
  return selector.name;
}

/// The histograms whose buckets the expression selects in ranges.
std::set<std::string> histograms_of(const Expression& expression) {
  std::set<std::string> histograms;
  promql::walk(expression, [&](const Expression& each) {
    const auto* const range = std::get_if<promql::MatrixSelector>(&each.node);
    const std::string name = range == nullptr ? "" : name_of(range->selector);
    if (name.ends_with(kBucketSuffix)) histograms.insert(name.substr(0, name.size() - kBucketSuffix.size()));
  });
  return histograms;
}

/// `sum(count_over_time(x[5m]))`; of buckets `sum(increase(x_bucket{le="+Inf"}[5m]))`, and
/// `sum(increase(x_count[5m]))` where the expression has that histogram's buckets, too: any other name that
/// ends in _count may be a gauge.
ExpressionPtr sample_count(const promql::MatrixSelector& selector, const std::set<std::string>& histograms) {
  promql::VectorSelector counted = selector.selector;
  const std::string name = name_of(counted);
  const bool is_bucket = name.ends_with(kBucketSuffix);
  const bool is_count =
      name.ends_with(kCountSuffix) && histograms.contains(name.substr(0, name.size() - kCountSuffix.size()));
  if (is_bucket) {
    std::erase_if(counted.matchers, [](const LabelMatcher& matcher) { return matcher.name() == "le"; });
    counted.matchers.insert(counted.matchers.begin(), LabelMatcher{MatchKind::Equal, "le", "+Inf"});
  }
  const promql::TimeShift shift = counted.shift;
  counted.shift = {};
  auto expression = std::make_shared<Expression>();
  expression->node = promql::MatrixSelector{.selector = counted, .range = selector.range};
  std::string text = promql::to_string(*expression);
  if (shift.offset.count() > 0) text += " offset " + promql::duration_text(shift.offset);
  return promql::parse(std::string{is_bucket || is_count ? "sum(increase(" : "sum(count_over_time("} + text +
                       "))");
}

}  // namespace

RuleConditions conditions_of(const RuleDefinition& rule) {
  RuleConditions conditions;
  find_data(rule.expression, conditions.data);
  if (rule.options.exit_threshold) {
    conditions.exit = with_threshold(*comparison_of(*rule.expression), *rule.options.exit_threshold);
  }
  if (rule.options.minimum_samples > 0) {
    const std::set<std::string> histograms = histograms_of(*rule.expression);
    promql::walk(*rule.expression, [&](const Expression& each) {
      if (const auto* const selector = std::get_if<promql::MatrixSelector>(&each.node)) {
        conditions.sample_counts.push_back(sample_count(*selector, histograms));
      }
    });
  }
  return conditions;
}

std::string options_error(const RuleDefinition& rule) {
  if (rule.options.exit_threshold && comparison_of(*rule.expression) == nullptr) {
    return "vigil_exit_threshold: the expression must be one comparison";
  }
  if (rule.options.minimum_samples == 0) return {};
  bool has_range = false;
  promql::walk(*rule.expression, [&](const Expression& each) {
    has_range = has_range || std::holds_alternative<promql::MatrixSelector>(each.node);
  });
  return has_range ? "" : "vigil_minimum_samples: the expression must have a range";
}

}  // namespace vigil::monitoring
