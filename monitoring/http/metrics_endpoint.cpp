#include "monitoring/http/metrics_endpoint.h"

#include <chrono>

#include "monitoring/http/http_metrics.h"
#include "monitoring/metrics/registry_metrics.h"

namespace vigil::monitoring {

MetricsEndpoint::MetricsEndpoint(Registry& registry, std::vector<const prometheus::Collectable*> others)
    : registry_(registry),
      exposition_(registry, std::move(others)),
      type_conflicts_(registry.shared_counter(kRecordsDropped, {"prometheus", "type_conflict"})) {
  for (std::size_t i = 0; i < durations_.size(); ++i) {
    durations_[i] = registry.shared_histogram(kScrapeDuration, {to_string(static_cast<ExpositionFormat>(i))});
  }
}

HttpResponse MetricsEndpoint::operator()(const HttpRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  const ExpositionFormat format = negotiated_format(request.header("Accept").value_or(""));
  std::vector<std::string> names;
  for (const auto& [name, value] : request.query) {
    if (name == "name[]") names.push_back(value);
  }
  HttpResponse response{.content_type = std::string(content_type(format)), .headers = {{"Vary", "Accept"}}};
  registry_.update_own_metrics();
  const std::size_t conflicts = exposition_.write(format, names, response.body);
  if (conflicts != 0) type_conflicts_.add(conflicts);
  durations_[static_cast<std::size_t>(format)].observe(std::chrono::steady_clock::now() - begin);
  return response;
}

}  // namespace vigil::monitoring
