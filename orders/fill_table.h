#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/mapped_array.h"
#include "orders/slot_index.h"

namespace vigil::orders {

/// Remembers which fills were applied: (order, venue trade id) -> price and quantity. Entries are found by
/// hash and freed together with their order. Core thread only; does not allocate after construction.
class FillTable {
 public:
  explicit FillTable(std::uint32_t capacity);

  enum class Match : std::uint8_t { New, Equal, Different };
  /// A fill's identity with the hash of it, computed once.
  struct Key {
    OrderId order;
    const VenueTradeId& trade;
    std::uint32_t hash;
  };
  [[nodiscard]] Key key_of(OrderId order, const VenueTradeId& trade) const noexcept;
  [[nodiscard]] Match match(const Key& key, Price price, Quantity quantity) const noexcept;
  /// Call early, when match() will be called for this key.
  void prefetch(const Key& key) const noexcept { index_.prefetch(key.hash); }
  /// Call when forget() will be called for this list before long; the first time brings its head near, the
  /// second time the head's place in the index.
  void prefetch_entry(SlotNumber head) const noexcept { __builtin_prefetch(&entries_[head], 1); }
  void prefetch_place(SlotNumber head) const noexcept {
    if (head != kNoSlot) index_.prefetch(entries_[head].hash);
  }
  /// Adds a fill that match() called New at the head of the order's list and returns the new head. The table
  /// must not be full.
  [[nodiscard]] SlotNumber add(SlotNumber head, const Key& key, Price price, Quantity quantity) noexcept;
  /// Frees an order's whole list.
  void forget(SlotNumber head) noexcept;
  /// An order's list, of which `head` is written, or read anew into a table that has room for it.
  template <typename Wire>
  void list_state(Wire& wire, OrderId order, SlotNumber& head);
  [[nodiscard]] bool full() const noexcept { return index_.size() == capacity_; }
  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  struct Entry {
    OrderId order;
    VenueTradeId trade;
    Price price;
    Quantity quantity;
    std::uint32_t hash;
    SlotNumber next_of_order;  ///< next free one while unused
  };

  std::uint32_t capacity_;
  MappedArray<Entry> entries_;  ///< from 1
  SlotIndex index_;
  std::uint32_t touched_ = 0;  ///< entries ever used; beyond them memory is untouched
  SlotNumber free_ = kNoSlot;
};

template <typename Wire>
void FillTable::list_state(Wire& wire, OrderId order, SlotNumber& head) {
  std::uint32_t count = 0;
  for (SlotNumber at = head; at != kNoSlot; at = entries_[at].next_of_order) ++count;
  wire(count);
  if constexpr (!Wire::kReads) {
    for (SlotNumber at = head; at != kNoSlot; at = entries_[at].next_of_order) {
      wire(entries_[at].trade);
      wire(entries_[at].price);
      wire(entries_[at].quantity);
    }
  } else {
    // The first of the list was added last.
    if (count > capacity_ - size()) return wire.fail();
    head = kNoSlot;
    for (SlotNumber* link = &head; count > 0 && !wire.has_failed(); --count) {
      VenueTradeId trade;
      Price price{};
      Quantity quantity{};
      wire(trade);
      wire(price);
      wire(quantity);
      const Key key = key_of(order, trade);
      if (match(key, price, quantity) != Match::New) return wire.fail();
      const SlotNumber added = add(kNoSlot, key, price, quantity);
      *link = added;
      link = &entries_[added].next_of_order;
    }
  }
}

}  // namespace vigil::orders
