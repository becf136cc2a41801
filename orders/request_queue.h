#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace vigil::orders
