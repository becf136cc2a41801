#pragma once

#include <string>

#include "engine/config/engine_config.h"

namespace vigil::engine {

/// The effective configuration as a YAML text, every key with its value; what `vigil config show` prints. The
/// text reads back as the same configuration, but for log.redact_values: secrets are not shown, only how
/// many.
[[nodiscard]] std::string show_config(const EngineConfig& config);

}  // namespace vigil::engine
