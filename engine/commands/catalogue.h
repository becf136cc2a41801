#pragma once

#include <vector>

#include "monitoring/metrics/definition.h"

namespace vigil::engine {

/// Every metric this binary can expose, by name.
[[nodiscard]] std::vector<monitoring::MetricDefinition> metric_catalogue();

}  // namespace vigil::engine
