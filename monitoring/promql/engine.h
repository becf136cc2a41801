#pragma once

#include <chrono>
#include <string_view>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/query.h"
#include "monitoring/promql/value.h"

namespace vigil::monitoring::promql {

/// Evaluates expressions over the samples of a source. Has no state: any thread, any number of queries at
/// once.
class Engine {
 public:
  explicit Engine(EngineOptions options = {}) noexcept : options_(options) {}

  [[nodiscard]] const EngineOptions& options() const noexcept { return options_; }

  /// With the functions that the setting of ranges knows. Throws ParseError.
  [[nodiscard]] ExpressionPtr parse(std::string_view text) const;

  /// The value at one time, of any type. Throws EvaluationError.
  [[nodiscard]] QueryResult instant(const Expression& expression, const SampleSource& source, SampleTime time,
                                    const QueryContext& context = {}) const;
  /// The values at start, start + step and so on up to the end: always a matrix. `step` must be positive, the
  /// end not before the start. Throws EvaluationError, also for expressions that are neither scalars nor
  /// instant vectors.
  [[nodiscard]] QueryResult range(const Expression& expression, const SampleSource& source, SampleTime start,
                                  SampleTime end, std::chrono::milliseconds step,
                                  const QueryContext& context = {}) const;

 private:
  EngineOptions options_;
};

}  // namespace vigil::monitoring::promql
