#pragma once

#include <cstdint>

namespace vigil::monitoring {

/// What the machine's clock may be made of, by configuration.
enum class ClockChoice : std::uint8_t {
  Automatic,  ///< the counter where processor and kernel vouch for it
  Counter,    ///< the counter even where they do not; it is measured all the same
  Monotonic,  ///< CLOCK_MONOTONIC
};

}  // namespace vigil::monitoring
