#pragma once

#include <cstdint>
#include <optional>

#include "monitoring/promql/ast.h"

namespace vigil::monitoring {

/// The comparison the expression consists of, parentheses aside; nullptr if it is none, or one with `bool`.
[[nodiscard]] const promql::Binary* comparison_of(const promql::Expression& expression) noexcept;
/// Is a number compared with series, as in `10 < x`?
[[nodiscard]] bool has_number_on_the_left(const promql::Binary& comparison) noexcept;
/// The number literal that series are compared with, with its sign; no value for anything else.
[[nodiscard]] std::optional<double> threshold_of(const promql::Binary& comparison);
/// The same comparison of the series with `threshold`, in the place of what they are compared with.
[[nodiscard]] promql::ExpressionPtr with_threshold(const promql::Binary& comparison, double threshold);

enum class Extreme : std::uint8_t { Largest, Smallest };
/// Which value of an expression is the most extreme one: of `x < 5` the smallest, of `x > 5` and of all that
/// is no comparison, or several that disagree, the largest.
[[nodiscard]] Extreme extreme_of(const promql::Expression& expression) noexcept;

}  // namespace vigil::monitoring
