#pragma once

#include <optional>

#include "orders/reasons.h"
#include "risk/limits.h"
#include "risk/risk_state.h"
#include "risk/verdict.h"

namespace vigil::risk {

/// Whether an account has lost more than it may: DayLossLimit when the day's P&L is below -max_day_loss,
/// DrawdownLimit when (peak - equity) / peak is above max_drawdown, both without rounding. A figure that is
/// absent (a mark or a rate is missing) is not judged here.
[[nodiscard]] Verdict judge_losses(const AccountLimits& limits, const AccountFigures& figures) noexcept;

/// Whether a loss limit is set whose figure is absent.
[[nodiscard]] bool losses_unknown(const AccountLimits& limits, const AccountFigures& figures) noexcept;

/// part / whole > limit for amounts >= 0, without rounding. A whole that is not positive is exceeded by any
/// part.
[[nodiscard]] bool exceeds_share(orders::Money part, orders::Money whole, orders::Ratio limit) noexcept;
/// part / whole cut to 1e-8, for the report of a denial; without a number unless whole is positive.
[[nodiscard]] orders::Measure share(orders::Money part, orders::Money whole) noexcept;

}  // namespace vigil::risk
