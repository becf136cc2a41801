#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/monitor/alert_thresholds.h"
#include "engine/monitor/rules_config.h"
#include "engine/monitor/slo_config.h"
#include "monitoring/promql/query.h"
#include "monitoring/store/history_config.h"

namespace vigil::engine {

struct MonitorConfig {
  bool history_enabled = true;
  std::chrono::nanoseconds sample_interval = std::chrono::seconds{1};
  /// Gauges whose least and greatest value between two samples is recorded.
  std::vector<std::string> peaks{"execution_risk_exposure_notional", "market_spread_basis_points",
                                 "risk_manager_drawdown_ratio",      "trading_daily_pnl_usd",
                                 "trading_portfolio_value_usd",      "trading_unrealized_pnl_usd"};
  monitoring::HistoryConfig history;  ///< its folder is set when the engine starts
  RulesConfig rules;
  SloConfig slo;
  AlertThresholdSettings thresholds;         ///< what rules compare with
  monitoring::promql::EngineOptions engine;  ///< of rules and queries
};

}  // namespace vigil::engine
