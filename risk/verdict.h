#pragma once

#include "orders/reasons.h"

namespace vigil::risk {

/// The answer of the pre-trade checks. A denial carries what was seen and what was allowed; a measure without
/// a unit means that there is no number to it (a missing reference, a halt).
struct Verdict {
  orders::DenyReason reason = orders::DenyReason::None;
  orders::Measure observed;
  orders::Measure limit;
  [[nodiscard]] bool allowed() const noexcept { return reason == orders::DenyReason::None; }
};
inline constexpr Verdict kPass{};
[[nodiscard]] constexpr Verdict deny(orders::DenyReason reason, orders::Measure observed = {},
                                     orders::Measure limit = {}) noexcept {
  return {reason, observed, limit};
}

}  // namespace vigil::risk
