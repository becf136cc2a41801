#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <type_traits>

namespace vigil::orders {

/// `size` zeroed elements in address space that is reserved at once and backed by memory page by page, when
/// first touched: a table can be as large as its bound and a small run stays small. T must be a type for
/// which all zero bytes are a valid value, or be constructed in place before use.
template <typename T>
class MappedArray {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  /// Throws std::bad_alloc when the address space cannot be had.
  explicit MappedArray(std::size_t size) : size_(size) {
    if (size == 0) return;
    if (size > std::numeric_limits<std::size_t>::max() / 2 / sizeof(T)) throw std::bad_alloc{};
    void* const memory = ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    data_ = static_cast<T*>(memory);
  }
  ~MappedArray() {
    if (data_ != nullptr) ::munmap(data_, size_ * sizeof(T));
  }
  MappedArray(const MappedArray&) = delete;
  MappedArray& operator=(const MappedArray&) = delete;

  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data_[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data_[i]; }
  [[nodiscard]] T* data() noexcept { return data_; }
  [[nodiscard]] const T* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A place in a table, counted from 1; 0 is none, so that zeroed memory means "no link".
using SlotNumber = std::uint32_t;
inline constexpr SlotNumber kNoSlot = 0;
/// Largest table: its index, at most half full, still has 32-bit places.
inline constexpr std::uint32_t kMaxSlots = std::uint32_t{1} << 30;

}  // namespace vigil::orders
