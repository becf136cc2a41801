#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/instrument.h"
#include "orders/time.h"

// Booking rules. An independent recomputation that follows them gets every figure to the last digit.
//
// Amounts are in the settlement currency, in units of 1e-16; rounding is half to even everywhere.
//   value(p, q) = p*q*m for a linear instrument, q*m/p for an inverse one, rounded at 1e-16.
// State, all zero at first: Q signed quantity, V cost of the open quantity, R realized P&L, C commissions
// paid, K cash. A fill: s = +1 buy, -1 sell; quantity q > 0; price p (any sign for a linear instrument,
// positive for an inverse one); commission c in the settlement currency (negative = rebate); commission b in
// units of the base currency (negative = rebate; linear instruments only).
//
//  1. Base commission. The position moves by d = s*q - b at price p; let n = |d| and t = the sign of d. The
//  fee's
//     worth is a cost like any other: e = c + sign(b)*value(p, |b|). So Q ends at Q + s*q - b, the cash spent
//     is that of q units, and R carries the fee at the fill's price. With b = 0: d = s*q, e = c.
//  2. Increase (n > 0 and (Q = 0 or sign Q = t)): v = value(p, n); V += v; Q += d; R -= e; C += e; K -= t*v +
//  e
//     (inverse: K += t*v - e).
//  3. Reduce (t = -sign Q, n <= |Q|): v = value(p, n); x = V*n/|Q|, rounded at 1e-16, all of V when n = |Q|;
//     R += sign(Q)*(v - x) - e (inverse: R += sign(Q)*(x - v) - e); V -= x; Q += d; C += e;
//     K -= t*v + e (inverse: K += t*v - e).
//  4. Flip (t = -sign Q, n > |Q|): n1 = |Q|, n2 = n - |Q|; e1 = e*n1/n rounded to the currency's decimals,
//     e2 = e - e1; rule 3 with (n1, e1), then rule 2 with (n2, e2). Each part has its own value.
//  5. n = 0 (the fee takes all that was bought): R -= e; C += e; K -= e.
//  6. A cycle is a round trip: it begins with the fill that leaves zero (or with the second part of a flip)
//  and
//     ends with the one that returns to it (or with the first part of a flip). Rule 5 on a flat position is a
//     cycle of its own. P&L of a cycle = published R at its end - published R at its start, so the cycles and
//     the open one add up to the published R exactly.
//  7. Published: R, C, K rounded to 1e-8. Average price = V/(|Q|*m), inverse |Q|*m/V, rounded once to 1e-8.
//     Unrealized at mark M: U = sign(Q)*(value(M, |Q|) - V) (inverse: sign(Q)*(V - value(M, |Q|))), rounded
//     once.
//  8. Identity at every moment and every M: K + sign(Q)*value(M, |Q|) = R + U (inverse: K - sign(Q)*value(M,
//  |Q|)
//     = R + U) before rounding, without a remainder.
//  9. A fill of which any figure does not fit its type changes nothing.

namespace vigil::positions {

/// One fill as a position books it. Quantity positive, price positive for inverse contracts.
struct PositionFill {
  orders::Side side = orders::Side::Buy;
  orders::Quantity quantity{};
  orders::Price price{};
  /// In the settlement currency, already converted where it was charged in another; negative = rebate.
  orders::Money commission{};
  /// Charged in the instrument's base currency: the quantity changes by minus this amount besides. Zero for
  /// an inverse contract.
  orders::Quantity base_commission{};
  orders::Timestamp time{};
};

enum class PositionChange : std::uint8_t { Opened, Increased, Reduced, Closed, Flipped };
/// "opened", "increased", "reduced", "closed", "flipped".
[[nodiscard]] std::string_view to_string(PositionChange change) noexcept;

/// What booking a fill did. `cycle` figures are those of the round trip that this fill closed.
struct PositionEffect {
  bool applied = false;  ///< false: a figure did not fit or the fill makes no sense; nothing changed
  PositionChange change = PositionChange::Opened;  ///< what the fill did, or would have done
  orders::Money realized{};           ///< change of the published realized P&L, commissions included
  bool cycle_closed = false;          ///< Closed and Flipped
  orders::Money cycle_realized{};     ///< of the closed cycle, commissions included
  orders::Duration cycle_duration{};  ///< from its first fill to this one; never negative
};

/// A netting position of one account in one instrument, kept by the rules above. Money is in the settlement
/// currency. Sums are kept exact (1e-16) and rounded once when published. Plain state; core thread only.
class Position {
 public:
  /// `commission_decimals`: of the settlement currency, 0 to 8.
  PositionEffect apply(const orders::Instrument& instrument, int commission_decimals,
                       const PositionFill& fill) noexcept;

