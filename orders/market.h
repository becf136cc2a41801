#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::orders {

/// True when `price` is at least as good for the taker of `side` as `limit`.
[[nodiscard]] constexpr bool within(Side side, Price price, Price limit) noexcept {
  return side == Side::Buy ? price <= limit : price >= limit;
}

/// Best bid and ask of an instrument. Crossed (bid > ask) and locked (bid = ask) quotes are valid data. A
/// side that is not quoted has no price.
struct Quote {
  std::optional<Price> bid;
  std::optional<Price> ask;
  std::optional<Quantity> bid_size;  ///< nothing = not published
  std::optional<Quantity> ask_size;
  Timestamp time{};  ///< when the engine received it

  /// (bid + ask) / 2 rounded half to even; nothing unless both sides are quoted.
  [[nodiscard]] std::optional<Price> mid() const noexcept {
    if (!bid || !ask) return std::nullopt;
    return Price::from_raw(
        static_cast<std::int64_t>(divide_half_even(static_cast<Int128>(bid->raw()) + ask->raw(), 2)));
  }
  template <typename Wire>
  void state(Wire& wire) {
    wire(bid);
    wire(ask);
    wire(bid_size);
    wire(ask_size);
    wire(time);
  }
};

enum class MarketEventKind : std::uint8_t { Quote, Trade };

/// One message of a feed, as every feed format delivers it. Plain data, copied through queues.
struct MarketEvent {
  MarketEventKind kind = MarketEventKind::Quote;
  InstrumentId instrument = kNoInstrument;
  VenueId venue = kNoVenue;
  Timestamp time{};               ///< the feed's receive time, UTC
  Quote quote;                    ///< Kind::Quote; replaces the venue's previous quote whole
  Price price{};                  ///< Kind::Trade
  Quantity size{};                ///< Kind::Trade
  std::optional<Side> aggressor;  ///< Kind::Trade; nothing when the feed does not say
};

}  // namespace vigil::orders
