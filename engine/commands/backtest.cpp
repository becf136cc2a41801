#include "engine/commands/backtest.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "engine/commands/commands.h"
#include "engine/config/config_values.h"
#include "engine/config/yaml.h"
#include "engine/monitor/rule_files.h"
#include "engine/output/backtest_output.h"
#include "monitoring/alerting/backtest.h"
#include "monitoring/alerting/backtest_source.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/store/recorded_history.h"

namespace vigil::engine {
namespace {

using monitoring::RecordedHistory;
using monitoring::RuleGroupDefinition;
using monitoring::SampleRange;
using monitoring::SampleTime;

RecordedHistory open_history(const std::string& data) {
  const std::string folder = data + "/history";
  if (!std::filesystem::is_directory(folder)) {
    throw std::runtime_error(data + ": must be the data folder of an engine, has no folder \"history\"");
  }
  return RecordedHistory(folder);
}

/// The rules' own thresholds, by sweep.
std::vector<double> swept_thresholds(const std::vector<RuleGroupDefinition>& groups,
                                     const std::vector<monitoring::ThresholdSweep>& sweeps) {
  std::vector<double> thresholds;
  std::vector<std::string> errors;
  for (const monitoring::ThresholdSweep& sweep : sweeps) {
    try {
      thresholds.push_back(monitoring::swept_threshold(groups, sweep.rule));
    } catch (const std::invalid_argument& error) {
      errors.push_back(std::string{"--sweep: "} + error.what());
    }
  }
  if (!errors.empty()) throw ConfigError(std::move(errors));
  return thresholds;
}

std::vector<SampleTime> evaluation_times(const RecordedHistory& history, const std::string& data,
                                         SampleRange wanted) {
  const SampleRange all = history.range();
  if (all.from > all.to) throw std::runtime_error(data + ": must have a history, it has no samples");
  std::vector<SampleTime> times = monitoring::sample_times(
      history, {.from = std::max(wanted.from, all.from), .to = std::min(wanted.to, all.to)});
  if (times.empty()) {
    throw std::runtime_error(data + ": must have samples between --from and --to, its history reaches from " +
                             monitoring::rfc3339(all.from) + " to " + monitoring::rfc3339(all.to));
  }
  return times;
}

}  // namespace

int run_backtest(const BacktestCommandOptions& options) {
  RulesConfig rules;
  rules.built_in = false;
  for (const std::string& word : options.rules) {
    if (word == kBuiltIn) {
      rules.built_in = true;
    } else {
      rules.files.push_back(word);
    }
  }
  const std::vector<RuleGroupDefinition> groups = read_rule_files(rules, options.ranges);
  const std::vector<double> thresholds = swept_thresholds(groups, options.sweeps);

  const auto begin = std::chrono::steady_clock::now();
  const RecordedHistory history = open_history(options.data);
  const std::vector<SampleTime> times = evaluation_times(history, options.data, options.range);
  const monitoring::BacktestOptions with{
      .evaluation_interval = options.interval, .engine = {.ranges = options.ranges}, .environment = {}};
  BacktestOutput output;
  output.report = monitoring::backtest(history, times, groups, with);
  output.wall = std::chrono::steady_clock::now() - begin;
  output.set_coverage(times, history.raw_from(), history.minute_from());
  output.damage = history.damage();

  for (std::size_t i = 0; i < options.sweeps.size(); ++i) {
    const monitoring::ThresholdSweep& sweep = options.sweeps[i];
    SweepOutput& swept =
        output.sweeps.emplace_back(SweepOutput{.rule = sweep.rule, .threshold = thresholds[i], .steps = {}});
    for (std::size_t step = 0; step < sweep.count; ++step) {
      const double threshold = sweep.threshold(step);
      const auto report = monitoring::backtest(
          history, times, monitoring::rules_with_threshold(groups, sweep.rule, threshold), with);
      swept.steps.push_back({.threshold = threshold, .fired = monitoring::summary_of(report, sweep.rule)});
    }
  }
  if (options.as_json) {
    std::cout << backtest_json(output);
  } else {
    print_backtest(std::cout, output);
  }
  return kExitSuccess;
}

}  // namespace vigil::engine
