#pragma once

#include <functional>

#include "engine/reports/report_store.h"
#include "engine/views/json_parts.h"
#include "engine/views/view_exchange.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

class Analysis;

/// All of it outlives the server.
struct ReportLinks {
  const EngineConfig& config;
  const ReportStore& store;
  const Analysis& analysis;
  ViewExchange& views;
  std::function<void(Json&)> extend;  ///< see ReportKeeper::Links
};

/// GET /api/reports lists the days, the newest first; /api/reports/{day} and /reports/{day}.json give one as
/// JSON, /reports/{day} as a page; the day that goes on is "today".
void add_report_endpoints(monitoring::HttpServer& server, const ReportLinks& links);

}  // namespace vigil::engine
