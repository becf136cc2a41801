#include "monitoring/watches/watch_program.h"

#include <algorithm>
#include <cmath>

#include "monitoring/metrics/gauges.h"
#include "monitoring/promql/binary_operation.h"
#include "monitoring/promql/kahan_sum.h"
#include "monitoring/promql/value_functions.h"
#include "monitoring/watches/watch_operands.h"

namespace vigil::monitoring {

namespace {

using promql::AggregationOperator;
using Kind = WatchStep::Kind;

using Values = WatchOperands<WatchValue>;

/// Calls `take(const WatchValue&)` for the operands from `first` on.
template <typename Take>
void each_of(const Values& operands, std::size_t first, Take take) noexcept {
  for (std::size_t i = first; i < operands.size(); ++i) take(operands[i]);
}

bool any_present(const Values& operands, std::size_t first) noexcept {
  bool any = false;
  each_of(operands, first, [&](const WatchValue& each) { any = any || each.is_present; });
  return any;
}

double prometheus2_mean(const Values& operands) noexcept {
  double count = 0;
  double mean = 0;
  each_of(operands, 0, [&](const WatchValue& each) {
    if (!each.is_present) return;
    count += 1;
    if (count == 1) {
      mean = each.value;
      return;
    }
    const bool stays =
        std::isinf(mean) && (std::isfinite(each.value) ||
                             (std::isinf(each.value) && std::signbit(mean) == std::signbit(each.value)));
    if (!stays) mean += each.value / count - mean / count;
  });
  return mean;
}

double aggregate(AggregationOperator op, const Values& operands, bool is_left_open) noexcept {
  promql::KahanSum sum{.sum = -0.0};
  promql::KahanMean mean;
  double plain_sum = -0.0;
  double count = 0;
  double least = std::numeric_limits<double>::quiet_NaN();
  double greatest = least;
  each_of(operands, 0, [&](const WatchValue& each) {
    if (!each.is_present) return;
    sum.add(each.value);
    mean.add(each.value);
    plain_sum += each.value;
    count += 1;
    if (least > each.value || std::isnan(least)) least = each.value;
    if (greatest < each.value || std::isnan(greatest)) greatest = each.value;
  });
  switch (op) {
    case AggregationOperator::Average:
      return is_left_open ? mean.mean() : prometheus2_mean(operands);
    case AggregationOperator::Count:
      return count;
    case AggregationOperator::Maximum:
      return greatest;
    case AggregationOperator::Minimum:
      return least;
    case AggregationOperator::Group:
      return 1;
    default:
      return is_left_open ? sum.total() : plain_sum;
  }
}

WatchValue scalar_of(const Values& operands) noexcept {
  std::size_t present = 0;
  double value = 0;
  each_of(operands, 0, [&](const WatchValue& each) {
    if (!each.is_present) return;
    ++present;
    value = each.value;
  });
  return {true, present == 1 ? value : std::numeric_limits<double>::quiet_NaN()};
}

WatchValue first_of(const Values& operands) noexcept {
  WatchValue first;
  each_of(operands, 0, [&](const WatchValue& each) {
    if (!first.is_present) first = each;
  });
  return first;
}

/// Of what combines two numbers.
WatchValue combined(const WatchStep& step, const Values& operands) noexcept {
  const WatchValue& a = operands[0];
  const WatchValue& b = operands[1];
  if (!a.is_present || !b.is_present) return {};
  if (step.kind == Kind::Arithmetic) return {true, promql::arithmetic_value(step.op, a.value, b.value)};
  const bool holds = promql::comparison_holds(step.op, a.value, b.value);
  if (step.kind == Kind::Comparison) return {true, holds ? 1.0 : 0.0};
  return holds ? operands[2] : WatchValue{};
}

WatchValue function_of(const WatchStep& step, const Values& operands) noexcept {
  const auto number = [&](std::size_t i) {
    return i < operands.size() ? operands[i].value : promql::kArgumentLeftOut;
  };
  if (!operands[0].is_present) return {};
  const double result = promql::function_value(step.function, number(0), number(1), number(2));
  return {promql::has_sample(result), result};
}

WatchValue run(const WatchProgram& program, const WatchStep& step, std::span<const double> inputs,
               std::span<const WatchValue> results) noexcept {
  const Values operands(program, step, results);
  switch (step.kind) {
    case Kind::Constant:
      return {true, step.constant};
    case Kind::Gauge:
      return {!is_unset(inputs[step.input]), inputs[step.input]};
    case Kind::State:
      return {true, inputs[step.input] == step.constant ? 1.0 : 0.0};
    case Kind::Negation:
      return {operands[0].is_present, -operands[0].value};
    case Kind::Function:
      return function_of(step, operands);
    case Kind::Arithmetic:
    case Kind::Comparison:
    case Kind::Filter:
      return combined(step, operands);
    case Kind::And:
      return any_present(operands, 1) ? operands[0] : WatchValue{};
    case Kind::Unless:
      return any_present(operands, 1) ? WatchValue{} : operands[0];
    case Kind::First:
      return first_of(operands);
    case Kind::Aggregation:
      return any_present(operands, 0)
                 ? WatchValue{true, aggregate(step.aggregation, operands, program.is_left_open)}
                 : WatchValue{};
    case Kind::Scalar:
      return scalar_of(operands);
  }
  return {};
}

}  // namespace

WatchValue evaluate(const WatchProgram& program, std::span<const double> values,
                    std::span<WatchValue> scratch) noexcept {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    scratch[i] = run(program, program.steps[i], values, scratch);
  }
  return scratch[program.steps.size() - 1];
}

}  // namespace vigil::monitoring
