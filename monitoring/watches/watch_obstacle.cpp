#include <variant>

#include "monitoring/watches/watch_compiler.h"

namespace vigil::monitoring {

namespace {

using promql::AggregationOperator;
using promql::Expression;
using promql::FunctionId;

bool is_supported(AggregationOperator op) noexcept {
  switch (op) {
    case AggregationOperator::Average:
    case AggregationOperator::Count:
    case AggregationOperator::Group:
    case AggregationOperator::Maximum:
    case AggregationOperator::Minimum:
    case AggregationOperator::Sum:
      return true;
    default:
      return false;
  }
}

bool is_supported(FunctionId id) noexcept {
  return promql::is_of_one_value(id) || id == FunctionId::Pi || id == FunctionId::Scalar ||
         id == FunctionId::Vector;
}

std::string obstacle_of_selector(const promql::VectorSelector& selector, const MetricKinds& kinds) {
  if (selector.shift.fixed != promql::FixedTime::None) return "fixes a time with @";
  if (selector.shift.offset.count() != 0) return "looks back with offset";
  if (selector.name.empty()) return "selects series without naming the metric";
  switch (kinds(selector.name)) {
    case MetricKind::Gauge:
      return {};
    case MetricKind::Other:
      return "reads " + selector.name + ", which is no gauge";
    case MetricKind::Unknown:
      break;
  }
  return "reads " + selector.name + ", which is no gauge of the engine's own";
}

std::string obstacle_of_matching(const promql::Binary& binary) {
  if (!binary.matching) return {};
  for (const auto* names : {&binary.matching->labels, &binary.matching->include}) {
    for (const std::string& name : *names) {
      if (name == kMetricNameLabel) return "matches series by the metric's name";
    }
  }
  return {};
}

std::string obstacle_of_node(const Expression& node, const MetricKinds& kinds) {
  if (std::holds_alternative<promql::MatrixSelector>(node.node)) return "reads a range of time";
  if (std::holds_alternative<promql::Subquery>(node.node)) return "reads a range of time";
  if (const auto* selector = std::get_if<promql::VectorSelector>(&node.node)) {
    return obstacle_of_selector(*selector, kinds);
  }
  if (const auto* aggregation = std::get_if<promql::Aggregation>(&node.node)) {
    if (!is_supported(aggregation->op)) return "uses " + std::string{promql::to_string(aggregation->op)};
    for (const std::string& name : aggregation->labels) {
      if (name == kMetricNameLabel) return "groups series by the metric's name";
    }
  }
  if (const auto* call = std::get_if<promql::Call>(&node.node)) {
    if (!is_supported(call->function->id)) return "uses " + std::string{call->function->name} + "()";
  }
  if (const auto* binary = std::get_if<promql::Binary>(&node.node)) return obstacle_of_matching(*binary);
  return {};
}

bool can_change_presence(const Expression& node) {
  const auto* binary = std::get_if<promql::Binary>(&node.node);
  if (binary == nullptr) return false;
  return promql::is_set_operator(binary->op) || (promql::is_comparison(binary->op) && !binary->returns_bool);
}

}  // namespace

std::string watch_obstacle(const RuleDefinition& rule, std::uint64_t group_limit, const MetricKinds& kinds) {
  if (rule.kind != RuleKind::Alerting) return "records a series";
  if (rule.hold.count() > 0) return "waits: its `for` is not 0";
  if (rule.options.minimum_samples > 0) return "asks for a minimum of samples";
  if (group_limit > 0) return "its group has a limit";
  for (const auto& [name, value] : rule.labels) {
    if (value.find("{{") != std::string::npos) return "its label " + name + " is a template";
  }
  std::string obstacle;
  bool compares = false;
  promql::walk(*rule.expression, [&](const Expression& node) {
    if (obstacle.empty()) obstacle = obstacle_of_node(node, kinds);
    compares = compares || can_change_presence(node);
  });
  if (obstacle.empty() && !compares) return "compares nothing";
  return obstacle;
}

}  // namespace vigil::monitoring
