#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "positions/portfolio.h"

namespace vigil::risk {

/// The price at which an order counts: its limit; a stop order its stop price; a market order the far touch,
/// else the last known mid. Nothing when the market gives none.
[[nodiscard]] std::optional<orders::Price> effective_price(orders::OrderType type, orders::Side side,
                                                           const orders::OrderTerms& terms,
                                                           const orders::Quote& reference,
                                                           std::optional<orders::Price> last_mid) noexcept;

enum class ValueStatus : std::uint8_t {
  Known,
  NoRate,    ///< the settlement currency cannot be turned into the account's
  TooLarge,  ///< beyond kLargestValue: no order is that large
};
/// What an amount of an instrument is worth in an account's base currency; never negative.
struct Value {
  ValueStatus status = ValueStatus::Known;
  orders::Money amount{};
};
/// 1e18 units of a currency. Sums of values this large stay exact, so what was added can be taken away again.
inline constexpr orders::Money kLargestValue =
    orders::Money::from_raw(static_cast<orders::Int128>(1'000'000'000'000'000'000) * orders::kScale);

[[nodiscard]] Value value_in(orders::CurrencyId currency, const positions::Portfolio& portfolio,
                             const orders::Instrument& instrument, orders::Price price,
                             orders::Quantity quantity) noexcept;

}  // namespace vigil::risk
