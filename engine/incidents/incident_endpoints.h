#pragma once

#include "engine/incidents/incident_store.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

/// GET /api/incidents lists the bundles, the newest first; GET /api/incidents/{id} gives one. The store
/// outlives the server.
void add_incident_endpoints(monitoring::HttpServer& server, const IncidentStore& store);

}  // namespace vigil::engine
