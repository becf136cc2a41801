#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/parser.h"
#include "monitoring/store/plain_source.h"
#include "monitoring/store/series_lines.h"
#include "monitoring/watches/watch_compiler.h"
#include "monitoring/watches/watch_table.h"

namespace vigil::monitoring {

inline constexpr std::array<std::string_view, 1> kAccountLabel{"account"};
inline constexpr std::array<std::string_view, 2> kAccountAndSymbol{"account", "symbol"};
inline constexpr std::array<std::string_view, 2> kStates{"open", "closed"};
inline constexpr std::array<std::string_view, 2> kVenueAndState{"venue", "state"};
inline constexpr MetricDefinition kPnlGauge{"pnl_usd", MetricType::Gauge, "usd", "P.", kAccountLabel};
inline constexpr MetricDefinition kLimitGauge{"limit_usd", MetricType::Gauge, "usd", "L.", kAccountLabel};
inline constexpr MetricDefinition kExposureGauge{"exposure_usd", MetricType::Gauge, "usd", "E.",
                                                 kAccountAndSymbol};
inline constexpr MetricDefinition kBreakerState{"breaker", MetricType::Gauge, "1", "B.", kVenueAndState, {},
                                                kStates};
inline constexpr MetricDefinition kOrdersCounter{"orders_total", MetricType::Counter, "1", "O.", {}};

/// A few gauges, as an engine has them.
struct WatchedGauges {
  Registry registry;
  std::vector<Gauge> gauges{registry.gauge(kPnlGauge, {"main"}),
                            registry.gauge(kPnlGauge, {"hedge"}),
                            registry.gauge(kLimitGauge, {"main"}),
                            registry.gauge(kLimitGauge, {"hedge"}),
                            registry.gauge(kExposureGauge, {"main", "BTC"}),
                            registry.gauge(kExposureGauge, {"main", "ETH"}),
                            registry.gauge(kExposureGauge, {"hedge", "BTC"})};
  StateSet breaker = registry.state_set(kBreakerState, {"alpha"}, 0);
  Counter orders = registry.counter(kOrdersCounter, {});

  [[nodiscard]] MetricKinds kinds() const { return kinds_of(registry.definitions()); }
  /// What a query sees of the gauges now.
  [[nodiscard]] std::unique_ptr<PlainSource> source() const {
    auto source = std::make_unique<PlainSource>();
    for (const ShownFamily& family : registry.families()) {
      if (family.definition->type == MetricType::Histogram) continue;
      for (std::uint32_t number = 0; number < family.set->size(); ++number) {
        if (!family.set->is_present(number)) continue;
        const auto lines = line_labels(*family.definition, *family.set, number);
        for (std::size_t line = 0; line < lines.size(); ++line) {
          const bool is_state = family.set->kind() == CellKind::State;
          const double value =
              is_state ? (family.set->state(number) == line ? 1 : 0) : family.set->value(number);
          source->append(lines[line], {.time = 1000, .value = value});
        }
      }
    }
    return source;
  }
};

/// What the engine of queries says, by labels without the name.
inline std::map<Labels, double> queried(const WatchedGauges& gauges, const std::string& text,
                                        promql::RangeEnds ranges = {}) {
  promql::EngineOptions options;
  options.ranges = ranges;
  const promql::Engine engine(options);
  const auto source = gauges.source();
  std::map<Labels, double> found;
  const promql::QueryResult result = engine.instant(*engine.parse(text), *source, 1000);
  for (const promql::VectorElement& element : std::get<promql::VectorValue>(result.value)) {
    found[LabelsBuilder(element.labels).remove(kMetricNameLabel).build()] = element.sample.value;
  }
  return found;
}

/// Notes crossings.
struct NotedCrossings : WatchListener {
  void crossed(std::uint32_t watch, double value) noexcept override { noted.emplace_back(watch, value); }
  std::vector<std::pair<std::uint32_t, double>> noted;
};

/// A table of one rule over the gauges.
inline std::unique_ptr<WatchTable> table_of(WatchedGauges& gauges, const std::string& text,
                                            promql::RangeEnds ranges = {}) {
  GaugeDirectory directory(gauges.registry);
  CompiledRule compiled = compile_watches(*promql::parse(text, ranges), ranges, directory);
  if (!compiled.obstacle.empty()) throw std::runtime_error(compiled.obstacle);
  std::vector<Watch> watches;
  for (CompiledWatch& each : compiled.watches) {
    Watch& watch = watches.emplace_back();
    watch.key = each.labels.hash();
    watch.labels = std::move(each.labels);
    watch.program = std::move(each.program);
  }
  return std::make_unique<WatchTable>(std::move(watches), directory.take_gauges());
}

}  // namespace vigil::monitoring
