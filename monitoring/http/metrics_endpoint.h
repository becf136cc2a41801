#pragma once

#include <mutex>
#include <vector>

#include <prometheus/collectable.h>

#include "monitoring/http/message.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// The handler of /metrics: our registry and any foreign collectables in Prometheus text. Publishes
/// monitoring_scrape_duration_seconds{format}, which a scrape shows from the one before on. Any thread.
class MetricsEndpoint {
 public:
  /// `others` must outlive the endpoint and be readable from any thread.
  explicit MetricsEndpoint(Registry& registry, std::vector<const prometheus::Collectable*> others = {});

  [[nodiscard]] HttpResponse operator()(const HttpRequest& request);

 private:
  std::vector<const prometheus::Collectable*> sources_;
  SharedCounter type_conflicts_;
  std::mutex mutex_;  ///< between scrapes: a histogram has one writer at a time
  Histogram duration_;
};

}  // namespace vigil::monitoring
