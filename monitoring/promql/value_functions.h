#pragma once

#include <span>

#include "monitoring/promql/function_table.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

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
