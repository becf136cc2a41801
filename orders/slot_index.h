#pragma once

#include <cstddef>
#include <cstdint>

#include "orders/mapped_array.h"

namespace vigil::orders {

/// Hash index from a key's 32-bit hash to slot numbers: open addressing with linear probing, at most half
/// full, deletion by shifting back, so that it never degrades. A hash's upper bits tell its line of 8 places,
/// its lowest bits where in the line: a key that counts up can thus keep neighbours in one line of the cache.
/// Keys live with their owner, who compares them. Core thread only; does not allocate after construction.
class SlotIndex {
 public:
  /// Room for `capacity` slots.
  explicit SlotIndex(std::uint32_t capacity);

  /// The slot with this hash for which is_key(slot) holds, or kNoSlot.
  template <typename IsKey>
  [[nodiscard]] SlotNumber find(std::uint32_t hash, IsKey&& is_key) const noexcept {
    for (std::size_t i = home_of(hash); entries_[i].slot != kNoSlot; i = (i + 1) & mask_) {
      if (entries_[i].hash == hash && is_key(entries_[i].slot)) return entries_[i].slot;
    }
    return kNoSlot;
  }
  /// Has the place where this hash belongs brought near while the caller does something else. A large index
  /// is in no cache: a look-up in it then waits some 100 ns for memory.
  void prefetch(std::uint32_t hash) const noexcept { __builtin_prefetch(&entries_[home_of(hash)], 1); }
  /// The key must not be in the index yet.
  void insert(std::uint32_t hash, SlotNumber slot) noexcept;
  /// The slot must be in the index with this hash.
  void erase(std::uint32_t hash, SlotNumber slot) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return used_; }

 private:
  [[nodiscard]] std::size_t home_of(std::uint32_t hash) const noexcept {
    return (((hash >> shift_) & ~std::size_t{7}) | (hash & 7)) & mask_;
  }

  struct Entry {
    std::uint32_t hash;
    SlotNumber slot;
  };
  MappedArray<Entry> entries_;
  std::size_t mask_;
  int shift_;
  std::size_t used_ = 0;
  std::size_t capacity_;
};

}  // namespace vigil::orders
