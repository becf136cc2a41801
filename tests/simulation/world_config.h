#pragma once

#include <cstdint>
#include <string>

#include "engine/config/engine_config.h"
#include "engine/random.h"

namespace vigil::engine::test {

inline constexpr orders::InstrumentId kWorldInstruments[] = {orders::InstrumentId{0},
                                                             orders::InstrumentId{1}};

[[nodiscard]] constexpr orders::Price cents(std::int64_t value) noexcept {
  return orders::Price::from_raw(value * 1'000'000);
}

/// The engine of a world, and its venues with their faults.
[[nodiscard]] EngineConfig draw_config(Random& random);

/// As its journal has it: segments as short as a world's are none that a configuration can ask for.
[[nodiscard]] std::string as_configured(EngineConfig config);

/// Between two runs somebody tunes.
void tune(EngineConfig& config, Random& random);

}  // namespace vigil::engine::test
