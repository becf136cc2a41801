#pragma once

#include <string>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/query.h"
#include "monitoring/promql/step_table.h"

namespace vigil::monitoring::promql {

/// Evaluates the nodes of an expression over grids of times. Recurses over the tree; what does not change
/// from step to step is evaluated once.
class Evaluator {
 public:
  explicit Evaluator(Query& query) noexcept : query_(query) {}

  /// Of an expression of type Vector.
  [[nodiscard]] StepTable vector(const Expression& expression, const Grid& grid);
  /// Of an expression of type Scalar: a value for every step.
  [[nodiscard]] std::vector<double> scalar(const Expression& expression, const Grid& grid);
  /// Of an expression of type String.
  [[nodiscard]] static const std::string& text(const Expression& expression);
  /// Of an expression of type Matrix, at one time: the samples themselves.
  [[nodiscard]] MatrixValue matrix(const Expression& expression, SampleTime time);

 private:
  [[nodiscard]] StepTable varying_vector(const Expression& expression, const Grid& grid);
  [[nodiscard]] StepTable instant_selector(const VectorSelector& selector, const Grid& grid, bool timestamps);
  [[nodiscard]] StepTable negated(const Unary& unary, const Grid& grid);
  [[nodiscard]] StepTable binary(const Binary& binary, const Grid& grid);
  [[nodiscard]] StepTable aggregation(const Aggregation& aggregation, const Grid& grid);
  [[nodiscard]] StepTable call(const Call& call, const Grid& grid);
  [[nodiscard]] StepTable call_of_values(const Call& call, const Grid& grid);
  [[nodiscard]] StepTable call_of_moments(const Call& call, const Grid& grid);
  [[nodiscard]] StepTable timestamps(const Call& call, const Grid& grid);
  [[nodiscard]] StepTable one_series(const std::vector<double>& values);
  [[nodiscard]] std::vector<double> varying_scalar(const Expression& expression, const Grid& grid);

  Query& query_;
};

}  // namespace vigil::monitoring::promql
