#include "orders/enums.h"

#include <array>
#include <cstddef>

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, 2> kSides{"buy", "sell"};
constexpr std::array<std::string_view, 4> kTypes{"market", "limit", "stop", "stop_limit"};
constexpr std::array<std::string_view, 5> kTimesInForce{"DAY", "GTC", "GTD", "IOC", "FOK"};
constexpr std::array<std::string_view, 3> kLiquidities{"unknown", "maker", "taker"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& words, std::string_view text) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Side side) noexcept {
  return kSides[static_cast<std::size_t>(side)];
}
std::string_view to_string(OrderType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}
std::string_view to_string(TimeInForce tif) noexcept {
  return kTimesInForce[static_cast<std::size_t>(tif)];
}
std::string_view to_string(Liquidity liquidity) noexcept {
  return kLiquidities[static_cast<std::size_t>(liquidity)];
}

std::optional<Side> parse_side(std::string_view text) noexcept {
  return find<Side>(kSides, text);
}
std::optional<OrderType> parse_order_type(std::string_view text) noexcept {
  return find<OrderType>(kTypes, text);
}
std::optional<TimeInForce> parse_time_in_force(std::string_view text) noexcept {
  return find<TimeInForce>(kTimesInForce, text);
}

}  // namespace vigil::orders
