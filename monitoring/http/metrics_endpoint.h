#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include <prometheus/collectable.h>

#include "monitoring/exposition/exposition.h"
#include "monitoring/http/message.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// The handler of /metrics: our registry and any foreign collectables in the format that `Accept` asks for,
/// with `name[]=NAME` parameters only what they name. Publishes monitoring_scrape_duration_seconds{format},
/// which a scrape shows from the one before on. Any thread.
class MetricsEndpoint {
 public:
  /// `others` must outlive the endpoint and be readable from any thread.
  explicit MetricsEndpoint(Registry& registry, std::vector<const prometheus::Collectable*> others = {});

  [[nodiscard]] HttpResponse operator()(const HttpRequest& request);

 private:
  static constexpr std::size_t kFormats = 3;

  Registry& registry_;
  Exposition exposition_;
  SharedCounter type_conflicts_;
  std::array<SharedHistogram, kFormats> durations_;
};

}  // namespace vigil::monitoring
