#pragma once

#include "engine/config/alerting_config.h"
#include "engine/config/yaml_writer.h"

namespace vigil::engine {

/// The section `alerting`: where secrets are, never what they are.
void write_alerting(YamlWriter& out, const AlertingConfig& config);

}  // namespace vigil::engine
