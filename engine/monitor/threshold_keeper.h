#pragma once

#include "engine/config/engine_config.h"
#include "engine/monitor/alert_thresholds.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// Half of what an account with the least initial capital began with is the least balance, and so on: what
/// thresholds are derived from, as far as the configuration and the machine tell.
[[nodiscard]] ThresholdSources threshold_sources(const EngineConfig& config);

/// Publishes the thresholds of rules, and warns of those that are not there: rules over them never hold. Any
/// thread, one at a time.
class ThresholdKeeper {
 public:
  ThresholdKeeper(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger);

  void apply(const AlertThresholdSettings& settings);

 private:
  ThresholdSources sources_;
  AlertThresholdGauges gauges_;
  monitoring::Logger& logger_;
};

}  // namespace vigil::engine
