#include "orders/fill_table.h"

#include <bit>
#include <cassert>
#include <memory>

namespace vigil::orders {
namespace {

std::size_t bucket_count(std::uint32_t capacity) {
  if (capacity > kMaxSlots) throw std::bad_alloc{};
  return std::bit_ceil(std::size_t{capacity} + 1);
}

}  // namespace

FillTable::FillTable(std::uint32_t capacity)
    : capacity_(capacity), entries_(std::size_t{capacity} + 1), buckets_(bucket_count(capacity)) {}

std::uint32_t FillTable::bucket_of(OrderId order, const VenueTradeId& trade) const noexcept {
  const std::uint64_t mixed =
      hash_text(trade.view()) ^ (static_cast<std::uint64_t>(order) * 0x9e3779b97f4a7c15ULL);
  return static_cast<std::uint32_t>((mixed ^ (mixed >> 32)) & (buckets_.size() - 1));
}

FillTable::Match FillTable::match(OrderId order, const VenueTradeId& trade, Price price,
                                  Quantity quantity) const noexcept {
  for (SlotNumber i = buckets_[bucket_of(order, trade)]; i != kNoSlot; i = entries_[i].next_in_bucket) {
    const Entry& entry = entries_[i];
    if (entry.order != order || !(entry.trade == trade)) continue;
    return entry.price == price && entry.quantity == quantity ? Match::Equal : Match::Different;
  }
  return Match::New;
}

SlotNumber FillTable::add(SlotNumber head, OrderId order, const VenueTradeId& trade, Price price,
                          Quantity quantity) noexcept {
  assert(!full());
  SlotNumber number = free_;
  if (number != kNoSlot) {
    free_ = entries_[number].next_of_order;
  } else {
    number = ++touched_;
  }
  const std::uint32_t bucket = bucket_of(order, trade);
  std::construct_at(&entries_[number], Entry{order, trade, price, quantity, bucket, buckets_[bucket], head});
  buckets_[bucket] = number;
  ++used_;
  return number;
}

void FillTable::forget(SlotNumber head) noexcept {
  while (head != kNoSlot) {
    Entry& entry = entries_[head];
    SlotNumber* link = &buckets_[entry.bucket];
    while (*link != head) link = &entries_[*link].next_in_bucket;
    *link = entry.next_in_bucket;
    const SlotNumber next = entry.next_of_order;
    entry.next_of_order = free_;
    free_ = head;
    head = next;
    --used_;
  }
}

}  // namespace vigil::orders
