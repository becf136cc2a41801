#include "orders/instrument.h"

namespace vigil::orders {

std::optional<ExactMoney> value_of(const Instrument& instrument, Price p, Quantity q) noexcept {
  if (!instrument.inverse) {
    const ExactMoney product = p * q;
    if (instrument.multiplier == Multiplier{1}) return product;
    return scale(product, instrument.multiplier);
  }
  if (p.raw() <= 0) return std::nullopt;
  // q*m has 16 decimals; dividing by p (8 decimals) takes 8 away, so 8 more go in to keep 16.
  const Int128 contracts = static_cast<Int128>(q.raw()) * instrument.multiplier.raw();
  const auto raw = multiply_divide_half_even(contracts, kScale, p.raw());
  if (!raw) return std::nullopt;
  return ExactMoney::from_raw(*raw);
}

}  // namespace vigil::orders
