#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/enums.h"

namespace vigil::orders {

// Basis points are given in units of 1e-8 basis point, rounded half to even once, at the end. Positive =
// cost, on both sides. Nothing is returned where a figure is undefined (no benchmark, nothing executed) or
// does not fit: no sample, never a 0.

/// 10^4 * s * (V - B) / B with V = traded_value / executed, which is not rounded on the way.
[[nodiscard]] std::optional<std::int64_t> slippage_basis_points_raw(Side side, ExactMoney traded_value,
                                                                    Quantity executed,
                                                                    Price benchmark) noexcept;

/// Benchmark over fill price for a buy, fill price over benchmark for a sell: 1 = as expected, above 1 =
/// better. Both prices must be positive.
[[nodiscard]] std::optional<Ratio> fill_quality_ratio(Side side, Price fill, Price benchmark) noexcept;

/// Effective over quoted spread, 2 * s * (p - mid) / (ask - bid): 0 = filled at the mid, 1 = at the touch,
/// below 0 = better than the mid. Nothing for a locked or crossed quote.
[[nodiscard]] std::optional<Ratio> effective_spread_ratio(Side side, Price fill, Price bid,
                                                          Price ask) noexcept;

/// What a fill cost against the mid when the order left the engine, in three parts that add up to the total.
struct CostComponents {
  std::int64_t spread = 0;    ///< half the quoted spread over the mid: the price of trading at once
  std::int64_t slippage = 0;  ///< the rest of the price paid; below 0 when filled inside the touch
  std::int64_t fees = 0;      ///< commission over notional; below 0 for a rebate
  [[nodiscard]] constexpr std::int64_t total() const noexcept { return spread + slippage + fees; }
};
/// `commission` and `notional` in one currency. The mid is (bid + ask) / 2 unrounded and must be positive.
[[nodiscard]] std::optional<CostComponents> cost_components(Side side, Price fill, Price bid, Price ask,
                                                            Money commission, Money notional) noexcept;

/// What an order lost against the price at its decision (Perold). Amounts at 1e-16.
struct Shortfall {
  ExactMoney delay;        ///< s * x * (P0 - D): the market moved before the order left
  ExactMoney execution;    ///< s * x * (V - P0)
  ExactMoney opportunity;  ///< s * (X - x) * (PT - D): what was not filled
  ExactMoney fees;
  [[nodiscard]] constexpr ExactMoney total() const noexcept { return delay + execution + opportunity + fees; }
};
struct ShortfallInput {
  Side side = Side::Buy;
  Quantity ordered{};         ///< X
  Quantity executed{};        ///< x
  ExactMoney traded_value{};  ///< x * V
  Price decision{};           ///< D
  Price arrival{};            ///< P0
  Price end{};                ///< PT
  Money fees{};
};
[[nodiscard]] Shortfall implementation_shortfall(const ShortfallInput& input) noexcept;
/// The total over X * D.
[[nodiscard]] std::optional<std::int64_t> shortfall_basis_points_raw(const Shortfall& shortfall,
                                                                     Quantity ordered,
                                                                     Price decision) noexcept;

}  // namespace vigil::orders
