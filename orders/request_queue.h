#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/ids.h"
#include "orders/mapped_array.h"
#include "orders/time.h"

namespace vigil::orders {

/// Orders with an unanswered request, oldest first. The front of the queue is in doubt: those whose time-out
/// was noticed. An intrusive doubly linked list by slot; everything is O(1). Core thread only.
class RequestQueue {
 public:
  explicit RequestQueue(std::uint32_t capacity) : nodes_(std::size_t{capacity} + 1) {}

  /// `since` must not be before that of the last one added (it is moved up to it if so).
  void add(SlotNumber slot, Duration since) noexcept;
  /// Does nothing for a slot that is not queued.
  void remove(SlotNumber slot) noexcept;
  [[nodiscard]] bool contains(SlotNumber slot) const noexcept { return nodes_[slot].queued; }
  [[nodiscard]] bool in_doubt(SlotNumber slot) const noexcept { return nodes_[slot].in_doubt; }

  /// Marks the oldest request not yet in doubt if it is `timeout` old; kNoSlot when there is none.
  SlotNumber mark_next(Duration now, Duration timeout) noexcept;
  /// Time of the oldest request in doubt or, if none is, Duration::max().
  [[nodiscard]] Duration oldest_in_doubt() const noexcept;
  /// Time of the oldest request not in doubt, Duration::max() when there is none.
  [[nodiscard]] Duration oldest_waiting() const noexcept;

  /// `find(OrderId)` gives an order's slot, kNoSlot for none; `id_of(SlotNumber)` the order in it. Read into
  /// a queue that is empty.
  template <typename Wire, typename IdOf, typename Find>
  void state(Wire& wire, IdOf id_of, Find find);

 private:
  struct Node {
    SlotNumber previous;
    SlotNumber next;
    Duration since;
    bool queued;
    bool in_doubt;
  };
  MappedArray<Node> nodes_;
  SlotNumber first_ = kNoSlot;
  SlotNumber last_ = kNoSlot;
  SlotNumber first_waiting_ = kNoSlot;  ///< all before it are in doubt
};

template <typename Wire, typename IdOf, typename Find>
void RequestQueue::state(Wire& wire, IdOf id_of, Find find) {
  std::uint32_t count = 0;
  for (SlotNumber slot = first_; slot != kNoSlot; slot = nodes_[slot].next) ++count;
  wire(count);
  SlotNumber slot = first_;
  bool earlier_in_doubt = true;
  for (; count > 0; --count) {
    OrderId order = Wire::kReads ? kNoOrder : id_of(slot);
    Duration since = Wire::kReads ? Duration{} : nodes_[slot].since;
    bool in_doubt = Wire::kReads ? false : nodes_[slot].in_doubt;
    wire(order);
    wire(since);
    wire(in_doubt);
    if constexpr (Wire::kReads) {
      slot = wire.has_failed() ? kNoSlot : find(order);
      if (slot == kNoSlot || nodes_[slot].queued || (in_doubt && !earlier_in_doubt)) return wire.fail();
      add(slot, since);
      earlier_in_doubt = in_doubt;
      if (in_doubt) {
        nodes_[slot].in_doubt = true;
        first_waiting_ = kNoSlot;
      }
    } else {
      slot = nodes_[slot].next;
    }
  }
}

}  // namespace vigil::orders
