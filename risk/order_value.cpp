#include "risk/order_value.h"

namespace vigil::risk {

using orders::Money;
using orders::OrderType;
using orders::Price;
using orders::Side;

std::optional<Price> effective_price(OrderType type, Side side, const orders::OrderTerms& terms,
                                     const orders::Quote& reference, std::optional<Price> last_mid) noexcept {
  if (has_limit(type)) return terms.limit_price;
  if (has_stop(type)) return terms.stop_price;
  const auto& far_touch = side == Side::Buy ? reference.ask : reference.bid;
  return far_touch ? far_touch : last_mid;
}

Value value_in(orders::CurrencyId currency, const positions::Portfolio& portfolio,
               const orders::Instrument& instrument, Price price, orders::Quantity quantity) noexcept {
  const auto exact = value_of(instrument, price, quantity);
  if (!exact) return {ValueStatus::TooLarge, {}};
  Money amount = exact->rounded();
  if (instrument.settlement != currency) {
    const auto converted = portfolio.convert(amount, instrument.settlement, currency);
    if (!converted) return {ValueStatus::NoRate, {}};
    amount = *converted;
  }
  if (amount < Money{}) amount = -amount;
  if (amount > kLargestValue) return {ValueStatus::TooLarge, {}};
  return {ValueStatus::Known, amount};
}

}  // namespace vigil::risk
