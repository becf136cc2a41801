#include "engine/core/clock.h"

#include <algorithm>

namespace vigil::engine {

constinit orders::Duration monotonic_offset{};

void continue_time_from(orders::EventTime last) noexcept {
  const monitoring::MachineTime now = monitoring::machine_clock.now();
  const orders::Duration passed = std::max(orders::Timestamp{now.wall} - last.wall, orders::Duration{0});
  monotonic_offset = last.monotonic + passed - now.monotonic;
}

}  // namespace vigil::engine
