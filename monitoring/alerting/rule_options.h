#pragma once

#include <vector>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/yaml/yaml_reader.h"

namespace vigil::monitoring {

/// What annotations called vigil_... say. What is wrong is noted in their document; an unknown name too.
[[nodiscard]] RuleOptions read_rule_options(const std::vector<YamlValue::Entry>& annotations);

}  // namespace vigil::monitoring
