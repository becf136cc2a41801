#pragma once

#include "engine/config/engine_config.h"
#include "engine/config/yaml_writer.h"

namespace vigil::engine {

/// The sections about the process itself: HTTP, log, journal, history, rules, queues. What is traded, where
/// and within which limits is written by show_config.
void write_process(YamlWriter& out, const EngineConfig& config);

}  // namespace vigil::engine
