// The table: creation, look-up, what is forgotten and when.

#include "orders/order_manager.h"

#include <algorithm>
#include <cassert>
#include <memory>

namespace vigil::orders {
namespace {

/// Closed orders that one fill may push out of the full fill table. A longer search would make that fill
/// wait; a shorter one only means that a repeat of it might not be noticed, which is counted.
constexpr int kForgottenPerFill = 64;

}  // namespace

std::uint32_t OrderManager::hash_of(OrderId id) noexcept {
  const auto number = static_cast<std::uint64_t>(id);
  const std::uint64_t line = (number >> 3) * 0x9e3779b97f4a7c15ULL;
  return static_cast<std::uint32_t>(line >> 32 & ~std::uint64_t{7}) | static_cast<std::uint32_t>(number & 7);
}

std::uint32_t OrderManager::hash_of(const ClientOrderId& id) noexcept {
  return static_cast<std::uint32_t>(hash_text(id.view()));
}

bool OrderManager::is_indexed_by_client_id(const Order& order) noexcept {
  return order.parent == kNoOrder && !order.client_order_id.empty();
}

OrderManager::OrderManager(const OrderTableConfig& config)
    : capacity_(config.order_capacity),
      response_timeout_(config.response_timeout),
      orders_(std::size_t{config.order_capacity} + 1),
      slots_(std::size_t{config.order_capacity} + 1),
      by_id_(config.order_capacity),
      by_client_id_(config.order_capacity),
      fills_(config.fill_capacity),
      unacknowledged_(config.order_capacity),
      pending_changes_(config.order_capacity) {}

OrderManager::Creation OrderManager::create(const OrderRequest& request, EventTime now) noexcept {
  const std::uint32_t client_id_hash = hash_of(request.client_order_id);
  if (slot_by_client_id(request.client_order_id, client_id_hash) != kNoSlot)
    return {CreateResult::DuplicateClientOrderId, nullptr};
  const SlotNumber slot = acquire();
  if (slot == kNoSlot) return {CreateResult::TableFull, nullptr};

  Order& order = start_order(slot);
  order.client_order_id = request.client_order_id;
  order.instrument = request.instrument;
  order.account = request.account;
  order.strategy = request.strategy;
  order.venue = request.venue;
  order.side = request.side;
  order.type = request.type;
  order.time_in_force = request.time_in_force;
  order.terms = request.terms;
  order.is_liquidation = request.is_liquidation;
  order.expire_at = request.expire_at;
  order.stage(Stage::Decided) = request.decided;
  order.stage(Stage::Received) = now;
  if (is_indexed_by_client_id(order)) {
    slots_[slot].client_id_hash = client_id_hash;
    by_client_id_.insert(slots_[slot].client_id_hash, slot);
  }
  ++live_;
  return {CreateResult::Created, &order};
}

SlotNumber OrderManager::acquire() noexcept {
  if (free_ == kNoSlot && touched_ < capacity_) return ++touched_;
  if (free_ == kNoSlot && closed_.first != kNoSlot) {
    forget(closed_.first);
    prepare_to_forget();
  }
  const SlotNumber slot = free_;
  if (slot != kNoSlot) free_ = slots_[slot].next;
  return slot;
}

Order& OrderManager::start_order(SlotNumber slot) noexcept {
  Order& order = *std::construct_at(&orders_[slot]);
  slots_[slot] = {};
  order.id = OrderId{++last_id_};
  by_id_.insert(hash_of(order.id), slot);
  append(open_, slot);
  ++remembered_;
  return order;
}

void OrderManager::forget(SlotNumber slot) noexcept {
  Order& order = orders_[slot];
  assert(is_closed(order.status) && order.open_slices == 0);
  if (on_forget_) on_forget_(order);
  unlink(closed_, slot);
  by_id_.erase(hash_of(order.id), slot);
  if (is_indexed_by_client_id(order)) by_client_id_.erase(slots_[slot].client_id_hash, slot);
  fills_.forget(slots_[slot].fills);
  order.id = kNoOrder;
  slots_[slot].next = free_;
  free_ = slot;
  --remembered_;
}

/// What is forgotten next was last used long ago and is in no cache. Each of the next three is brought nearer
/// by what was brought for it the time before.
void OrderManager::prepare_to_forget() const noexcept {
  const SlotNumber first = closed_.first;
  if (first == kNoSlot) return;
  fills_.prefetch_place(slots_[first].fills);
  by_id_.prefetch(hash_of(orders_[first].id));
  by_client_id_.prefetch(slots_[first].client_id_hash);
  const SlotNumber second = slots_[first].next;
  if (second == kNoSlot) return;
  fills_.prefetch_entry(slots_[second].fills);
  const SlotNumber third = slots_[second].next;
  if (third == kNoSlot) return;
  __builtin_prefetch(&slots_[third], 1);
  const auto* const order = reinterpret_cast<const char*>(&orders_[third]);
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < sizeof(Order); at += kLine) __builtin_prefetch(order + at, 1);
}

