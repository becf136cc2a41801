#pragma once

#include <cstddef>
#include <vector>

#include "engine/config/alerting_config.h"
#include "engine/config/yaml.h"

namespace vigil::engine {

/// Bounds of the lists: each entry has a thread of its own.
inline constexpr std::size_t kMaxAlertmanagers = 16;
inline constexpr std::size_t kMaxAlertReceivers = 64;

void read_alertmanagers(const YamlValue& list, std::vector<AlertmanagerTarget>& out);
/// A list that stands there takes the place of those in `out`.
void read_receivers(const YamlValue& list, std::vector<AlertReceiver>& out);

}  // namespace vigil::engine
