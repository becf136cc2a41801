#pragma once

#include <chrono>

#include "engine/monitor/alert_thresholds.h"
#include "engine/monitor/rules_config.h"
#include "monitoring/promql/query.h"
#include "monitoring/store/history_config.h"

namespace vigil::engine {

struct MonitorConfig {
  bool history_enabled = true;
  std::chrono::nanoseconds sample_interval = std::chrono::seconds{1};
  monitoring::HistoryConfig history;  ///< its folder is set when the engine starts
  RulesConfig rules;
  AlertThresholdSettings thresholds;         ///< what rules compare with
  monitoring::promql::EngineOptions engine;  ///< of rules and queries
};

}  // namespace vigil::engine
