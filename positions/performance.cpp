#include "positions/performance.h"

#include <algorithm>

namespace vigil::positions {

void Drawdown::update(orders::Money equity) noexcept {
  peak = std::max(peak, equity);
  if (peak.raw() <= 0) {
    current = 0;
    return;
  }
  current = orders::nearest_double((peak - equity).raw()) / orders::nearest_double(peak.raw());
  greatest = std::max(greatest, current);
}

void TradeStatistics::add(orders::Money pnl) noexcept {
  if (pnl.raw() > 0) {
    ++wins;
    gross_profit += pnl;
  } else if (pnl.raw() < 0) {
    ++losses;
    gross_loss -= pnl;
  } else {
    ++breakeven;
  }
}

std::optional<double> TradeStatistics::win_ratio() const noexcept {
  const std::uint64_t decided = wins + losses;
  if (decided == 0) return std::nullopt;
  return static_cast<double>(wins) / static_cast<double>(decided);
}

std::optional<double> TradeStatistics::profit_factor() const noexcept {
  if (gross_loss.raw() == 0) return std::nullopt;
  return orders::nearest_double(gross_profit.raw()) / orders::nearest_double(gross_loss.raw());
}

}  // namespace vigil::positions
