#pragma once

#include <cstdint>

#include "orders/time.h"

namespace vigil::engine {

/// smart: best all-in price (fees included) among healthy venues, split by displayed size.
/// aggressive: the whole quantity at once to the venue with the best displayed price.
enum class RoutingStrategy : std::uint8_t { Smart, Aggressive };

struct RouterConfig {
  RoutingStrategy strategy = RoutingStrategy::Smart;
  std::uint32_t max_slices = 4;
  orders::Duration stale_quote_after = std::chrono::seconds{5};  ///< such a venue's price is not used
};

/// A send that certainly did not reach the venue is tried again with growing delays: base, 2*base, ...
struct RetryConfig {
  std::uint32_t max_attempts = 3;  ///< retries after the first try
  orders::Duration base_delay = std::chrono::milliseconds{100};
};

}  // namespace vigil::engine
