#pragma once

#include <string>
#include <vector>

#include "engine/venue/simulated_venue_config.h"
#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/instrument.h"

namespace vigil::engine {

/// What a fill costs and in which currency. Positive = paid, negative = rebate.
struct Fee {
  orders::Money amount{};
  orders::CurrencyId currency = orders::kNoCurrency;
};

/// A venue's fee schedule for one instrument, its currency resolved.
///
/// The fee is |notional| * ratio + quantity * per_unit, rounded once, half to even, to the currency's
/// decimals. The notional is the value in the settlement currency; where fees are charged in the base
/// currency of a linear instrument it is the amount of that, quantity * multiplier. A third currency (a
/// venue's own token) is charged one for one with the settlement currency: a venue here knows no conversion
/// rates.
class FeeSchedule {
 public:
  /// `fee_currency` as in SimulatedVenueConfig. "base" means the settlement currency for an instrument
  /// without a base. Throws std::invalid_argument for a code that is not among `currencies`; `venue` names
  /// the culprit.
  FeeSchedule(const SimulatedVenueConfig& venue, const orders::Instrument& instrument,
              const std::vector<orders::Currency>& currencies);

  [[nodiscard]] Fee of(orders::Price price, orders::Quantity quantity,
                       orders::Liquidity liquidity) const noexcept;

 private:
  const orders::Instrument* instrument_;
  FeeConfig maker_;
  FeeConfig taker_;
  orders::CurrencyId currency_ = orders::kNoCurrency;
  bool in_base_ = false;  ///< of a linear instrument
  int decimals_ = orders::kScaleDigits;
};

}  // namespace vigil::engine
