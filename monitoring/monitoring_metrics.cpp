#include "monitoring/monitoring_metrics.h"

#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

void declare_all(Registry& registry) {
  for (const MetricDefinition& definition : kMonitoringMetrics) registry.declare(definition);
}

}  // namespace vigil::monitoring
