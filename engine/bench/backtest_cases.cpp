#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/bench/folder.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/timing.h"
#include "engine/monitor/rule_files.h"
#include "monitoring/alerting/backtest.h"
#include "monitoring/alerting/backtest_source.h"
#include "monitoring/store/history.h"
#include "monitoring/store/recorded_history.h"
#include "monitoring/store/registry_sampler.h"

namespace vigil::engine::bench {
namespace {

using monitoring::SampleTime;

constexpr SampleTime kSampleStep = 1'000;
constexpr SampleTime kSamplesBegin = 1'700'000'400'000;

/// The metrics of a core that trades, sampled each second, as an engine leaves them on disk.
struct Recording {
  explicit Recording(std::size_t length) : seconds(length) {
    OrderRig rig(true);
    monitoring::Registry registry;
    monitoring::HistoryConfig config;
    config.folder = folder.path;
    monitoring::History history(config, registry);
    monitoring::RegistrySampler sampler(rig.registry(), history);
    constexpr std::size_t kOrdersASecond = 64;
    for (std::size_t i = 1; i <= seconds; ++i) {
      static_cast<void>(rig.run(kOrdersASecond));
      static_cast<void>(sampler.sample(kSamplesBegin + static_cast<SampleTime>(i) * kSampleStep));
      if (i % 60 == 0) history.work();
    }
    history.flush();
  }

  /// How many times faster than it was recorded the rules that ship are judged over it, from opening the
  /// folder to the report.
  [[nodiscard]] double judge() const {
    const auto rules = read_rule_files({}, monitoring::promql::RangeEnds::LeftOpen);
    const double took = time_of([&] {
      const monitoring::RecordedHistory history(folder.path);
      const std::vector<SampleTime> times = monitoring::sample_times(history, history.range());
      const monitoring::BacktestReport report = monitoring::backtest(history, times, rules, {});
      if (report.evaluations == 0) throw std::runtime_error("the back-test judged nothing");
    });
    return static_cast<double>(seconds) * 1e9 / took;
  }

  Folder folder;
  std::size_t seconds;
};

}  // namespace

std::vector<Group> backtest_groups(const Effort& effort) {
  const bool is_quick = effort.rounds <= quick_effort().rounds;
  const auto recording = std::make_shared<Recording>(is_quick ? 900 : 7'200);
  Group group;
  group.cases.push_back(
      {"backtest_shipped_rules/vigil", "x real time",
       [recording](std::vector<double>& samples) { samples.push_back(recording->judge()); }});
  return {group};
}

}  // namespace vigil::engine::bench
