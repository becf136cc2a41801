#pragma once

#include <span>
#include <string>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// A series with the labels that the argument of absent() asks for, 1 at every step at which `present` is
/// false.
[[nodiscard]] StepTable absent_series(Query& query, const Expression& argument,
                                      const std::vector<bool>& present);
/// At which steps any row has a sample.
[[nodiscard]] std::vector<bool> presence(const StepTable& table);

/// `label_replace(v, destination, replacement, source, regex)` and
/// `label_join(v, destination, separator, source, ...)`; `texts` are the arguments behind v. Throw
/// EvaluationError.
[[nodiscard]] StepTable label_replace(const Query& query, const Call& call, StepTable table,
                                      std::span<const std::string> texts);
[[nodiscard]] StepTable label_join(const Query& query, StepTable table, std::span<const std::string> texts);

/// Of classic histograms: series that differ in `le` only. `q` has a value a step; `range` is the call's
/// quantile.
[[nodiscard]] StepTable histogram_quantile(Query& query, const Call& call, const StepTable& table,
                                           std::span<const double> q);
[[nodiscard]] StepTable histogram_fraction(Query& query, const Call& call, const StepTable& table,
                                           std::span<const double> lower, std::span<const double> upper);

/// By value at a table's only step, NaN last; of more steps nothing is sorted.
[[nodiscard]] StepTable sorted(StepTable table, bool descending);

/// The one sample of each step; NaN where there is none or more than one.
[[nodiscard]] std::vector<double> scalar_of(const StepTable& table);

/// The warning that a quantile is not between 0 and 1, when it is not.
void check_quantile(Query& query, double q, TextRange range);

}  // namespace vigil::monitoring::promql
