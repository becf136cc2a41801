#pragma once

#include <string>

#include "engine/config/engine_config.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// Declares every metric this binary can expose; Registry::definitions then lists them.
void declare_catalogue(monitoring::Registry& registry);

/// Whether the metrics that the configuration names are there. Throws ConfigError; `name` stands in messages
/// for the file.
void check_metric_names(const EngineConfig& config, const std::string& name);

}  // namespace vigil::engine
