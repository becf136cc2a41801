#include "orders/fill_table.h"

#include <cassert>
#include <memory>

namespace vigil::orders {

FillTable::FillTable(std::uint32_t capacity)
    : capacity_(capacity), entries_(std::size_t{capacity} + 1), index_(capacity) {}

FillTable::Key FillTable::key_of(OrderId order, const VenueTradeId& trade) const noexcept {
  const std::uint64_t mixed =
      (hash_text(trade.view()) + static_cast<std::uint64_t>(order)) * 0x9e3779b97f4a7c15ULL;
  return {order, trade, static_cast<std::uint32_t>(mixed >> 32)};
}

FillTable::Match FillTable::match(const Key& key, Price price, Quantity quantity) const noexcept {
  const SlotNumber known = index_.find(key.hash, [&](SlotNumber candidate) {
    return entries_[candidate].order == key.order && entries_[candidate].trade == key.trade;
  });
  if (known == kNoSlot) return Match::New;
  const bool equal = entries_[known].price == price && entries_[known].quantity == quantity;
  return equal ? Match::Equal : Match::Different;
}

SlotNumber FillTable::add(SlotNumber head, const Key& key, Price price, Quantity quantity) noexcept {
  assert(!full());
  SlotNumber number = free_;
  if (number != kNoSlot) {
    free_ = entries_[number].next_of_order;
  } else {
    number = ++touched_;
  }
  std::construct_at(&entries_[number], Entry{key.order, key.trade, price, quantity, key.hash, head});
  index_.insert(key.hash, number);
  return number;
}

void FillTable::forget(SlotNumber head) noexcept {
  while (head != kNoSlot) {
    Entry& entry = entries_[head];
    index_.erase(entry.hash, head);
    const SlotNumber next = entry.next_of_order;
    entry.next_of_order = free_;
    free_ = head;
    head = next;
  }
}

}  // namespace vigil::orders
