#include "monitoring/promql/printer.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string label_list(const std::vector<std::string>& labels) {
  std::vector<std::string> texts;
  texts.reserve(labels.size());
  for (const std::string& label : labels)
    texts.push_back(is_plain_label_name(label) ? label : quoted_text(label));
  return " (" + joined(texts, ", ") + ')';
}

std::string matcher_text(const LabelMatcher& matcher) {
  static constexpr std::string_view kOperators[] = {"=", "!=", "=~", "!~"};
  std::string out = is_plain_label_name(matcher.name()) ? matcher.name() : quoted_text(matcher.name());
  out += kOperators[static_cast<std::size_t>(matcher.kind())];
  return out + quoted_text(matcher.value());
}

std::string shift_text(const TimeShift& shift) {
  std::string out;
  switch (shift.fixed) {
    case FixedTime::None:
      break;
    case FixedTime::Timestamp: {
      char buffer[48];
      std::snprintf(buffer, sizeof buffer, " @ %.3f", static_cast<double>(shift.timestamp) / 1000);
      out += buffer;
      break;
    }
    case FixedTime::QueryStart:
      out += " @ start()";
      break;
    case FixedTime::QueryEnd:
      out += " @ end()";
      break;
  }
  if (shift.offset.count() > 0) out += " offset " + duration_text(shift.offset);
  if (shift.offset.count() < 0) out += " offset -" + duration_text(-shift.offset);
  return out;
}

std::string selector_text(const VectorSelector& selector) {
  std::vector<std::string> texts;
  for (const LabelMatcher& matcher : selector.matchers) {
    const bool is_name = matcher.name() == kMetricNameLabel && matcher.kind() == MatchKind::Equal;
    if (is_name && !selector.name.empty() && matcher.value() == selector.name) continue;
    texts.push_back(matcher_text(matcher));
  }
  std::ranges::sort(texts);
  if (texts.empty()) return selector.name.empty() ? "{}" : selector.name;
  return selector.name + '{' + joined(texts, ",") + '}';
}

std::string text_of(const NumberLiteral& number) {
  if (!number.is_duration) return short_number_text(number.value);
  const std::chrono::milliseconds duration{static_cast<std::int64_t>(number.value * 1000)};
  return duration.count() < 0 ? '-' + duration_text(-duration) : duration_text(duration);
}
std::string text_of(const StringLiteral& literal) {
  return quoted_text(literal.value);
}
std::string text_of(const VectorSelector& selector) {
  return selector_text(selector) + shift_text(selector.shift);
}
std::string text_of(const MatrixSelector& matrix) {
  return selector_text(matrix.selector) + '[' + duration_text(matrix.range) + ']' +
         shift_text(matrix.selector.shift);
}
std::string text_of(const Subquery& subquery) {
  return to_string(*subquery.expression) + '[' + duration_text(subquery.range) + ':' +
         (subquery.step.count() == 0 ? "" : duration_text(subquery.step)) + ']' + shift_text(subquery.shift);
}
std::string text_of(const Parenthesis& parenthesis) {
  return '(' + to_string(*parenthesis.expression) + ')';
}
std::string text_of(const Unary& unary) {
  return (unary.negates ? '-' : '+') + to_string(*unary.operand);
}

std::string matching_text(const VectorMatching& matching) {
  const bool grouped =
      matching.cardinality == Cardinality::ManyToOne || matching.cardinality == Cardinality::OneToMany;
  if (matching.labels.empty() && !matching.on && !grouped) return {};
  std::string out = matching.on ? " on" : " ignoring";
  out += label_list(matching.labels);
  if (grouped) {
    out += matching.cardinality == Cardinality::ManyToOne ? " group_left" : " group_right";
    out += label_list(matching.include);
  }
  return out;
}
std::string text_of(const Binary& binary) {
  std::string out = to_string(*binary.left) + ' ';
  // A sign before a power belongs to all of it: +Inf ^ 2 would be +(Inf ^ 2).
  if (binary.op == BinaryOperator::Power && out.starts_with("+Inf")) out.erase(0, 1);
  out += to_string(binary.op);
  if (binary.returns_bool) out += " bool";
  if (binary.matching) out += matching_text(*binary.matching);
  return out + ' ' + to_string(*binary.right);
}

std::string text_of(const Aggregation& aggregation) {
  std::string out{to_string(aggregation.op)};
  if (aggregation.without) {
    out += " without" + label_list(aggregation.labels) + ' ';
  } else if (!aggregation.labels.empty()) {
    out += " by" + label_list(aggregation.labels) + ' ';
  }
  out += '(';
  if (aggregation.parameter != nullptr) out += to_string(*aggregation.parameter) + ", ";
  return out + to_string(*aggregation.expression) + ')';
}

std::string text_of(const Call& call) {
  std::vector<std::string> arguments;
  arguments.reserve(call.arguments.size());
  for (const ExpressionPtr& argument : call.arguments) arguments.push_back(to_string(*argument));
  return std::string{call.function->name} + '(' + joined(arguments, ", ") + ')';
}

}  // namespace

std::string to_string(const VectorSelector& selector) {
  return text_of(selector);
}

std::string to_string(const Expression& expression) {
  return std::visit([](const auto& node) { return text_of(node); }, expression.node);
}

}  // namespace vigil::monitoring::promql
