#include "orders/decimal.h"

namespace vigil::orders {

std::optional<Money> scale(Money value, Ratio ratio) noexcept {
  const auto raw = multiply_divide_half_even(value.raw(), ratio.raw(), kScale);
  if (!raw) return std::nullopt;
  return Money::from_raw(*raw);
}

std::optional<ExactMoney> scale(ExactMoney value, Multiplier multiplier) noexcept {
  const auto raw = multiply_divide_half_even(value.raw(), multiplier.raw(), kScale);
  if (!raw) return std::nullopt;
  return ExactMoney::from_raw(*raw);
}

}  // namespace vigil::orders
