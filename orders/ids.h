#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "orders/fixed_string.h"

namespace vigil::orders {

/// Given by the order manager, counting from 1; 0 means none.
enum class OrderId : std::uint64_t {};
/// Positions in the configured lists, from 0. kNone* marks "not known" or "not given".
enum class InstrumentId : std::uint16_t {};
enum class AccountId : std::uint16_t {};
enum class StrategyId : std::uint16_t {};
enum class VenueId : std::uint16_t {};
enum class CurrencyId : std::uint16_t {};

inline constexpr OrderId kNoOrder{0};
inline constexpr InstrumentId kNoInstrument{0xffff};
inline constexpr AccountId kNoAccount{0xffff};
inline constexpr StrategyId kNoStrategy{0xffff};
/// As an order's venue: the router chooses.
inline constexpr VenueId kNoVenue{0xffff};
inline constexpr CurrencyId kNoCurrency{0xffff};

template <typename Id>
requires std::is_enum_v<Id>
[[nodiscard]] constexpr std::size_t index(Id id) noexcept {
  return static_cast<std::size_t>(id);
}

/// FIX ClOrdID; long enough for a UUID. Unique among the orders the manager remembers.
using ClientOrderId = FixedString<36>;
/// FIX OrderID.
using VenueOrderId = FixedString<36>;
/// FIX ExecID of a fill; unique per order.
using VenueTradeId = FixedString<36>;

}  // namespace vigil::orders
