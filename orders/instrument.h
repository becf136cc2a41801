#pragma once

#include <string>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"

namespace vigil::orders {

/// A currency of the configuration. Set at start, then read only.
struct Currency {
  std::string code;  ///< "USD"
  int decimals = 8;  ///< a split commission is rounded to this many decimals; 0 to 8
};

/// What can be traded, from the configuration. Set at start, then read only; InstrumentId is its place in
/// the configured list.
struct Instrument {
  InstrumentId id = kNoInstrument;
  std::string symbol;
  CurrencyId base = kNoCurrency;        ///< what a unit is (BTC); kNoCurrency for a share
  CurrencyId quote = kNoCurrency;       ///< what a price is in (USD)
  CurrencyId settlement = kNoCurrency;  ///< what P&L is in: the quote currency, or the base if inverse
  Price tick_size{};                    ///< positive; limit and stop prices are multiples of it
  Quantity lot_size{};                  ///< positive; order quantities are multiples of it
  Multiplier multiplier{1};
  bool inverse = false;     ///< quoted in one currency, settled in the other
  Ratio initial_margin{1};  ///< share of the notional held as margin; 1 = fully paid
  bool restricted = false;  ///< no new order may name it
  bool tradable = true;     ///< false: market data only
};

/// Exact value of q units at price p in the settlement currency: p*q*m, or q*m/p for an inverse contract.
/// Nothing when it does not fit or, for an inverse contract, when p is not positive. Rounded half to even
/// at 1e-16.
[[nodiscard]] std::optional<ExactMoney> value_of(const Instrument& instrument, Price p, Quantity q) noexcept;

}  // namespace vigil::orders
