#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::orders {

enum class Side : std::uint8_t { Buy, Sell };
enum class OrderType : std::uint8_t { Market, Limit, Stop, StopLimit };
enum class TimeInForce : std::uint8_t { Day, GoodTillCancel, GoodTillDate, ImmediateOrCancel, FillOrKill };
enum class Liquidity : std::uint8_t { Unknown, Maker, Taker };

/// +1 for a buy, -1 for a sell.
[[nodiscard]] constexpr int sign(Side side) noexcept {
  return side == Side::Buy ? 1 : -1;
}
[[nodiscard]] constexpr Side opposite(Side side) noexcept {
  return side == Side::Buy ? Side::Sell : Side::Buy;
}
[[nodiscard]] constexpr bool has_limit(OrderType type) noexcept {
  return type == OrderType::Limit || type == OrderType::StopLimit;
}
[[nodiscard]] constexpr bool has_stop(OrderType type) noexcept {
  return type == OrderType::Stop || type == OrderType::StopLimit;
}

/// The words files and JSON use: buy, sell; market, limit, stop, stop_limit; DAY, GTC, GTD, IOC, FOK;
/// maker, taker, unknown. Parsing takes exactly these.
[[nodiscard]] std::string_view to_string(Side side) noexcept;
[[nodiscard]] std::string_view to_string(OrderType type) noexcept;
[[nodiscard]] std::string_view to_string(TimeInForce tif) noexcept;
[[nodiscard]] std::string_view to_string(Liquidity liquidity) noexcept;
[[nodiscard]] std::optional<Side> parse_side(std::string_view text) noexcept;
[[nodiscard]] std::optional<OrderType> parse_order_type(std::string_view text) noexcept;
[[nodiscard]] std::optional<TimeInForce> parse_time_in_force(std::string_view text) noexcept;

}  // namespace vigil::orders
