#pragma once

#include <vector>

#include "engine/config/engine_config.h"
#include "engine/signals/model_figures.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {

/// Each model: whether it gives signals, what its predictions came to, how its inputs are. Unknown is null.
[[nodiscard]] Json models_json(const EngineConfig& config, const std::vector<ModelFigures>& models);

}  // namespace vigil::engine
