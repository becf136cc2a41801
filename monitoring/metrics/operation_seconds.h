#pragma once

#include <array>

namespace vigil::monitoring {

/// Bounds for round trips and other whole operations, 100 us to 5 s.
inline constexpr std::array kOperationSeconds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                              0.05,   0.1,     0.25,   0.5,   1.0,    2.0,   5.0};

}  // namespace vigil::monitoring
