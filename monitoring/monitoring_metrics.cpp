#include "monitoring/monitoring_metrics.h"

#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/history_metrics.h"

namespace vigil::monitoring {

void declare_all(Registry& registry) {
  for (const MetricDefinition& definition : kMonitoringMetrics) registry.declare(definition);
  for (const MetricDefinition& definition : kHistoryMetrics) registry.declare(definition);
  for (const MetricDefinition& definition : kDeliveryMetrics) registry.declare(definition);
}

}  // namespace vigil::monitoring
