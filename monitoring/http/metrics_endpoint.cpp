#include "monitoring/http/metrics_endpoint.h"

#include <chrono>

#include "monitoring/exposition/text.h"
#include "monitoring/monitoring_metrics.h"

namespace vigil::monitoring {

MetricsEndpoint::MetricsEndpoint(Registry& registry, std::vector<const prometheus::Collectable*> others)
    : sources_(std::move(others)),
      type_conflicts_(registry.shared_counter(kRecordsDropped, {"prometheus", "type_conflict"})),
      duration_(registry.histogram(kScrapeDuration, {"text"})) {
  sources_.insert(sources_.begin(), &registry);  // of two families of one name ours is the one that counts
}

HttpResponse MetricsEndpoint::operator()(const HttpRequest&) {
  const auto begin = std::chrono::steady_clock::now();
  const CollectedFamilies collected = collect(sources_);
  if (collected.type_conflicts != 0) type_conflicts_.add(collected.type_conflicts);
  HttpResponse response{.content_type = std::string(kTextContentType), .body = to_text(collected.families)};
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  const std::lock_guard lock(mutex_);
  duration_.observe(taken.count());
  return response;
}

}  // namespace vigil::monitoring
