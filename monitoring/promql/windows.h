#pragma once

#include <functional>
#include <span>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/query.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// The time that a selector or subquery looks at when `now` is evaluated: behind its @ and offset.
[[nodiscard]] SampleTime shifted_time(const Query& query, const TimeShift& shift, SampleTime now) noexcept;

/// The times at which a subquery's inner expression is evaluated, for all windows of a grid: multiples of its
/// step. A count of 0: none.
[[nodiscard]] Grid subquery_grid(const Query& query, const Subquery& subquery, const Grid& grid) noexcept;

/// Does one name belong to all series that the selector selects?
[[nodiscard]] bool selects_one_name(const VectorSelector& selector) noexcept;

/// Evaluates the inner expression of a subquery.
using EvaluateInner = std::function<StepTable(const Expression&, const Grid&)>;

/// A function that takes_window() over a selector with a range or a subquery. `numbers` are its other
/// arguments, a row each with a value a step.
[[nodiscard]] StepTable window_call(Query& query, const Call& call, const Grid& grid,
                                    std::span<const std::vector<double>> numbers, const EvaluateInner& inner);

/// The samples of a selector with a range or of a subquery at one time.
[[nodiscard]] MatrixValue window_samples(Query& query, const Expression& expression, SampleTime time,
                                         const EvaluateInner& inner);

}  // namespace vigil::monitoring::promql
