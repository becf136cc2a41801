#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "monitoring/promql/function_table.h"
#include "monitoring/store/sample.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring::promql {

/// The samples of one series in a window, without stale markers, at least one; and what a function may ask
/// besides.
struct Window {
  std::span<const Sample> samples;
  /// The samples' columns may be roll-ups: how many samples each stands for. Empty: one each.
  std::span<const Sample> counts;
  bool never_falls = false;  ///< surely no sample is less than the one before: a counter that was not reset
  SampleTime begin = 0;      ///< the ends of the window, wherever samples are
  SampleTime end = 0;
  SampleTime now = 0;                      ///< what is evaluated
  double range_seconds = 0;                ///< end - begin
  std::span<const double> numbers;         ///< the function's other arguments
  std::vector<double>* scratch = nullptr;  ///< for functions that sort
};

/// No value: the function has no result for this window. Throws EvaluationError for bad arguments.
using WindowFunction = std::optional<double> (*)(const Window&);
/// Of a function that takes_window().
[[nodiscard]] WindowFunction window_function(FunctionId id, RangeEnds ranges) noexcept;

/// Which column of rolled-up history gives the function's result; Last where there is no better one.
[[nodiscard]] RollUpColumn rolled_up_column(FunctionId id) noexcept;

}  // namespace vigil::monitoring::promql
