#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "engine/venue/venue_order.h"
#include "orders/decimal.h"
#include "orders/enums.h"
#include "orders/market.h"

namespace vigil::engine {

/// One side of the touch: what the feed displays, less what our orders took of it.
///
/// A quote at the same price adds the growth of the displayed size to what remains, and what remains never
/// exceeds the displayed size; a quote at another price starts afresh. So a feed that repeats itself does not
/// fill us twice from the same size.
class DisplayedLevel {
 public:
  /// `size` nothing = no limit.
  void update(std::optional<orders::Price> price, std::optional<orders::Quantity> size) noexcept;
  void take(orders::Quantity quantity) noexcept;

  [[nodiscard]] bool quoted() const noexcept { return quoted_; }
  /// Meaningful while quoted.
  [[nodiscard]] orders::Price price() const noexcept { return price_; }
  /// What the feed shows and what is left of it; kUnlimited without a limit, 0 while not quoted.
  [[nodiscard]] orders::Quantity displayed() const noexcept { return displayed_; }
  [[nodiscard]] orders::Quantity remaining() const noexcept { return remaining_; }

  static constexpr orders::Quantity kUnlimited =
      orders::Quantity::from_raw(std::numeric_limits<std::int64_t>::max());

 private:
  bool quoted_ = false;
  orders::Price price_{};
  orders::Quantity displayed_{};
  orders::Quantity remaining_{};
};

/// A fill the market gives to a resting order, at the order's own limit.
struct BookFill {
  VenueOrder* order = nullptr;
  orders::Quantity quantity{};
};

/// The market of one instrument at a simulated venue: the touch as the feed shows it, our resting orders with
/// their place in the queue, and our stops. Our orders trade with the market only, never with each other, and
/// never beyond the touch, because that is all the feed shows. The book decides who is filled; the venue
/// books the fill (cum_quantity) and removes what is done.
class SimulatedBook {
 public:
  /// `unknown_size`: taken as displayed where the feed publishes no size; 0 = no limit.
  SimulatedBook(orders::Quantity lot_size, orders::Quantity unknown_size)
      : lot_size_(lot_size), unknown_size_(unknown_size) {}

  /// Takes in a quote and brings the queue positions into line with it:
  /// - at the touch: what is ahead is at most the displayed size, and exactly that where it was unknown;
  /// - better than the touch, or the side is gone: nobody is ahead;
  /// - behind the touch: as it was.
  void apply_quote(const orders::Quote& quote);
  /// A trade makes the instrument known here even if no quote ever came.
  void note_trade() noexcept { seen_ = true; }

  /// Resting orders at or beyond the far touch, by price and time, filled from what remains displayed there.
  void fill_crossed(std::vector<BookFill>& fills);
  /// Resting orders that a trade fills, by price and time, with no more than its size: those it went through,
  /// then those at its price behind the queue ahead of them, which it consumes first. The aggressor must be
  /// on the other side. Where the feed does not say, a trade at or below the bid was a sell, one at or above
  /// the ask a buy (neither if both hold); between them it counts for the orders it went through, not for
  /// those at its price.
  void fill_traded(orders::Price price, orders::Quantity size, std::optional<orders::Side> aggressor,
                   std::vector<BookFill>& fills);
  /// Stops whose condition holds now, taken out of the book: the far touch or the trade at or beyond the
  /// stop. Buys first, each side by distance of the stop, then time.
  void take_triggered(std::optional<orders::Price> trade, std::vector<VenueOrder*>& triggered);
  [[nodiscard]] bool stop_reached(const VenueOrder& order) const noexcept;

  /// What an order could take at the far touch now: whole lots up to its leaves; 0 when the touch is not
  /// within its limit or not there.
  [[nodiscard]] orders::Quantity takeable(const VenueOrder& order) const noexcept;
  [[nodiscard]] DisplayedLevel& far_touch(orders::Side side) noexcept {
    return side == orders::Side::Buy ? ask_ : bid_;
  }

  void rest(VenueOrder& order);
  void hold_stop(VenueOrder& order);
  /// No effect on an order that the book does not hold.
  void remove(VenueOrder& order);

  [[nodiscard]] bool seen() const noexcept { return seen_; }      ///< any quote or trade so far
  [[nodiscard]] bool quoted() const noexcept { return quoted_; }  ///< any quote so far

 private:
  /// Sorted so that the order to be served first comes first: `distance` is the price, negated where a higher
  /// price goes first.
  struct Key {
    std::int64_t distance = 0;
    std::uint64_t priority = 0;
    VenueOrder* order = nullptr;
    friend bool operator<(const Key& a, const Key& b) noexcept {
      return a.distance != b.distance ? a.distance < b.distance : a.priority < b.priority;
    }
  };
  using Orders = std::set<Key>;

  [[nodiscard]] static Key resting_key(VenueOrder& order) noexcept;
  [[nodiscard]] static Key stop_key(VenueOrder& order) noexcept;
  [[nodiscard]] Orders& resting(orders::Side side) noexcept {
    return side == orders::Side::Buy ? resting_buys_ : resting_sells_;
  }
  [[nodiscard]] Orders& stops(orders::Side side) noexcept {
    return side == orders::Side::Buy ? stop_buys_ : stop_sells_;
  }
  [[nodiscard]] const DisplayedLevel& own_touch(orders::Side side) const noexcept {
    return side == orders::Side::Buy ? bid_ : ask_;
  }
  [[nodiscard]] const DisplayedLevel& far_touch(orders::Side side) const noexcept {
    return side == orders::Side::Buy ? ask_ : bid_;
  }
  [[nodiscard]] orders::Quantity whole_lots(orders::Quantity quantity) const noexcept;
  void move_queues(orders::Side side);
  void fill_crossed(orders::Side side, std::vector<BookFill>& fills);
  /// `left` of the trade's size; what is filled or consumed is taken off.
  void fill_traded(orders::Side side, orders::Price price, orders::Quantity& left, bool at_price_too,
                   std::vector<BookFill>& fills);
  void take_triggered(orders::Side side, std::optional<orders::Price> trade,
                      std::vector<VenueOrder*>& triggered);

  orders::Quantity lot_size_;
  orders::Quantity unknown_size_;
  DisplayedLevel bid_;
  DisplayedLevel ask_;
  bool seen_ = false;
  bool quoted_ = false;
  Orders resting_buys_;
  Orders resting_sells_;
  Orders stop_buys_;
  Orders stop_sells_;
};

}  // namespace vigil::engine
