#include "orders/execution_quality.h"

#include <limits>

namespace vigil::orders {
namespace {

/// One as a ratio of basis points at 1e-8: 10^4 * 10^8.
constexpr std::int64_t kBasisPoints = 1'000'000'000'000;

std::optional<std::int64_t> narrow(std::optional<Int128> value) noexcept {
  if (!value || *value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  if (*value < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<Ratio> ratio(Int128 n, Int128 d) noexcept {
  const auto raw = narrow(ratio_half_even(n, d, kScale));
  if (!raw) return std::nullopt;
  return Ratio::from_raw(*raw);
}

}  // namespace

std::optional<std::int64_t> slippage_basis_points_raw(Side side, ExactMoney traded_value, Quantity executed,
                                                      Price benchmark) noexcept {
  if (benchmark <= Price{0} || executed <= Quantity{0}) return std::nullopt;
  const Int128 expected = (benchmark * executed).raw();
  Int128 excess = 0;
  if (__builtin_sub_overflow(traded_value.raw(), expected, &excess) || excess == kInt128Min)
    return std::nullopt;
  return narrow(ratio_half_even(sign(side) * excess, expected, kBasisPoints));
}

std::optional<Ratio> fill_quality_ratio(Side side, Price fill, Price benchmark) noexcept {
  if (fill <= Price{0} || benchmark <= Price{0}) return std::nullopt;
  return side == Side::Buy ? ratio(benchmark.raw(), fill.raw()) : ratio(fill.raw(), benchmark.raw());
}

std::optional<Ratio> effective_spread_ratio(Side side, Price fill, Price bid, Price ask) noexcept {
  const Int128 twice_mid = static_cast<Int128>(bid.raw()) + ask.raw();
  const Int128 quoted = static_cast<Int128>(ask.raw()) - bid.raw();
  return ratio(sign(side) * (2 * static_cast<Int128>(fill.raw()) - twice_mid), quoted);
}

std::optional<CostComponents> cost_components(Side side, Price fill, Price bid, Price ask, Money commission,
                                              Money notional) noexcept {
  const Int128 twice_mid = static_cast<Int128>(bid.raw()) + ask.raw();
  const Int128 quoted = static_cast<Int128>(ask.raw()) - bid.raw();
  const Int128 excess = sign(side) * (2 * static_cast<Int128>(fill.raw()) - twice_mid);
  const auto price = narrow(ratio_half_even(excess, twice_mid, kBasisPoints));
  const auto spread = narrow(ratio_half_even(quoted, twice_mid, kBasisPoints));
  const auto fees = narrow(ratio_half_even(commission.raw(), notional.raw(), kBasisPoints));
  if (!price || !spread || !fees) return std::nullopt;
  std::int64_t slippage = 0;
  std::int64_t total = 0;
  if (__builtin_sub_overflow(*price, *spread, &slippage)) return std::nullopt;
  if (__builtin_add_overflow(*price, *fees, &total)) return std::nullopt;
  return CostComponents{*spread, slippage, *fees};
}

Shortfall implementation_shortfall(const ShortfallInput& input) noexcept {
  const auto signed_by_side = [&](ExactMoney value) noexcept {
    return input.side == Side::Buy ? value : -value;
  };
  const ExactMoney at_arrival = input.arrival * input.executed;
  const Quantity unfilled = input.ordered - input.executed;
  Shortfall shortfall;
  shortfall.delay = signed_by_side(at_arrival - input.decision * input.executed);
  shortfall.execution = signed_by_side(input.traded_value - at_arrival);
  shortfall.opportunity = signed_by_side(input.end * unfilled - input.decision * unfilled);
  shortfall.fees = ExactMoney::from(input.fees);
  return shortfall;
}

std::optional<std::int64_t> shortfall_basis_points_raw(const Shortfall& shortfall, Quantity ordered,
                                                       Price decision) noexcept {
  return narrow(ratio_half_even(shortfall.total().raw(), (decision * ordered).raw(), kBasisPoints));
}

}  // namespace vigil::orders
