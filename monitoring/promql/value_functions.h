#pragma once

#include <span>

#include "monitoring/promql/function_table.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// What an argument is that the expression leaves out: round() rounds to whole numbers.
inline constexpr double kArgumentLeftOut = 1;
/// The function of a value and of its other arguments; kNoSample where clamp() has nothing to give. For a
/// function that is_of_one_value().
[[nodiscard]] double function_value(FunctionId id, double value, double first, double second) noexcept;
/// Replaces every sample of the table by the function of it. `numbers` are the function's other arguments,
/// one row each with a value a step. For a function that is_of_one_value().
void apply_to_values(FunctionId id, StepTable& table, std::span<const std::vector<double>> numbers);

/// The year, hour, ... in UTC of seconds since 1970. For a function that is_of_moment().
[[nodiscard]] double part_of_moment(FunctionId id, double seconds) noexcept;
void apply_to_moments(FunctionId id, StepTable& table) noexcept;

/// As Go's math.Max and math.Min: the infinity that wins anyway, else NaN if either is; and 0 is more than
/// -0.
[[nodiscard]] double larger(double a, double b) noexcept;
[[nodiscard]] double smaller(double a, double b) noexcept;

}  // namespace vigil::monitoring::promql
