#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/instrument.h"
#include "orders/time.h"

namespace vigil::positions {

/// One fill as a position books it. Quantity positive, price positive for inverse contracts.
struct PositionFill {
  orders::Side side = orders::Side::Buy;
  orders::Quantity quantity{};
  orders::Price price{};
  /// In the settlement currency, already converted where it was charged in another; negative = rebate.
  orders::Money commission{};
  /// Charged in the instrument's base currency: changes the quantity by minus this amount instead.
  orders::Quantity base_commission{};
  orders::Timestamp time{};
};

enum class PositionChange : std::uint8_t { Opened, Increased, Reduced, Closed, Flipped };
[[nodiscard]] std::string_view to_string(PositionChange change) noexcept;

/// What booking a fill did. `cycle` figures are those of the round trip that this fill closed.
struct PositionEffect {
  bool applied = false;             ///< false: a product did not fit; nothing changed
  PositionChange change = PositionChange::Opened;
  orders::Money realized{};         ///< change of the published realized P&L, commissions included
  bool cycle_closed = false;        ///< Closed and Flipped
  orders::Money cycle_realized{};   ///< of the closed cycle, commissions included
  orders::Duration cycle_duration{};///< from its first fill to this one
};

/// A netting position of one account in one instrument. Money is in the settlement currency. Sums are kept
/// exact (1e-16) and rounded once when published; the cost of a partial reduction is rounded half to even
/// at 1e-16. Plain state; core thread only.
///
/// Identity, exact at 1e-16 at all times: cash + sign * value(|Q|, M) = realized + unrealized(M); for an
/// inverse contract with the signs of cash and value exchanged.
class Position {
 public:
  PositionEffect apply(const orders::Instrument& instrument, int commission_decimals,
                       const PositionFill& fill) noexcept;

  [[nodiscard]] orders::Quantity quantity() const noexcept { return quantity_; }  ///< negative = short
  /// Exact open value over quantity (harmonic for inverse contracts), half to even at 1e-8; nothing when flat.
  [[nodiscard]] std::optional<orders::Price> average_price(const orders::Instrument& instrument) const noexcept;
  [[nodiscard]] orders::Money realized() const noexcept { return realized_.rounded(); }  ///< net of commissions
  [[nodiscard]] orders::Money commissions() const noexcept { return commissions_.rounded(); }
  /// Sum of -s*q*p*m (inverse: s*q*m/p) less commissions: what the account's cash moved by.
  [[nodiscard]] orders::Money cash() const noexcept { return cash_.rounded(); }
  /// Q*(M-A)*m at mark M; nothing when it does not fit.
  [[nodiscard]] std::optional<orders::Money> unrealized(const orders::Instrument& instrument,
                                                        orders::Price mark) const noexcept;
  /// cash + value - realized - unrealized at `mark` in exact terms; anything but zero is a fault.
  [[nodiscard]] orders::ExactMoney identity_residual(const orders::Instrument& instrument,
                                                     orders::Price mark) const noexcept;
  [[nodiscard]] orders::Timestamp opened_at() const noexcept { return opened_at_; }
  [[nodiscard]] std::uint64_t fill_count() const noexcept { return fill_count_; }

 private:
  orders::Quantity quantity_{};
  orders::ExactMoney open_value_{};   ///< sum of q*p*m of the open quantity, >= 0 (for positive prices)
  orders::ExactMoney realized_{};
  orders::ExactMoney commissions_{};
  orders::ExactMoney cash_{};
  orders::ExactMoney cycle_realized_{};
  orders::Timestamp opened_at_{};
  std::uint64_t fill_count_ = 0;
};

}  // namespace vigil::positions
