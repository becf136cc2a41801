#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/commands/backtest.h"
#include "engine/commands/commands.h"
#include "engine/config/value_text.h"
#include "monitoring/api/api_parameters.h"

namespace vigil::engine {
namespace {

/// As the command line has it.
struct Words {
  std::string from, to, interval, ranges = "left_open", format = "text";
  std::vector<std::string> sweeps;
};

void read_time(const std::string& flag, const std::string& text, monitoring::SampleTime& time) {
  if (text.empty()) return;
  const auto parsed = monitoring::parse_time(text);
  if (!parsed) {
    throw CLI::ValidationError(
        flag, "must be a time such as 2026-01-31T08:30:00Z or 1769848200, was \"" + text + "\"");
  }
  time = *parsed;
}

void read_words(const Words& words, BacktestCommandOptions& options) {
  read_time("--from", words.from, options.range.from);
  read_time("--to", words.to, options.range.to);
  if (options.range.from > options.range.to) {
    throw CLI::ValidationError("--from", "must not be after --to, was \"" + words.from + "\"");
  }
  if (!words.interval.empty()) {
    const auto interval = parse_duration(words.interval);
    if (!interval || *interval < std::chrono::milliseconds{100}) {
      throw CLI::ValidationError(
          "--interval", "must be a time such as 10s, at least 100ms, was \"" + words.interval + "\"");
    }
    options.interval = std::chrono::duration_cast<std::chrono::milliseconds>(*interval).count();
  }
  options.ranges = words.ranges == "closed" ? monitoring::promql::RangeEnds::Closed
                                            : monitoring::promql::RangeEnds::LeftOpen;
  options.as_json = words.format == "json";
  for (const std::string& sweep : words.sweeps) {
    try {
      options.sweeps.push_back(monitoring::parse_sweep(sweep));
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError("--sweep", error.what());
    }
  }
}

}  // namespace

void add_backtest_command(CLI::App& rules, Action& action) {
  auto* const command =
      rules.add_subcommand("backtest", "Run rules over recorded history: what would have fired, and when");
  const auto options = std::make_shared<BacktestCommandOptions>();
  const auto words = std::make_shared<Words>();
  command->add_option("--data", options->data, "data folder of an engine, which may be running; only read")
      ->required();
  command
      ->add_option("--rules", options->rules,
                   "rule files in Prometheus' format; built-in: the rules that ship")
      ->required()
      ->expected(1, -1);
  command->add_option("--from", words->from,
                      "first evaluation, RFC 3339 or seconds since 1970; default: where the history begins");
  command->add_option("--to", words->to, "last evaluation; default: where the history ends");
  command->add_option("--interval", words->interval,
                      "between evaluations of groups that name none; default: 10s");
  command
      ->add_option("--ranges", words->ranges,
                   "left_open as Prometheus 3, or closed as Prometheus 2; default: left_open")
      ->check(CLI::IsMember({"left_open", "closed"}));
  command->add_option("--format", words->format, "text or json; default: text")
      ->check(CLI::IsMember({"text", "json"}));
  command
      ->add_option("--sweep", words->sweeps,
                   "RULE=FIRST..LAST:STEP: the rule with each of these thresholds in turn; may repeat")
      ->allow_extra_args(false);
  command->callback([options, words, &action] {
    read_words(*words, *options);
    action = [options] { return run_backtest(*options); };
  });
}

}  // namespace vigil::engine
