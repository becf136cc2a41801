#pragma once

// How the order table is kept over a restart: OrderManager::state().

#include "orders/order_manager.h"

namespace vigil::orders {

template <typename Wire>
void OrderManager::state(Wire& wire) {
  wire(last_id_);
  wire(fill_identities_lost_);
  wire(illegal_);
  orders_state(wire, slots_in(closed_), &closed_);
  orders_state(wire, ended_parents(), nullptr);
  orders_state(wire, slots_in(open_), &open_);
  if constexpr (Wire::kReads) {
    for (const SlotNumber slot : slots_in(open_)) {
      if (!put_back_slice(slot)) return wire.fail();
    }
  }
  const auto id_of = [this](SlotNumber slot) { return orders_[slot].id; };
  const auto find = [this](OrderId id) { return slot_by_id(id); };
  unacknowledged_.state(wire, id_of, find);
  pending_changes_.state(wire, id_of, find);
}

template <typename Wire>
void OrderManager::orders_state(Wire& wire, const std::vector<SlotNumber>& slots, List* list) {
  auto count = static_cast<std::uint32_t>(slots.size());
  wire(count);
  if constexpr (Wire::kReads) {
    if (count > capacity_ - touched_) return wire.fail();
    for (; count > 0; --count) {
      const SlotNumber slot = ++touched_;
      order_state(wire, slot);
      if (wire.has_failed() || !put_back(slot)) return wire.fail();
      if (list != nullptr) append(*list, slot);
    }
  } else {
    for (const SlotNumber slot : slots) order_state(wire, slot);
  }
}

template <typename Wire>
void OrderManager::order_state(Wire& wire, SlotNumber slot) {
  wire(orders_[slot]);
  wire(slots_[slot]);
  fills_.list_state(wire, orders_[slot].id, slots_[slot].fills);
}

}  // namespace vigil::orders
