#pragma once

#include <string>
#include <vector>

#include "monitoring/alerting/threshold_sweep.h"
#include "monitoring/promql/range_ends.h"
#include "monitoring/store/sample.h"

namespace vigil::engine {

struct BacktestCommandOptions {
  std::string data;                ///< an engine's data folder; read, never written
  std::vector<std::string> rules;  ///< files, with * and ? where they stand for several; built-in
  monitoring::SampleRange range;   ///< of evaluations
  monitoring::SampleTime interval = 10'000;
  monitoring::promql::RangeEnds ranges = monitoring::promql::RangeEnds::LeftOpen;
  std::vector<monitoring::ThresholdSweep> sweeps;
  bool as_json = false;
};

/// `vigil rules backtest`: judges rules over recorded history, and prints what would have fired. Returns the
/// exit code. Throws ConfigError for what is wrong with rules and sweeps, std::runtime_error for a history
/// that cannot be read, or that has nothing in the range.
int run_backtest(const BacktestCommandOptions& options);

}  // namespace vigil::engine
