#pragma once

#include "engine/views/json_parts.h"
#include "monitoring/metrics/registry.h"
#include "risk/limit_report.h"

namespace vigil::engine {

/// The limits that an account has: what of each is used, how much room is left, when it will be used up if it
/// goes on as it does (as far as `registry` has that), and what uses most of it. Amounts are decimal strings.
[[nodiscard]] Json limits_json(const EngineConfig& config, monitoring::Registry& registry,
                               std::size_t account, const risk::LimitReport& report);
/// Without a prediction: in a replay nothing lies ahead.
[[nodiscard]] Json limits_json(const EngineConfig& config, const risk::LimitReport& report);

}  // namespace vigil::engine
