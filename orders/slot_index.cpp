#include "orders/slot_index.h"

#include <bit>
#include <cassert>

namespace vigil::orders {
namespace {

std::size_t table_size(std::uint32_t capacity) {
  if (capacity > kMaxSlots) throw std::bad_alloc{};
  return std::bit_ceil(std::size_t{capacity} * 2 + 2);
}

}  // namespace

SlotIndex::SlotIndex(std::uint32_t capacity)
    : entries_(table_size(capacity)),
      mask_(entries_.size() - 1),
      shift_(32 - std::countr_zero(entries_.size())),
      capacity_(capacity) {}

void SlotIndex::insert(std::uint32_t hash, SlotNumber slot) noexcept {
  assert(used_ < capacity_);
  std::size_t i = home_of(hash);
  while (entries_[i].slot != kNoSlot) i = (i + 1) & mask_;
  entries_[i] = {hash, slot};
  ++used_;
}

void SlotIndex::erase(std::uint32_t hash, SlotNumber slot) noexcept {
  std::size_t hole = home_of(hash);
  while (entries_[hole].slot != slot) {
    assert(entries_[hole].slot != kNoSlot);
    hole = (hole + 1) & mask_;
  }
  // Move back whatever would no longer be found past the hole.
  for (std::size_t i = (hole + 1) & mask_; entries_[i].slot != kNoSlot; i = (i + 1) & mask_) {
    const std::size_t home = home_of(entries_[i].hash);
    const bool reaches_hole = ((i - home) & mask_) >= ((i - hole) & mask_);
    if (!reaches_hole) continue;
    entries_[hole] = entries_[i];
    hole = i;
  }
  entries_[hole] = {0, kNoSlot};
  --used_;
}

}  // namespace vigil::orders
