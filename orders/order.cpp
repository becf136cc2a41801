#include "orders/order.h"

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, kStageCount> kStageWords{"decided",    "received",  "risk_checked",
                                                                "routed",     "sent",      "acknowledged",
                                                                "first_fill", "last_fill", "closed"};

}  // namespace

std::string_view to_string(Stage stage) noexcept {
  return kStageWords[static_cast<std::size_t>(stage)];
}

std::optional<Price> Order::average_price() const noexcept {
  const Int128 executed = static_cast<Int128>(cum_quantity.raw()) + overfill_quantity.raw();
  if (executed <= 0) return std::nullopt;
  return Price::from_raw(static_cast<std::int64_t>(divide_half_even(traded_value.raw(), executed)));
}

}  // namespace vigil::orders
