#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/order_status.h"
#include "orders/time.h"

namespace vigil::orders {

// What the core says of executions to those who judge them, on another thread: plain data, copied through a
// queue, and small, because each line of it has to come from the other thread's cache. Amounts in the
// reporting currency are NaN where there was no rate.

/// A price that may be missing, in the room of a price.
class MaybePrice {
 public:
  constexpr MaybePrice() noexcept = default;
  constexpr MaybePrice(const std::optional<Price>& price) noexcept  // NOLINT(google-explicit-constructor)
      : raw_(price ? price->raw() : kNone) {}
  constexpr MaybePrice(Price price) noexcept : raw_(price.raw()) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] constexpr bool has_value() const noexcept { return raw_ != kNone; }
  /// Units of 1e-8; only with a value.
  [[nodiscard]] constexpr std::int64_t raw() const noexcept { return raw_; }
  constexpr void reset() noexcept { raw_ = kNone; }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();
  std::int64_t raw_ = kNone;
};

/// The order that was executed, and what it is measured by.
struct ExecutedOrder {
  OrderId id = kNoOrder;
  InstrumentId instrument = kNoInstrument;
  StrategyId strategy = kNoStrategy;
  VenueId venue = kNoVenue;  ///< kNoVenue: a split order
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  MaybePrice arrival_bid;  ///< when it left the engine
  MaybePrice arrival_ask;
};

/// A fill that was applied.
struct FillNote {
  ExecutedOrder order;
  Timestamp time{};  ///< when the core took it up
  Price price{};
  Quantity quantity{};
  OrderId parent = kNoOrder;  ///< the split order that it is part of
  Liquidity liquidity = Liquidity::Unknown;
  MaybePrice bid;  ///< the best ones when the core took it up
  MaybePrice ask;
  double notional_usd = 0;  ///< size of price * quantity * multiplier; positive
  double fee_usd = 0;       ///< negative: a rebate
};

/// An order that was sent has ended.
struct OrderEndNote {
  /// As a duration: it did not come to that.
  static constexpr Duration kNever{-1};

  ExecutedOrder order;
  Timestamp time{};
  OrderStatus status = OrderStatus::Filled;
  bool is_slice = false;   ///< part of a split order
  bool is_parent = false;  ///< a split order: its fills are those of its slices
  Quantity ordered{};
  Quantity executed{};        ///< overfills included
  ExactMoney traded_value{};  ///< sum of price * quantity
  MaybePrice limit_price;
  MaybePrice decision_mid;
  MaybePrice end_bid;  ///< when it ended
  MaybePrice end_ask;
  Duration to_first_fill = kNever;  ///< since it was sent
  Duration to_full_fill = kNever;   ///< Filled only
};

}  // namespace vigil::orders
