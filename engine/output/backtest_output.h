#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitoring/alerting/backtest.h"
#include "monitoring/alerting/threshold_sweep.h"
#include "monitoring/store/sample.h"

namespace vigil::engine {

/// What `--sweep` found for one rule.
struct SweepOutput {
  struct Step {
    double threshold;
    monitoring::FiringSummary fired;
  };
  std::string rule;
  double threshold;  ///< in the file
  std::vector<Step> steps;
};

/// All that `rules backtest` has to say.
struct BacktestOutput {
  monitoring::BacktestReport report;
  std::chrono::nanoseconds wall{0};  ///< to open the history and to judge the rules once
  monitoring::SampleTime from = 0;   ///< of the evaluations
  monitoring::SampleTime to = 0;
  std::vector<monitoring::SampleRange> gaps;  ///< of more than five minutes without a sample, in between
  /// Before these there are only minutes, or hours; none: all is there as it was taken.
  std::optional<monitoring::SampleTime> minutes_before, hours_before;
  std::vector<std::string> damage;  ///< a line for each file that could not be read
  std::vector<SweepOutput> sweeps;

  /// Fills in what is known from the times at which the history has samples, which is one at least.
  void set_coverage(std::span<const monitoring::SampleTime> times, monitoring::SampleTime raw_from,
                    monitoring::SampleTime minute_from);
  /// Milliseconds from the first time to the last, without gaps.
  [[nodiscard]] monitoring::SampleTime covered() const;
  /// How many times faster than the time that is covered.
  [[nodiscard]] double speed() const;
};

[[nodiscard]] std::string backtest_json(const BacktestOutput& output);
/// The same for people.
void print_backtest(std::ostream& out, const BacktestOutput& output);

}  // namespace vigil::engine
