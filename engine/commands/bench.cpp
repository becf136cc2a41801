#include "engine/commands/bench.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "engine/bench/baseline.h"
#include "engine/bench/report.h"
#include "engine/commands/commands.h"
#include "engine/config/embedded_config.h"
#include "engine/config/yaml.h"

namespace vigil::engine {
namespace {

void print(const std::vector<std::string>& regressions) {
  std::cout << '\n';
  if (regressions.empty()) std::cout << "no ratio is worse than the baseline's\n";
  for (const std::string& regression : regressions) std::cout << "worse: " << regression << '\n';
}

}  // namespace

int run_bench(const BenchOptions& options) {
  const std::vector<bench::Target> targets =
      options.targets.empty()
          ? bench::read_targets(benchmark_targets_text(), std::string{kBenchmarkTargetsName})
          : bench::read_targets(read_config_file(options.targets), options.targets);
  std::map<std::string, double> baseline;
  if (!options.compare.empty()) {
    baseline = bench::read_baseline(read_config_file(options.compare), options.compare);
  }
  std::ofstream json;
  if (!options.json.empty()) {
    json.open(options.json);
    if (!json) throw std::runtime_error(options.json + ": cannot be written");
  }

  const bench::Effort effort = options.quick ? bench::quick_effort() : bench::Effort{};
  bench::Report report;
  report.environment = bench::read_environment();
  report.is_quick = options.quick;
  report.load_before = bench::load_average();
  for (const bench::Subject& subject : bench::subjects()) {
    if (!options.only.empty() && options.only != subject.name) continue;
    std::cerr << "measuring " << subject.name << '\n';
    for (const bench::Group& group : subject.make(effort)) {
      bench::run_group(std::string{subject.name}, group, effort, report.results);
    }
  }
  report.load_after = bench::load_average();
  report.verdicts = bench::judge(targets, report.results);

  std::cout << bench::report_text(report);
  json << bench::report_json(report);
  json.close();
  if (!options.json.empty() && !json) throw std::runtime_error(options.json + ": cannot be written");

  if (const auto unknown = bench::unknown_measure(targets, report.results); unknown && options.only.empty()) {
    throw ConfigError(
        {"target " + *unknown + ": measure: must name a case or a ratio of the report, does not"});
  }

  bool is_good =
      std::none_of(report.verdicts.begin(), report.verdicts.end(),
                   [](const bench::Verdict& verdict) { return verdict.outcome == bench::Outcome::Missed; });
  if (!options.compare.empty()) {
    const std::vector<std::string> worse = bench::regressions(baseline, report.results);
    print(worse);
    is_good = is_good && worse.empty();
  }
  return is_good ? kExitSuccess : kExitFailure;
}

}  // namespace vigil::engine
