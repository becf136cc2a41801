#include "engine/venue/venue_order.h"

#include <algorithm>
#include <cassert>

namespace vigil::engine {

VenueOrder* VenueOrderTable::add(orders::OrderId id) {
  assert(find(id) == nullptr);
  if (open_count_ >= max_open_) return nullptr;

  if (free_.empty()) free_.push_back(&slots_.emplace_back());
  VenueOrder* const order = free_.back();
  free_.pop_back();
  *order = VenueOrder{};
  order->id = id;
  by_id_.emplace(static_cast<std::uint64_t>(id), order);
  ++open_count_;
  return order;
}

VenueOrder* VenueOrderTable::find(orders::OrderId id) noexcept {
  const auto found = by_id_.find(static_cast<std::uint64_t>(id));
  return found == by_id_.end() ? nullptr : found->second;
}

void VenueOrderTable::close(VenueOrder& order) {
  assert(order.open);
  order.open = false;
  --open_count_;
  closed_.push_back(&order);
  if (closed_.size() <= remembered_closed_) return;

  VenueOrder* const forgotten = closed_.front();
  closed_.pop_front();
  by_id_.erase(static_cast<std::uint64_t>(forgotten->id));
  free_.push_back(forgotten);
}

void VenueOrderTable::rename(VenueOrder& order, orders::OrderId id) {
  assert(find(id) == nullptr);
  by_id_.erase(static_cast<std::uint64_t>(order.id));
  order.id = id;
  by_id_.emplace(static_cast<std::uint64_t>(id), &order);
}

std::vector<VenueOrder*> VenueOrderTable::open_orders() {
  std::vector<VenueOrder*> open;
  for (VenueOrder& order : slots_) {
    if (order.open && order.id != orders::kNoOrder) open.push_back(&order);
  }
  std::ranges::sort(open, {}, &VenueOrder::number);
  return open;
}

}  // namespace vigil::engine
