#include <array>
#include <memory>
#include <string>

#include "engine/bench/alert_path.h"
#include "engine/bench/cases.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/samples.h"
#include "engine/bench/timing.h"
#include "monitoring/promql/parser.h"
#include "monitoring/watches/watch_compiler.h"
#include "monitoring/watches/watch_table.h"

namespace vigil::engine::bench {
namespace {

constexpr std::size_t kBreaches = 500;  ///< of a round
constexpr std::size_t kWatched = 1'000;
constexpr std::array<std::string_view, 1> kSymbolLabel{"symbol"};
constexpr monitoring::MetricDefinition kWatchedGauge{"bench_watched_level", monitoring::MetricType::Gauge,
                                                     "1", "A level with a limit.", kSymbolLabel};

/// A rule of a user, not a limit of the risk manager: the market falls, the core judges, halts.
Group breaches() {
  auto rig = std::make_shared<OrderRig>(true, "trading_unrealized_pnl_usd < -1");
  Group group;
  group.cases.push_back({"watch_breach_to_action/vigil", "ns",
                         [rig](std::vector<double>& samples) { rig->breach(kBreaches, samples); }});
  auto without = std::make_shared<OrderRig>(true);
  group.cases.push_back({"watch_breach_not_watched/vigil", "ns",
                         [without](std::vector<double>& samples) { without->fall(kBreaches, samples); }});
  return group;
}

struct Watched : monitoring::WatchListener {
  Watched() {
    for (std::size_t i = 0; i < kWatched; ++i) {
      gauges.push_back(registry.gauge(kWatchedGauge, {std::to_string(i)}, 0));
    }
    monitoring::GaugeDirectory directory(registry);
    auto compiled =
        monitoring::compile_watches(*monitoring::promql::parse("bench_watched_level > 1e9"), {}, directory);
    std::vector<monitoring::Watch> watches;
    for (auto& each : compiled.watches) {
      monitoring::Watch& watch = watches.emplace_back();
      watch.key = each.labels.hash();
      watch.labels = each.labels;
      watch.program = std::move(each.program);
    }
    table = std::make_unique<monitoring::WatchTable>(std::move(watches), directory.take_gauges());
    table->install(nullptr, *this);
    for (monitoring::Gauge& gauge : gauges) gauge.set(1);
    table->judge(registry.changed_gauges(), *this);
  }
  void crossed(std::uint32_t, double) noexcept override { ++crossings; }

  monitoring::Registry registry;
  std::vector<monitoring::Gauge> gauges;
  std::unique_ptr<monitoring::WatchTable> table;
  std::size_t crossings = 0;
};

/// What a store costs that a rule listens to, against one that none does.
Group stores(std::size_t operations) {
  auto watched = std::make_shared<Watched>();
  auto plain = std::make_shared<Watched>();
  plain->table->install(nullptr, *plain);
  monitoring::WatchTable({}, {}).install(plain->table.get(), *plain);
  const auto store = [operations](const std::shared_ptr<Watched>& in) {
    return [in, operations](std::vector<double>& samples) {
      samples.push_back(time_of([&] {
                          for (std::size_t i = 0; i < operations; ++i) {
                            in->gauges[i % kWatched].set(static_cast<double>(i));
                          }
                        }) /
                        static_cast<double>(operations));
    };
  };
  Group group;
  group.cases.push_back({"gauge_set_watched/vigil", "ns", store(watched)});
  group.cases.push_back({"gauge_set_not_watched/vigil", "ns", store(plain)});
  group.ratios.push_back({"gauge_set_watched", "gauge_set_not_watched/vigil", "gauge_set_watched/vigil"});
  return group;
}

/// From the core's seeing a crossing to an Alertmanager's reading of the alert.
Group messages() {
  auto path = std::make_shared<AlertPath>();
  Group group;
  group.cases.push_back({"breach_to_alertmanager/vigil", "ns",
                         [path](std::vector<double>& samples) { samples.push_back(path->breach()); }});
  return group;
}

}  // namespace

std::vector<Group> alert_groups(const Effort& effort) {
  return {breaches(), stores(effort.operations), messages()};
}

}  // namespace vigil::engine::bench
