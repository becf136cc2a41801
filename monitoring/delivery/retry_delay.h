#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "monitoring/delivery/receiver_config.h"

namespace vigil::monitoring {

/// How long to wait after `failures` (one or more) failures in a row.
[[nodiscard]] std::chrono::milliseconds retry_delay(const RetryPolicy& policy, std::uint64_t failures,
                                                    std::optional<std::chrono::seconds> asked,
                                                    std::mt19937_64& random);

}  // namespace vigil::monitoring
