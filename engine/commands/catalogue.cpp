#include "engine/commands/catalogue.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/actions/action_executor.h"
#include "engine/core/core.h"
#include "engine/core/live_engine.h"
#include "engine/incidents/incident_metrics.h"
#include "engine/journal/journal_metrics.h"
#include "engine/journal/snapshot_metrics.h"
#include "engine/monitor/alert_thresholds.h"
#include "engine/monitor/monitor_cycle.h"
#include "engine/reports/report_metrics.h"
#include "engine/signals/signal_bridge.h"
#include "monitoring/catalogue.h"

namespace vigil::engine {

void declare_catalogue(monitoring::Registry& registry) {
  monitoring::declare_all(registry);
  Core::declare(registry);
  LiveEngine::declare(registry);
  JournalMetrics::declare(registry);
  SnapshotMetrics::declare(registry);
  IncidentMetrics::declare(registry);
  ReportMetrics::declare(registry);
  MonitorCycle::declare(registry);
  ActionExecutor::declare(registry);
  registry.declare(metric::kAlertThreshold);
  SignalDesk::declare(registry);
}

void check_metric_names(const EngineConfig& config, const std::string& name) {
  monitoring::Registry registry(false);
  declare_catalogue(registry);
  std::vector<std::string> errors;
  const std::vector<monitoring::MetricDefinition> known = registry.definitions();
  for (const std::string& peak : config.monitor.peaks) {
    const bool is_gauge = std::ranges::any_of(known, [&](const monitoring::MetricDefinition& each) {
      return each.name == peak && each.type == monitoring::MetricType::Gauge && each.states.empty();
    });
    if (is_gauge) continue;
    std::string& error = errors.emplace_back(name);
    error += ": history.peaks: must name gauges that `vigil metrics` lists, named \"";
    error += peak;
    error += '"';
  }
  if (!errors.empty()) throw ConfigError(std::move(errors));
}

}  // namespace vigil::engine
