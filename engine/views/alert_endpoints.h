#pragma once

#include <functional>
#include <vector>

#include "engine/actions/latch_book.h"
#include "engine/monitor/alert_desk.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/http/server.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {

/// What the endpoints about alerts stand on. All of it outlives the server.
struct AlertLinks {
  AlertDesk& desk;
  monitoring::Logger& logger;  ///< has who silenced what
  std::function<std::vector<monitoring::RuleGroupView>()> rules;
  std::function<monitoring::SampleTime()> now;
  std::function<std::vector<ActionLatch>()> latches;
};

/// GET /api/alerts, /api/alerts/history, /api/alerts/actions and /api/silences; POST /api/control/silence and
/// /api/control/expire_silence, which are for whom AccessGate lets control the engine.
void add_alert_endpoints(monitoring::HttpServer& server, const AlertLinks& links);

}  // namespace vigil::engine
