#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "monitoring/promql/ast.h"

namespace vigil::monitoring {

/// One operation of a watch's program. Its operands are results of earlier steps.
struct WatchStep {
  enum class Kind : std::uint8_t {
    Constant,    ///< `constant`
    Gauge,       ///< input number `input`; absent while the gauge is unset
    State,       ///< 1 if input number `input` is in the state `constant`, else 0
    Negation,    ///< of operand 0
    Function,    ///< of operand 0, and of the numbers that are operands 1 and 2
    Arithmetic,  ///< `op` of operands 0 and 1
    Comparison,  ///< 1 or 0
    Filter,      ///< operand 2 as long as the comparison `op` of operands 0 and 1 holds
    And,         ///< operand 0 as long as any of the others is present
    Unless,      ///< operand 0 as long as none of the others is present
    First,       ///< the first operand that is present
    Aggregation,
    Scalar,  ///< the one operand that is present, NaN if there are more or none
  };
  Kind kind = Kind::Constant;
  promql::BinaryOperator op = promql::BinaryOperator::Add;
  promql::FunctionId function = promql::FunctionId::Abs;
  promql::AggregationOperator aggregation = promql::AggregationOperator::Sum;
  std::uint32_t input = 0;
  std::uint32_t first_operand = 0;  ///< in the program's list
  std::uint32_t operand_count = 0;
  double constant = 0;
};

/// What an expression says about one series, as steps over the gauges it reads. The last step is the result:
/// it is present as long as the condition holds. Immutable.
struct WatchProgram {
  std::vector<WatchStep> steps;
  std::vector<std::uint32_t> operands;
  std::vector<std::uint32_t> inputs;  ///< the gauges, by a number of the caller's; none twice
  bool is_left_open = true;           ///< the arithmetic of Prometheus 3; else of 2
};

/// The result of a step: NaN may be a value, so that absence is told apart.
struct WatchValue {
  bool is_present = false;
  double value = 0;
};

/// What a step's result can be when its inputs are anything within their ranges.
struct WatchBounds {
  bool can_be_present = false;
  bool can_be_absent = true;
  bool can_be_nan = false;
  /// Of the values that are not NaN; low > high: there are none.
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

/// `values`: of the inputs, NaN of the unset gauge for what is absent. `scratch`: as many as there are steps.
/// Allocates nothing.
[[nodiscard]] WatchValue evaluate(const WatchProgram& program, std::span<const double> values,
                                  std::span<WatchValue> scratch) noexcept;

/// The same in interval arithmetic: every result that inputs within `inputs` can have lies within the bounds
/// (which may be wider than need be). Rounding is monotone, so that the ends of an interval, computed as
/// values are, bound what is computed in between; where a sum is computed in another order, or a function is
/// not rounded correctly, the bounds are widened by more than it can matter.
[[nodiscard]] WatchBounds bound(const WatchProgram& program, std::span<const WatchBounds> inputs,
                                std::span<WatchBounds> scratch) noexcept;

}  // namespace vigil::monitoring
