// Watches' programs in interval arithmetic.

#include <algorithm>
#include <array>
#include <cmath>

#include "monitoring/metrics/gauges.h"
#include "monitoring/promql/binary_operation.h"
#include "monitoring/promql/special_values.h"
#include "monitoring/promql/value_functions.h"
#include "monitoring/watches/watch_operands.h"
#include "monitoring/watches/watch_program.h"

namespace vigil::monitoring {

namespace {

using promql::AggregationOperator;
using promql::BinaryOperator;
using promql::FunctionId;
using promql::kInfinity;
using Kind = WatchStep::Kind;

/// Relative error beyond that of any sum of as many addends as a program has, and of any function of libm.
constexpr double kSlack = 1e-12;

/// A value alone.
WatchBounds exactly(double value) noexcept {
  WatchBounds bounds{.can_be_present = true, .can_be_absent = false};
  if (std::isnan(value)) {
    bounds.can_be_nan = true;
    return bounds;
  }
  bounds.low = bounds.high = value;
  return bounds;
}
/// Any value, present as `bounds` is.
WatchBounds anything(WatchBounds bounds) noexcept {
  bounds.can_be_nan = true;
  bounds.low = -kInfinity;
  bounds.high = kInfinity;
  return bounds;
}
bool is_only_nan(const WatchBounds& bounds) noexcept {
  return bounds.low > bounds.high;
}
/// One value, whatever the inputs; whether it is present is another question.
bool is_exact(const WatchBounds& bounds) noexcept {
  return is_only_nan(bounds) ? bounds.can_be_nan : bounds.low == bounds.high && !bounds.can_be_nan;
}
double value_of(const WatchBounds& exact) noexcept {
  return is_only_nan(exact) ? std::numeric_limits<double>::quiet_NaN() : exact.low;
}

using Operands = WatchOperands<WatchBounds>;

/// Is any of the operands from `first` on present?
struct Presence {
  bool can_be = false;
  bool must_be = false;
};
Presence presence_of(const Operands& operands, std::size_t first) noexcept {
  Presence presence;
  for (std::size_t i = first; i < operands.size(); ++i) {
    presence.can_be = presence.can_be || operands[i].can_be_present;
    presence.must_be = presence.must_be || !operands[i].can_be_absent;
  }
  return presence;
}

/// Only what has infinite ends can add up, multiply or divide to NaN.
bool is_unbounded(const WatchBounds& a, const WatchBounds& b) noexcept {
  return std::isinf(a.low) || std::isinf(a.high) || std::isinf(b.low) || std::isinf(b.high);
}

/// The four corners of what is monotone in either operand.
void span_corners(WatchBounds& result, BinaryOperator op, const WatchBounds& a,
                  const WatchBounds& b) noexcept {
  const std::array corners{
      promql::arithmetic_value(op, a.low, b.low), promql::arithmetic_value(op, a.low, b.high),
      promql::arithmetic_value(op, a.high, b.low), promql::arithmetic_value(op, a.high, b.high)};
  result.low = *std::ranges::min_element(corners);
  result.high = *std::ranges::max_element(corners);
}

WatchBounds arithmetic(BinaryOperator op, const WatchBounds& a, const WatchBounds& b) noexcept {
  WatchBounds result{.can_be_present = a.can_be_present && b.can_be_present,
                     .can_be_absent = a.can_be_absent || b.can_be_absent,
                     .can_be_nan = a.can_be_nan || b.can_be_nan};
  if (is_only_nan(a) || is_only_nan(b)) {
    result.can_be_nan = true;
    return result;
  }
  if (is_exact(a) && is_exact(b)) {
    // A range cannot tell 0 from -0, but these operators do.
    const bool tells_zeros = op == BinaryOperator::Divide ? b.low == 0
                             : op == BinaryOperator::Power || op == BinaryOperator::Atan2
                                 ? a.low == 0 || b.low == 0
                                 : false;
    if (tells_zeros) return anything(result);
    const double value = promql::arithmetic_value(op, a.low, b.low);
    if (std::isnan(value)) return anything(result);
    result.low = result.high = value;
    return result;
  }
  const bool is_monotone = op == BinaryOperator::Add || op == BinaryOperator::Subtract ||
                           op == BinaryOperator::Multiply ||
                           (op == BinaryOperator::Divide && (b.low > 0 || b.high < 0));
  if (!is_monotone || is_unbounded(a, b)) {
    // A sum of what is unbounded on the same side only is no NaN, and the one that matters: a limit's margin.
    const bool is_sum = op == BinaryOperator::Add && !(a.low == -kInfinity && b.high == kInfinity) &&
                        !(a.high == kInfinity && b.low == -kInfinity);
    const bool is_difference = op == BinaryOperator::Subtract &&
                               !(a.low == -kInfinity && b.low == -kInfinity) &&
                               !(a.high == kInfinity && b.high == kInfinity);
    if (is_sum) {
      result.low = a.low + b.low;
      result.high = a.high + b.high;
      return result;
    }
    if (is_difference) {
      result.low = a.low - b.high;
      result.high = a.high - b.low;
      return result;
    }
    // By a number that is neither zero nor without bound, an end without bound stays one.
    const bool scales = (op == BinaryOperator::Multiply || op == BinaryOperator::Divide) && is_exact(b) &&
                        std::isfinite(b.low) && b.low != 0;
    const bool is_scaled =
        op == BinaryOperator::Multiply && is_exact(a) && std::isfinite(a.low) && a.low != 0;
    if (!scales && !is_scaled) return anything(result);
  }
  span_corners(result, op, a, b);
  return result;
}

struct Truth {
  bool can_hold = false;
  bool can_fail = false;
};
Truth truth_of(BinaryOperator op, const WatchBounds& a, const WatchBounds& b) noexcept {
  Truth truth;
  if (!is_only_nan(a) && !is_only_nan(b)) {
    const bool are_one = a.low == a.high && b.low == b.high && a.low == b.low;
    const bool meet = a.low <= b.high && b.low <= a.high;
    switch (op) {
      case BinaryOperator::Equal:
        truth = {meet, !are_one};
        break;
      case BinaryOperator::NotEqual:
        truth = {!are_one, meet};
        break;
      case BinaryOperator::Less:
        truth = {a.low < b.high, a.high >= b.low};
        break;
      case BinaryOperator::LessOrEqual:
        truth = {a.low <= b.high, a.high > b.low};
        break;
      case BinaryOperator::Greater:
        truth = {a.high > b.low, a.low <= b.high};
        break;
      default:
        truth = {a.high >= b.low, a.low < b.high};
        break;
    }
  }
  if (a.can_be_nan || b.can_be_nan) (op == BinaryOperator::NotEqual ? truth.can_hold : truth.can_fail) = true;
  return truth;
}

WatchBounds compared(const WatchStep& step, const Operands& operands) noexcept {
  const WatchBounds& a = operands[0];
  const WatchBounds& b = operands[1];
  const bool can_be_present = a.can_be_present && b.can_be_present;
  const bool can_be_absent = a.can_be_absent || b.can_be_absent;
  const Truth truth = truth_of(step.op, a, b);
  WatchBounds result;
  if (step.kind == Kind::Comparison) {
    result.low = truth.can_fail ? 0 : 1;
    result.high = truth.can_hold ? 1 : 0;
    result.can_be_present = can_be_present;
    result.can_be_absent = can_be_absent;
    return result;
  }
  result = operands[2];
  result.can_be_present = can_be_present && truth.can_hold;
  result.can_be_absent = can_be_absent || truth.can_fail;
  return result;
}

bool rises_exactly(FunctionId id) noexcept {
  return id == FunctionId::Ceil || id == FunctionId::Floor || id == FunctionId::Sgn ||
         id == FunctionId::ClampMax || id == FunctionId::ClampMin || id == FunctionId::Deg ||
         id == FunctionId::Rad;
}
/// From any value to the next greater one, but for what libm rounds.
bool rises(FunctionId id) noexcept {
  return rises_exactly(id) || id == FunctionId::Exp || id == FunctionId::Atan || id == FunctionId::Asinh ||
         id == FunctionId::Sinh || id == FunctionId::Tanh;
}
/// The same for values above zero.
bool rises_above_zero(FunctionId id) noexcept {
  return id == FunctionId::Sqrt || id == FunctionId::Ln || id == FunctionId::Log2 || id == FunctionId::Log10;
}

double widened_down(double value, double scale) noexcept {
  return std::isfinite(value) ? value - kSlack * scale - std::numeric_limits<double>::min() : value;
}
double widened_up(double value, double scale) noexcept {
  return std::isfinite(value) ? value + kSlack * scale + std::numeric_limits<double>::min() : value;
}

WatchBounds function_of(const WatchStep& step, const Operands& operands) noexcept {
  const WatchBounds& value = operands[0];
  WatchBounds result{.can_be_present = value.can_be_present,
                     .can_be_absent = value.can_be_absent,
                     .can_be_nan = value.can_be_nan};
  const auto number = [&](std::size_t i) {
    return i < operands.size() ? value_of(operands[i]) : promql::kArgumentLeftOut;
  };
  for (std::size_t i = 1; i < operands.size(); ++i) {
    if (!is_exact(operands[i]) || std::isnan(value_of(operands[i]))) {
      result.can_be_absent = true;
      return anything(result);
    }
  }
  const auto of = [&](double x) { return promql::function_value(step.function, x, number(1), number(2)); };
  if (step.function == FunctionId::Clamp && number(2) < number(1)) return {};  // never present
  if (is_only_nan(value)) return anything(result);
  if (is_exact(value)) {
    const double one = of(value.low);
    if (std::isnan(one)) return anything(result);
    result.low = result.high = one;
    return result;
  }
  const bool rises_here = rises(step.function) || step.function == FunctionId::Clamp ||
                          (step.function == FunctionId::Round && number(1) > 0) ||
                          (rises_above_zero(step.function) && value.low > 0);
  if (step.function == FunctionId::Abs) {
    result.low =
        value.low <= 0 && value.high >= 0 ? 0 : std::min(std::fabs(value.low), std::fabs(value.high));
    result.high = std::max(std::fabs(value.low), std::fabs(value.high));
    return result;
  }
  if (!rises_here) return anything(result);
  const double low = of(value.low);
  const double high = of(value.high);
  if (std::isnan(low) || std::isnan(high)) return anything(result);
  const bool is_exact_there = rises_exactly(step.function) || step.function == FunctionId::Clamp;
  result.low = is_exact_there ? low : widened_down(low, std::fabs(low));
  result.high = is_exact_there ? high : widened_up(high, std::fabs(high));
  return result;
}

/// The least and the greatest of all operands that can be present.
WatchBounds hull(const Operands& operands, WatchBounds result) noexcept {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].can_be_present) continue;
    result.can_be_nan = result.can_be_nan || operands[i].can_be_nan;
    result.low = std::min(result.low, operands[i].low);
    result.high = std::max(result.high, operands[i].high);
  }
  return result;
}

