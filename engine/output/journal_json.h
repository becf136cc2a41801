#pragma once

#include <string>

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "engine/journal/segment_reader.h"

namespace vigil::engine {

/// A record as one line of JSON, without the line's end: what happened, by name, and what stands on its tape.
/// `config`: the journal's. A record that is none of its kind says so under "error".
[[nodiscard]] std::string record_json(const EngineConfig& config, const RecordView& record);

/// What a core knows, as one document: trading state and why, kill switches, limits in force, open orders,
/// the last refusals and their reasons, positions, accounts, exposures, alerts, what the market looked like.
[[nodiscard]] std::string core_state_json(const EngineConfig& config, Core& core, std::uint64_t sequence);

}  // namespace vigil::engine
