#pragma once

#include <optional>

#include "monitoring/promql/engine.h"
#include "monitoring/slo/slo_definition.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// The value of an indicator over one window.
struct SliReading {
  double value = 0;             ///< Ratio, Value: 0 to 1. Count: from 0 on
  std::optional<double> good;   ///< Ratio: as the expressions give it; events a second where they have rate()
  std::optional<double> total;  ///< as `good`; never 0
  Labels
      labels;  ///< of the series that it is of, without the metric's name: the worst where there are several
};

/// The indicator over a window that ends at `time`, from one of the definition's windows. Of several series
/// the worst counts: the least ratio, the greatest count. Nothing where there is nothing to tell: no series,
/// no events at all (0 of 0), or no finite number. What extrapolation makes more than all, or less than
/// nothing, is all or nothing. Throws EvaluationError; also for a ratio whose sides do not fit each other one
/// to one.
[[nodiscard]] std::optional<SliReading> read_sli(const SloDefinition& slo, const SliExpressions& expressions,
                                                 const promql::Engine& engine, const SampleSource& source,
                                                 SampleTime time, const promql::QueryContext& context = {});

/// Does the indicator reach the objective?
[[nodiscard]] bool is_met(const SloDefinition& slo, double sli) noexcept;
/// What is left of the error budget: 1 of all, below 0 once it is overspent. `sli`: over the compliance
/// period.
[[nodiscard]] double error_budget_left(double target, double sli) noexcept;
/// How many times as fast as it may the error budget was spent over the window of `sli`; at 1 it lasts
/// exactly for the compliance period.
[[nodiscard]] double burn_rate(double target, double sli) noexcept;

}  // namespace vigil::monitoring
