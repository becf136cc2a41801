#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/random.h"
#include "engine/venue/simulated_venue_config.h"
#include "orders/time.h"

namespace vigil::engine {

/// No draw of time is longer: a heavy tail must not overflow the clock.
inline constexpr orders::Duration kLongestDraw = std::chrono::hours{24 * 365};

/// minimum + lognormal(median, sigma).
[[nodiscard]] inline orders::Duration draw_latency(Random& random, const LatencyConfig& config) noexcept {
  if (config.sigma == 0) return config.minimum + config.median;
  const double factor = std::exp(config.sigma * random.normal());
  const double tail = static_cast<double>(config.median.count()) * factor;
  const double bounded = std::min(tail, static_cast<double>(kLongestDraw.count()));
  return config.minimum + orders::Duration{std::llround(bounded)};
}

/// Exponentially distributed with the given mean; at least a nanosecond.
[[nodiscard]] inline orders::Duration draw_exponential(Random& random, orders::Duration mean) noexcept {
  const double drawn = -std::log(1 - random.uniform()) * static_cast<double>(mean.count());
  const double bounded = std::clamp(drawn, 1.0, static_cast<double>(kLongestDraw.count()));
  return orders::Duration{std::llround(bounded)};
}

}  // namespace vigil::engine
