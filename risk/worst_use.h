#pragma once

#include <algorithm>

#include "orders/decimal.h"
#include "risk/exposure_book.h"

// What limits on quantity and on net exposure are used by, with working orders at their worst.

namespace vigil::risk {

[[nodiscard]] constexpr orders::Int128 magnitude(orders::Int128 value) noexcept {
  return value < 0 ? -value : value;
}

/// max(|Q + all working buys|, |Q - all working sells|), in units of 1e-8.
[[nodiscard]] inline orders::Int128 worst_quantity(const InstrumentExposure& exposure) noexcept {
  const orders::Int128 position = exposure.position.raw();
  return std::max(magnitude(position + exposure.working_buy), magnitude(position - exposure.working_sell));
}

}  // namespace vigil::risk
