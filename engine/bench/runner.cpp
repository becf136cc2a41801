#include "engine/bench/runner.h"

#include <stdexcept>

namespace vigil::engine::bench {
namespace {

std::size_t find(const std::vector<Case>& cases, const std::string& name) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i].name == name) return i;
  }
  throw std::logic_error("benchmark ratio of a case that its group has not: " + name);
}

}  // namespace

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all{
      {"instruments", instrument_groups}, {"distributions", distribution_groups},
      {"scrape", scrape_groups},          {"memory", memory_groups},
      {"orders", order_groups},           {"logging", logging_groups},
      {"history", history_groups},        {"backtest", backtest_groups},
      {"alerts", alert_groups},           {"health", health_groups},
      {"export", export_groups},          {"process", process_groups},
      {"journal", journal_groups},        {"signals", signal_groups},
  };
  return all;
}

void run_group(const std::string& subject, const Group& group, const Effort& effort, Results& results) {
  std::vector<std::vector<double>> samples(group.cases.size());
  for (std::size_t round = 0; round < effort.warm_up_rounds + effort.rounds; ++round) {
    for (const std::size_t turn : turns(group.cases.size(), round)) {
      group.cases[turn].sample(samples[turn]);
      if (round < effort.warm_up_rounds) samples[turn].clear();
    }
  }
  for (const Ratio& ratio : group.ratios) {
    results.ratios[ratio.name] = {
        ratio.of, ratio.over,
        summarize(quotients(samples[find(group.cases, ratio.of)], samples[find(group.cases, ratio.over)]))};
  }
  for (std::size_t i = 0; i < group.cases.size(); ++i) {
    const Case& measured = group.cases[i];
    results.cases[measured.name] = {subject, measured.unit, summarize(std::move(samples[i]))};
  }
}

}  // namespace vigil::engine::bench
