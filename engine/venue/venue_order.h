#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "engine/venue/ring.h"
#include "orders/execution_report.h"
#include "orders/order.h"

namespace vigil::engine {

/// A fill as the simulated venue remembers it.
struct VenueFill {
  std::uint64_t number = 0;  ///< makes the trade id
  orders::Price price{};
  orders::Quantity quantity{};
  orders::Money commission{};
  orders::CurrencyId commission_currency = orders::kNoCurrency;
  orders::Liquidity liquidity = orders::Liquidity::Unknown;
  orders::Timestamp time{};
};

/// An order as the simulated venue holds it.
struct VenueOrder {
  orders::OrderId id = orders::kNoOrder;
  std::uint64_t number = 0;    ///< order of acceptance, from 1; makes the venue order id
  std::uint64_t priority = 0;  ///< time priority: smaller is earlier; a replace may renew it
  orders::VenueOrderId venue_order_id;
  orders::InstrumentId instrument = orders::kNoInstrument;
  orders::Side side = orders::Side::Buy;
  orders::OrderType type = orders::OrderType::Limit;
  orders::TimeInForce time_in_force = orders::TimeInForce::Day;
  orders::OrderTerms terms;
  orders::Timestamp expire_at{};
  orders::Quantity cum_quantity{};
  bool open = true;
  bool triggered = false;                                      ///< a stop that was triggered
  orders::OrderStatus ended_as = orders::OrderStatus::Filled;  ///< once it is not open
  std::vector<VenueFill> fills;

  /// Where the book holds it.
  enum class Place : std::uint8_t { None, Resting, Stop };
  Place place = Place::None;
  /// While resting: what others display ahead of it at its price. Unknown (behind the touch) counts as
  /// endless.
  bool queue_known = false;
  orders::Quantity queue_ahead{};

  [[nodiscard]] orders::Quantity leaves_quantity() const noexcept { return terms.quantity - cum_quantity; }
  /// All that was filled, after the order's end too.
  [[nodiscard]] orders::Quantity executed() const noexcept {
    orders::Quantity sum{};
    for (const VenueFill& fill : fills) sum = sum + fill.quantity;
    return sum;
  }
};

/// The orders of a simulated venue by id: all open ones, and those lately closed, so that a cancel that comes
/// too late is told from one of an unknown order and a repeated id is noticed. Beyond `remembered_closed`
/// closed orders the oldest are forgotten; beyond `max_open` open ones add() refuses. Addresses stay until
/// forgotten.
class VenueOrderTable {
 public:
  VenueOrderTable(std::size_t max_open, std::size_t remembered_closed)
      : max_open_(max_open), remembered_closed_(remembered_closed) {}

  /// Null when the table is full. The id must not be in the table.
  [[nodiscard]] VenueOrder* add(orders::OrderId id);
  /// Open or closed; null when unknown or forgotten.
  [[nodiscard]] VenueOrder* find(orders::OrderId id) noexcept;
  /// The order must be open. It stays readable until later orders close.
  void close(VenueOrder& order);
  /// The id must not be in the table.
  void rename(VenueOrder& order, orders::OrderId id);

  [[nodiscard]] std::size_t open_count() const noexcept { return open_count_; }
  /// Every order that is remembered.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [id, order] : by_id_) visit(*order);
  }
  /// Open orders by number.
  [[nodiscard]] std::vector<VenueOrder*> open_orders();

 private:
  std::size_t max_open_;
  std::size_t remembered_closed_;
  std::deque<VenueOrder> slots_;  // grows at the end only: addresses are stable
  std::vector<VenueOrder*> free_;
  Ring<VenueOrder*> closed_;  // oldest first
  std::unordered_map<std::uint64_t, VenueOrder*> by_id_;
  std::size_t open_count_ = 0;
};

}  // namespace vigil::engine