bool OrderManager::make_room_for_fill(SlotNumber keep) noexcept {
  // The order that is being filled and its parent are in use; everything else that is closed may go.
  const OrderId parent = orders_[keep].parent;
  SlotNumber slot = closed_.first;
  for (int i = 0; i < kForgottenPerFill && slot != kNoSlot && fills_.full(); ++i) {
    const SlotNumber next = slots_[slot].next;
    if (slot != keep && orders_[slot].id != parent) forget(slot);
    slot = next;
  }
  return !fills_.full();
}

SlotNumber OrderManager::slot_by_id(OrderId id) const noexcept {
  return by_id_.find(hash_of(id), [&](SlotNumber slot) { return orders_[slot].id == id; });
}

Order* OrderManager::find(OrderId id) noexcept {
  const SlotNumber slot = slot_by_id(id);
  return slot == kNoSlot ? nullptr : &orders_[slot];
}

const Order* OrderManager::find(OrderId id) const noexcept {
  const SlotNumber slot = slot_by_id(id);
  return slot == kNoSlot ? nullptr : &orders_[slot];
}

Order* OrderManager::find(const ClientOrderId& id) noexcept {
  const SlotNumber slot = slot_by_client_id(id, hash_of(id));
  return slot == kNoSlot ? nullptr : &orders_[slot];
}

SlotNumber OrderManager::slot_by_client_id(const ClientOrderId& id, std::uint32_t hash) const noexcept {
  if (id.empty()) return kNoSlot;
  return by_client_id_.find(hash,
                            [&](SlotNumber candidate) { return orders_[candidate].client_order_id == id; });
}

SlotNumber OrderManager::first_open_above(OrderId id) const noexcept {
  if (id == kNoOrder) return open_.first;
  SlotNumber first = kNoSlot;
  for (SlotNumber slot = open_.last; slot != kNoSlot && orders_[slot].id > id; slot = slots_[slot].previous) {
    first = slot;
  }
  return first;
}

void OrderManager::append(List& list, SlotNumber slot) noexcept {
  slots_[slot].previous = list.last;
  slots_[slot].next = kNoSlot;
  (list.last == kNoSlot ? list.first : slots_[list.last].next) = slot;
  list.last = slot;
}

void OrderManager::unlink(List& list, SlotNumber slot) noexcept {
  const Slot& links = slots_[slot];
  (links.previous == kNoSlot ? list.first : slots_[links.previous].next) = links.next;
  (links.next == kNoSlot ? list.last : slots_[links.next].previous) = links.previous;
}

Duration OrderManager::oldest_in_doubt_age(Duration monotonic_now) const noexcept {
  const Duration oldest = std::min(unacknowledged_.oldest_in_doubt(), pending_changes_.oldest_in_doubt());
  return oldest == Duration::max() ? Duration{0} : monotonic_now - oldest;
}

Duration OrderManager::next_timeout() const noexcept {
  const Duration oldest = std::min(unacknowledged_.oldest_waiting(), pending_changes_.oldest_waiting());
  return oldest == Duration::max() ? oldest : oldest + response_timeout_;
}

}  // namespace vigil::orders
