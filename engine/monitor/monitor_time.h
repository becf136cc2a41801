#pragma once

#include "monitoring/time/forward_clock.h"
#include "orders/time.h"

namespace vigil::engine {

/// Of samples and rules, in this process.
extern constinit monitoring::ForwardClock monitor_clock;

/// What time it is by that clock. Any thread.
[[nodiscard]] inline orders::Timestamp monitor_time() noexcept {
  return orders::Timestamp{monitor_clock.at(monitoring::machine_clock.now())};
}

}  // namespace vigil::engine
