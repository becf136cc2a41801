#pragma once

#include <algorithm>
#include <optional>

#include "orders/decimal.h"
#include "orders/time.h"

namespace vigil::positions {

/// How far a round trip went while it was open: the worst and the best of its P&L, commissions included, at
/// every fill and every mark. One currency.
class Excursion {
 public:
  /// A round trip begins; `realized`: its part that is realized already, commissions.
  void begin(orders::Money realized) noexcept { *this = {realized, {}, {}}; }
  void realize(orders::Money more) noexcept { realized_ += more; }
  /// The open part is worth that much now.
  void see(orders::Money unrealized) noexcept { note(realized_ + unrealized); }
  void note(orders::Money pnl) noexcept {
    worst_ = std::min(worst_, pnl);
    best_ = std::max(best_, pnl);
  }
  /// 0 or a gain.
  [[nodiscard]] orders::Money favourable() const noexcept { return best_; }
  /// 0 or a loss, as a positive number.
  [[nodiscard]] orders::Money adverse() const noexcept { return -worst_; }

  Excursion() noexcept = default;

  template <typename Wire>
  void state(Wire& wire) {
    wire(realized_);
    wire(worst_);
    wire(best_);
  }

 private:
  Excursion(orders::Money realized, orders::Money worst, orders::Money best) noexcept
      : realized_(realized), worst_(worst), best_(best) {}

  orders::Money realized_{};
  orders::Money worst_{};
  orders::Money best_{};
};

/// A round trip that has ended, in the reporting currency at the rate then.
struct ClosedTrade {
  orders::Money pnl{};  ///< commissions included
  orders::Duration held{};
  orders::Money adverse{};     ///< MAE: the worst that it stood at, as a positive number; 0 = never below 0
  orders::Money favourable{};  ///< MFE: the best that it stood at; 0 = never above 0
};

}  // namespace vigil::positions
