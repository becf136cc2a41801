#include "monitoring/catalogue.h"

#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/export/export_metrics.h"
#include "monitoring/health/health_metrics.h"
#include "monitoring/http/http_metrics.h"
#include "monitoring/log/log_metrics.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/metrics/registry_metrics.h"
#include "monitoring/process/process_metrics.h"
#include "monitoring/store/history_metrics.h"
#include "monitoring/time/clock_metrics.h"

namespace vigil::monitoring {

void declare_all(Registry& registry) {
  const auto declare = [&](const auto& definitions) {
    for (const MetricDefinition& definition : definitions) registry.declare(definition);
  };
  declare(kRegistryMetrics);
  declare(kHttpMetrics);
  declare(kExportMetrics);
  declare(kLogMetrics);
  declare(kClockMetrics);
  declare(kHealthMetrics);
  declare(kProcessMetrics);
  declare(kHistoryMetrics);
  declare(kDeliveryMetrics);
}

}  // namespace vigil::monitoring
