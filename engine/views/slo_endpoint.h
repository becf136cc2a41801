#pragma once

#include <functional>
#include <string>

#include "engine/monitor/slo_report.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

/// The report as /api/slos answers it, see docs/SLOS.md.
[[nodiscard]] std::string slos_json(const SloReport& report);

/// GET /api/slos. `report` is called by HTTP workers.
void add_slo_endpoint(monitoring::HttpServer& server, std::function<SloReport()> report);

}  // namespace vigil::engine
