#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/config/engine_config.h"
#include "engine/core/clock.h"
#include "engine/journal/segment_reader.h"

namespace vigil::engine {

/// What a RunStarted record says.
struct RunStart {
  std::uint64_t run = 0;
  StageClock::Mode clock = StageClock::Mode::Live;
  std::string version;
  std::string configuration;  ///< as `vigil config show` prints it
};
[[nodiscard]] std::optional<RunStart> read_run_start(const RecordView& record);

/// Throws ConfigError where this engine does not understand it.
[[nodiscard]] EngineConfig configuration_of(const RunStart& start);

/// What of a configuration decides over what the core does, limits apart: as a text, by which the journal's
/// and the present one are compared. The first line in which they differ, of each; "" where they do not.
[[nodiscard]] std::string trading_difference(const EngineConfig& then, const EngineConfig& now);

/// The same for what the core's state is about: currencies, instruments, accounts, conversions, the names of
/// venues and strategies. An engine whose configuration differs in it cannot go on from the state of another.
[[nodiscard]] std::string subject_difference(const EngineConfig& then, const EngineConfig& now);

}  // namespace vigil::engine
