#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"

namespace vigil::positions {

/// Drawdown = (peak - equity) / peak with a running peak that includes the start. 0 while the peak is not
/// positive: a share of nothing has no size. Ratios, 0 and up (above 1: more than the peak was lost).
struct Drawdown {
  orders::Money peak{};
  double current = 0;
  double greatest = 0;

  void start(orders::Money equity) noexcept { *this = {equity, 0, 0}; }
  void update(orders::Money equity) noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(peak);
    wire(current);
    wire(greatest);
  }
};

/// Closed round trips, money in one currency. A round trip that ends at exactly zero is neither won nor lost
/// and counted apart.
struct TradeStatistics {
  std::uint64_t wins = 0;
  std::uint64_t losses = 0;
  std::uint64_t breakeven = 0;
  orders::Money gross_profit{};  ///< sum of gains
  orders::Money gross_loss{};    ///< sum of losses, a positive number

  void add(orders::Money pnl) noexcept;
  /// wins / (wins + losses); nothing before the first of either.
  [[nodiscard]] std::optional<double> win_ratio() const noexcept;
  /// gross profit / gross loss; nothing without losses.
  [[nodiscard]] std::optional<double> profit_factor() const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(wins);
    wire(losses);
    wire(breakeven);
    wire(gross_profit);
    wire(gross_loss);
  }
};

}  // namespace vigil::positions
