#pragma once

#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// Declares every metric this binary can expose; Registry::definitions then lists them.
void declare_catalogue(monitoring::Registry& registry);

}  // namespace vigil::engine
