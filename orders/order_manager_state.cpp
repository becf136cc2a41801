// The order table put back together from what was kept.

#include "orders/order_manager_state.h"

namespace vigil::orders {

std::vector<SlotNumber> OrderManager::slots_in(const List& list) const {
  std::vector<SlotNumber> slots;
  for (SlotNumber slot = list.first; slot != kNoSlot; slot = slots_[slot].next) slots.push_back(slot);
  return slots;
}

/// In neither list: they were filled while slices of theirs are still open.
std::vector<SlotNumber> OrderManager::ended_parents() const {
  std::vector<SlotNumber> slots;
  for (SlotNumber slot = open_.first; slot != kNoSlot; slot = slots_[slot].next) {
    if (orders_[slot].parent == kNoOrder) continue;
    const SlotNumber parent = slot_by_id(orders_[slot].parent);
    const bool is_first_seen = slots_[slot].next_slice == kNoSlot;  // the oldest is the list's last
    if (is_first_seen && is_closed(orders_[parent].status)) slots.push_back(parent);
  }
  return slots;
}

/// False: it cannot be an order of this table.
bool OrderManager::put_back(SlotNumber slot) noexcept {
  Order& order = orders_[slot];
  const auto number = static_cast<std::uint64_t>(order.id);
  if (order.id == kNoOrder || number > last_id_ || slot_by_id(order.id) != kNoSlot) return false;
  by_id_.insert(hash_of(order.id), slot);
  if (is_indexed_by_client_id(order)) {
    const std::uint32_t hash = hash_of(order.client_order_id);
    if (slot_by_client_id(order.client_order_id, hash) != kNoSlot) return false;
    slots_[slot].client_id_hash = hash;
    by_client_id_.insert(hash, slot);
  }
  order.open_slices = 0;
  ++remembered_;
  if (order.in_doubt) ++in_doubt_;
  if (!is_closed(order.status) && order.parent == kNoOrder) ++live_;
  return true;
}

/// Of an open order. Its parent's last slice is the first of the parent's list.
bool OrderManager::put_back_slice(SlotNumber slot) noexcept {
  const Order& slice = orders_[slot];
  if (is_closed(slice.status)) return false;
  if (slice.parent == kNoOrder) return true;
  const SlotNumber parent = slot_by_id(slice.parent);
  if (parent == kNoSlot || orders_[parent].parent != kNoOrder) return false;
  SlotNumber& first = slots_[parent].first_slice;
  slots_[slot].next_slice = first;
  if (first != kNoSlot) slots_[first].previous_slice = slot;
  first = slot;
  ++orders_[parent].open_slices;
  return true;
}

}  // namespace vigil::orders
