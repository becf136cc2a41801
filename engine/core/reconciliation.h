#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// What becomes of an order that works at a venue and that we have never heard of.
enum class UnknownOrders : std::uint8_t { Cancel, Adopt };

struct ReconciliationConfig {
  /// Between two rounds with a venue; a connection begins with one.
  orders::Duration every = std::chrono::seconds{30};
  UnknownOrders unknown_orders = UnknownOrders::Cancel;
  orders::AccountId adopt_account = orders::kNoAccount;  ///< Adopt: whose they are then
};

/// Where a venue's rounds are, and what was booked there. A round asks for all orders that are open there;
/// those of ours that are not among the answers are asked for one by one. Core thread only.
struct ReconciliationRound {
  std::uint32_t number = 0;
  orders::Duration asked{};  ///< monotonic
  orders::Duration due{};    ///< when the next one begins
  // All fills at the venue against all that were booked: what is missing from an order that has ended shows
  // nowhere else. Both are compared from the last time they agreed.
  orders::Quantity booked{};
  orders::Quantity booked_then{};
  orders::Quantity theirs_then{};
  orders::Timestamp agreed_at{};      ///< the venue's time
  std::uint32_t asked_for_fills = 0;  ///< rounds in which they were

  template <typename Wire>
  void state(Wire& wire) {
    wire(number);
    wire(asked);
    wire(due);
    wire(booked);
    wire(booked_then);
    wire(theirs_then);
    wire(agreed_at);
    wire(asked_for_fills);
  }
};

/// Orders of venues that we do not know and that are being dealt with, so that none is counted twice.
/// Beyond kMost the oldest is forgotten. Core thread only.
class UnknownAtVenues {
 public:
  static constexpr std::size_t kMost = 64;

  /// False: it is known to be unknown.
  bool note(orders::VenueId venue, orders::OrderId order, orders::Duration now) noexcept {
    for (const Entry& entry : entries_) {
      if (entry.order == order && entry.venue == venue) return false;
    }
    entries_[next_] = {venue, order, now};
    next_ = (next_ + 1) % kMost;
    return true;
  }
  /// It is gone, or ours now. True if it was in here; `since` then says since when.
  bool settle(orders::VenueId venue, orders::OrderId order, orders::Duration& since) noexcept {
    for (Entry& entry : entries_) {
      if (entry.order != order || entry.venue != venue) continue;
      since = entry.since;
      entry = {};
      return true;
    }
    return false;
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(entries_);
    wire(next_);
    next_ %= kMost;
  }

 private:
  struct Entry {
    orders::VenueId venue = orders::kNoVenue;
    orders::OrderId order = orders::kNoOrder;
    orders::Duration since{};

    template <typename Wire>
    void state(Wire& wire) {
      wire(venue);
      wire(order);
      wire(since);
    }
  };
  std::array<Entry, kMost> entries_{};
  std::size_t next_ = 0;
};

}  // namespace vigil::engine
