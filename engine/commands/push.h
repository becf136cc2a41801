#pragma once

#include <memory>

#include "engine/config/engine_config.h"
#include "monitoring/export/push_gateway.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// What pushes the registry's metrics where the configuration says, not started; null where it says nothing
/// or metrics are off. Registry and logger outlive it.
[[nodiscard]] std::unique_ptr<monitoring::PushGateway> push_gateway_of(const EngineConfig& config,
                                                                       monitoring::Registry& registry,
                                                                       monitoring::Logger& logger);

}  // namespace vigil::engine
