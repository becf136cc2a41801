#include "engine/venue/fees.h"

#include <stdexcept>

namespace vigil::engine {

using orders::CurrencyId;
using orders::divide_half_even;
using orders::ExactMoney;
using orders::Int128;
using orders::kScale;
using orders::Money;

namespace {

CurrencyId resolve(const SimulatedVenueConfig& venue, const orders::Instrument& instrument,
                   const std::vector<orders::Currency>& currencies) {
  if (venue.fee_currency.empty()) return instrument.settlement;
  if (venue.fee_currency == "base") {
    return instrument.base == orders::kNoCurrency ? instrument.settlement : instrument.base;
  }
  for (std::size_t i = 0; i < currencies.size(); ++i) {
    if (currencies[i].code == venue.fee_currency) return static_cast<CurrencyId>(i);
  }
  throw std::invalid_argument("venue " + venue.name +
                              ": fee_currency: must be empty, \"base\" or a configured currency, was \"" +
                              venue.fee_currency + "\"");
}

constexpr Int128 power_of_ten(int exponent) noexcept {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Money round_to(Money amount, int decimals) noexcept {
  const Int128 unit = power_of_ten(orders::kScaleDigits - decimals);
  return Money::from_raw(divide_half_even(amount.raw(), unit) * unit);
}

}  // namespace

FeeSchedule::FeeSchedule(const SimulatedVenueConfig& venue, const orders::Instrument& instrument,
                         const std::vector<orders::Currency>& currencies)
    : instrument_(&instrument),
      maker_(venue.maker),
      taker_(venue.taker),
      currency_(resolve(venue, instrument, currencies)) {
  in_base_ = currency_ == instrument.base && currency_ != instrument.settlement;
  if (orders::index(currency_) < currencies.size()) decimals_ = currencies[orders::index(currency_)].decimals;
}

Fee FeeSchedule::of(orders::Price price, orders::Quantity quantity,
                    orders::Liquidity liquidity) const noexcept {
  const FeeConfig& config = liquidity == orders::Liquidity::Maker ? maker_ : taker_;
  if (config.notional_ratio == orders::Ratio{} && config.per_unit == Money{}) return {Money{}, currency_};
  const auto value = in_base_
                         ? orders::scale(ExactMoney::from_raw(static_cast<Int128>(quantity.raw()) * kScale),
                                         instrument_->multiplier)
                         : orders::value_of(*instrument_, price, quantity);
  if (!value) return {Money{}, currency_};  // beyond 1e22: no such fill passes any limit
  const Int128 notional = value->raw() < 0 ? -value->raw() : value->raw();

  // In units of 1e-24, so that one rounding does.
  Int128 by_notional = 0;
  Int128 by_quantity = 0;
  Int128 total = 0;
  const bool fits =
      !__builtin_mul_overflow(notional, static_cast<Int128>(config.notional_ratio.raw()), &by_notional) &&
      !__builtin_mul_overflow(static_cast<Int128>(quantity.raw()) * kScale, config.per_unit.raw(),
                              &by_quantity) &&
      !__builtin_add_overflow(by_notional, by_quantity, &total);
  if (fits) {
    const Int128 unit = power_of_ten(24 - decimals_);
    return {Money::from_raw(divide_half_even(total, unit) * power_of_ten(orders::kScaleDigits - decimals_)),
            currency_};
  }
  // A fee above 1e14 is rounded in two steps rather than not at all.
  const Money share =
      orders::scale(ExactMoney::from_raw(notional).rounded(), config.notional_ratio).value_or(Money{});
  const auto units = orders::multiply_divide_half_even(config.per_unit.raw(), quantity.raw(), kScale);
  return {round_to(share + Money::from_raw(units.value_or(0)), decimals_), currency_};
}

}  // namespace vigil::engine
