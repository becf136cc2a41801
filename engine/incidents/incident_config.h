#pragma once

#include <chrono>
#include <cstddef>

#include "orders/time.h"

namespace vigil::engine {

/// What is kept of a moment in which something went badly wrong.
struct IncidentConfig {
  bool enabled = true;
  orders::Duration before = std::chrono::seconds{30};
  orders::Duration after = std::chrono::seconds{10};
  std::size_t most_events = 20'000;  ///< of orders, venues and people; as many quotes and trades
  std::size_t keep = 20;             ///< bundles; the oldest go
};

}  // namespace vigil::engine
