#include "orders/request_queue.h"

#include <algorithm>
#include <cassert>

namespace vigil::orders {

void RequestQueue::add(SlotNumber slot, Duration since) noexcept {
  assert(!nodes_[slot].queued);
  if (last_ != kNoSlot) since = std::max(since, nodes_[last_].since);
  nodes_[slot] = {last_, kNoSlot, since, true, false};
  (last_ == kNoSlot ? first_ : nodes_[last_].next) = slot;
  last_ = slot;
  if (first_waiting_ == kNoSlot) first_waiting_ = slot;
}

void RequestQueue::remove(SlotNumber slot) noexcept {
  Node& node = nodes_[slot];
  if (!node.queued) return;
  if (first_waiting_ == slot) first_waiting_ = node.next;
  (node.previous == kNoSlot ? first_ : nodes_[node.previous].next) = node.next;
  (node.next == kNoSlot ? last_ : nodes_[node.next].previous) = node.previous;
  node = {};
}

SlotNumber RequestQueue::mark_next(Duration now, Duration timeout) noexcept {
  if (first_waiting_ == kNoSlot) return kNoSlot;
  Node& node = nodes_[first_waiting_];
  if (now - node.since < timeout) return kNoSlot;
  const SlotNumber marked = first_waiting_;
  node.in_doubt = true;
  first_waiting_ = node.next;
  return marked;
}

Duration RequestQueue::oldest_in_doubt() const noexcept {
  return first_ != kNoSlot && nodes_[first_].in_doubt ? nodes_[first_].since : Duration::max();
}

Duration RequestQueue::oldest_waiting() const noexcept {
  return first_waiting_ == kNoSlot ? Duration::max() : nodes_[first_waiting_].since;
}

}  // namespace vigil::orders