  [[nodiscard]] orders::Quantity quantity() const noexcept { return quantity_; }  ///< negative = short
  [[nodiscard]] bool flat() const noexcept { return quantity_.raw() == 0; }
  /// Exact open value over quantity (harmonic for inverse contracts), half to even at 1e-8; nothing when
  /// flat.
  [[nodiscard]] std::optional<orders::Price> average_price(
      const orders::Instrument& instrument) const noexcept;
  [[nodiscard]] orders::Money realized() const noexcept {
    return realized_.rounded();
  }  ///< net of commissions
  /// Part of the published realized P&L that belongs to the open cycle.
  [[nodiscard]] orders::Money cycle_realized() const noexcept { return realized() - cycle_base_; }
  /// Paid less rebates; commissions in the base currency at the price of their fill.
  [[nodiscard]] orders::Money commissions() const noexcept { return commissions_.rounded(); }
  /// Sum of -s*q*p*m (inverse: s*q*m/p) less commissions: what the account's cash moved by.
  [[nodiscard]] orders::Money cash() const noexcept { return cash_.rounded(); }
  [[nodiscard]] orders::ExactMoney exact_cash() const noexcept { return cash_; }
  [[nodiscard]] orders::ExactMoney exact_realized() const noexcept { return realized_; }
  [[nodiscard]] orders::ExactMoney open_value() const noexcept { return open_value_; }
  /// Q*(M-A)*m at mark M; nothing when it does not fit. 0 when flat.
  [[nodiscard]] std::optional<orders::Money> unrealized(const orders::Instrument& instrument,
                                                        orders::Price mark) const noexcept;
  /// The same where value(M, |Q|) is known already.
  [[nodiscard]] orders::Money unrealized_at(const orders::Instrument& instrument,
                                            orders::ExactMoney value) const noexcept;
  /// Rule 8 at `mark`, left side less right side; anything but zero is a fault.
  [[nodiscard]] orders::ExactMoney identity_residual(const orders::Instrument& instrument,
                                                     orders::Price mark) const noexcept;
  [[nodiscard]] orders::Timestamp opened_at() const noexcept { return opened_at_; }
  [[nodiscard]] std::uint64_t fill_count() const noexcept { return fill_count_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(quantity_);
    wire(open_value_);
    wire(realized_);
    wire(commissions_);
    wire(cash_);
    wire(cycle_base_);
    wire(opened_at_);
    wire(fill_count_);
  }

 private:
  [[nodiscard]] bool increase(const orders::Instrument& instrument, int direction, orders::Quantity quantity,
                              orders::Price price, orders::ExactMoney cost) noexcept;
  [[nodiscard]] bool reduce(const orders::Instrument& instrument, orders::Quantity quantity,
                            orders::Price price, orders::ExactMoney cost) noexcept;
  [[nodiscard]] bool pay(orders::ExactMoney cost) noexcept;
  void close_cycle(PositionEffect& effect, orders::Timestamp time) noexcept;

  orders::Quantity quantity_{};
  orders::ExactMoney open_value_{};  ///< V; >= 0 for positive prices
  orders::ExactMoney realized_{};
  orders::ExactMoney commissions_{};
  orders::ExactMoney cash_{};
  orders::Money cycle_base_{};  ///< published realized P&L when the open cycle began
  orders::Timestamp opened_at_{};
  std::uint64_t fill_count_ = 0;
};

}  // namespace vigil::positions
