#include "engine/incidents/incident_endpoints.h"

#include <optional>
#include <string>

#include "monitoring/log/json_line.h"

namespace vigil::engine {
namespace {

using monitoring::HttpMethod;
using monitoring::HttpRequest;
using monitoring::HttpResponse;

HttpResponse listed(const IncidentStore& store) {
  HttpResponse response;
  response.body = "{\"incidents\":[";
  for (bool is_first = true; const IncidentStore::Entry& entry : store.list()) {
    response.body += is_first ? "{\"id\":" : ",{\"id\":";
    is_first = false;
    monitoring::append_json_string(response.body, entry.id);
    response.body += ",\"bytes\":" + std::to_string(entry.bytes) + '}';
  }
  response.body += "]}\n";
  return response;
}

}  // namespace

void add_incident_endpoints(monitoring::HttpServer& server, const IncidentStore& store) {
  server.add_route({HttpMethod::Get}, "/api/incidents",
                   [&store](const HttpRequest&) { return listed(store); });
  server.add_route({HttpMethod::Get}, "/api/incidents/{id}", [&store](const HttpRequest& request) {
    const std::string id{request.path_parameter("id").value_or("")};
    std::optional<std::string> bundle = store.read(id);
    if (!bundle) return monitoring::http_error(404, "not_found", "there is no incident \"" + id + '"');
    HttpResponse response;
    response.body = *std::move(bundle);
    return response;
  });
}

}  // namespace vigil::engine
