#include "risk/loss_limits.h"

namespace vigil::risk {

using orders::DenyReason;
using orders::Int128;
using orders::kScale;
using orders::Measure;
using orders::Money;
using orders::Unit;

bool exceeds_share(Money part, Money whole, orders::Ratio limit) noexcept {
  if (whole <= Money{}) return part > Money{};
  Int128 scaled = 0;
  Int128 allowed = 0;
  if (__builtin_mul_overflow(part.raw(), static_cast<Int128>(kScale), &scaled)) return true;
  if (__builtin_mul_overflow(whole.raw(), static_cast<Int128>(limit.raw()), &allowed)) return false;
  return scaled > allowed;
}

Measure share(Money part, Money whole) noexcept {
  const Int128 base = whole.raw();
  Int128 scaled = 0;
  if (base <= 0 || __builtin_mul_overflow(part.raw(), static_cast<Int128>(kScale), &scaled)) return {};
  return {Unit::Ratio, scaled / base};
}

Verdict judge_losses(const AccountLimits& limits, const AccountFigures& figures) noexcept {
  if (limits.max_day_loss && figures.day_pnl && *figures.day_pnl < -*limits.max_day_loss) {
    return {DenyReason::DayLossLimit, measure(*figures.day_pnl), measure(-*limits.max_day_loss)};
  }
  // Below a peak that is not positive a drawdown is not defined; the day's loss is the limit that holds
  // there.
  if (limits.max_drawdown && figures.equity && figures.peak_equity > Money{}) {
    const Money below_peak = figures.peak_equity - *figures.equity;
    if (below_peak > Money{} && exceeds_share(below_peak, figures.peak_equity, *limits.max_drawdown)) {
      return {DenyReason::DrawdownLimit,
              share(below_peak, figures.peak_equity),
              {Unit::Ratio, limits.max_drawdown->raw()}};
    }
  }
  return {};
}

bool losses_unknown(const AccountLimits& limits, const AccountFigures& figures) noexcept {
  return (limits.max_day_loss && !figures.day_pnl) || (limits.max_drawdown && !figures.equity);
}

}  // namespace vigil::risk