WatchBounds sum_of(const Operands& operands, WatchBounds result) noexcept {
  double low = 0;
  double high = 0;
  double scale = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const WatchBounds& each = operands[i];
    if (!each.can_be_present) continue;
    if (each.can_be_nan || !std::isfinite(each.low) || !std::isfinite(each.high)) return anything(result);
    low += each.can_be_absent ? std::min(0.0, each.low) : each.low;
    high += each.can_be_absent ? std::max(0.0, each.high) : each.high;
    scale += std::max(std::fabs(each.low), std::fabs(each.high));
  }
  if (!std::isfinite(scale)) return anything(result);
  result.low = widened_down(low, scale);
  result.high = widened_up(high, scale);
  return result;
}

WatchBounds extreme_of(const Operands& operands, WatchBounds result, bool is_minimum) noexcept {
  result = hull(operands, result);
  if (result.can_be_nan) return result;
  // What is there for certain bounds the extreme on its other side.
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].can_be_absent) continue;
    if (is_minimum) result.high = std::min(result.high, operands[i].high);
    if (!is_minimum) result.low = std::max(result.low, operands[i].low);
  }
  return result;
}

WatchBounds aggregate(const WatchStep& step, const Operands& operands) noexcept {
  const Presence presence = presence_of(operands, 0);
  WatchBounds result{.can_be_present = presence.can_be, .can_be_absent = !presence.must_be};
  switch (step.aggregation) {
    case AggregationOperator::Group:
      result.low = result.high = 1;
      return result;
    case AggregationOperator::Count: {
      double fewest = 0;
      double most = 0;
      for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].can_be_present) ++most;
        if (!operands[i].can_be_absent) ++fewest;
      }
      result.low = fewest;
      result.high = most;
      return result;
    }
    case AggregationOperator::Average: {
      result = hull(operands, result);
      if (std::isinf(result.low) || std::isinf(result.high)) return anything(result);
      const double scale = std::max(std::fabs(result.low), std::fabs(result.high));
      result.low = widened_down(result.low, scale);
      result.high = widened_up(result.high, scale);
      return result;
    }
    case AggregationOperator::Minimum:
      return extreme_of(operands, result, true);
    case AggregationOperator::Maximum:
      return extreme_of(operands, result, false);
    default:
      return sum_of(operands, result);
  }
}

