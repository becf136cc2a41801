#pragma once

#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

/// What reading a configuration is about, by its plain names.
namespace vigil::engine {

using monitoring::ConfigError;
using monitoring::nearest_word;
using monitoring::read_config_file;
using monitoring::shown_text;
using monitoring::YamlDocument;
using monitoring::YamlValue;

}  // namespace vigil::engine