WatchBounds scalar_of(const Operands& operands) noexcept {
  WatchBounds result;
  std::size_t certain = 0;
  std::size_t possible = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].can_be_present) ++possible;
    if (!operands[i].can_be_absent) ++certain;
  }
  result = hull(operands, result);
  result.can_be_present = true;
  result.can_be_absent = false;
  if (certain != 1 || possible != 1) result.can_be_nan = true;
  return result;
}

/// Of the first that is present.
WatchBounds first_of(const Operands& operands) noexcept {
  const Presence presence = presence_of(operands, 0);
  return hull(operands, {.can_be_present = presence.can_be, .can_be_absent = !presence.must_be});
}

/// Operand 0 under a condition.
WatchBounds kept_if(WatchBounds value, bool can_be_kept, bool must_be_kept) noexcept {
  value.can_be_present = value.can_be_present && can_be_kept;
  value.can_be_absent = value.can_be_absent || !must_be_kept;
  return value;
}

WatchBounds run(const WatchProgram& program, const WatchStep& step, std::span<const WatchBounds> inputs,
                std::span<const WatchBounds> results) noexcept {
  const Operands operands(program, step, results);
  switch (step.kind) {
    case Kind::Constant:
      return exactly(step.constant);
    case Kind::Gauge:
      return inputs[step.input];
    case Kind::State: {
      const WatchBounds& state = inputs[step.input];
      if (is_exact(state)) return exactly(state.low == step.constant ? 1 : 0);
      WatchBounds result = exactly(0);
      if (state.low <= step.constant && step.constant <= state.high) result.high = 1;
      return result;
    }
    case Kind::Negation: {
      WatchBounds result = operands[0];
      result.low = -operands[0].high;
      result.high = -operands[0].low;
      return result;
    }
    case Kind::Function:
      return function_of(step, operands);
    case Kind::Arithmetic:
      return arithmetic(step.op, operands[0], operands[1]);
    case Kind::Comparison:
    case Kind::Filter:
      return compared(step, operands);
    case Kind::And: {
      const Presence others = presence_of(operands, 1);
      return kept_if(operands[0], others.can_be, others.must_be);
    }
    case Kind::Unless: {
      const Presence others = presence_of(operands, 1);
      return kept_if(operands[0], !others.must_be, !others.can_be);
    }
    case Kind::First:
      return first_of(operands);
    case Kind::Aggregation:
      return aggregate(step, operands);
    case Kind::Scalar:
      return scalar_of(operands);
  }
  return {};
}

}  // namespace

WatchBounds bound(const WatchProgram& program, std::span<const WatchBounds> inputs,
                  std::span<WatchBounds> scratch) noexcept {
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    scratch[i] = run(program, program.steps[i], inputs, scratch);
  }
  return scratch[program.steps.size() - 1];
}

}  // namespace vigil::monitoring
