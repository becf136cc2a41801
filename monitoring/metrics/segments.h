#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace vigil::monitoring {

/// Rows of `width` elements, all bits zero, that never move: one thread at a time adds, any thread reads
/// rows that it has learned of (by an acquiring load of something stored after `add`). A segment starts on a
/// cache line, so that objects written by different threads never share one; each is as large as all before
/// it together.
///
/// Large segments are pages that the system gives zeroed, so that rows nobody has touched cost no memory.
/// That is why elements are not constructed one by one: all zero must be a value of T (counts, empty
/// entries).
template <typename T>
class Segments {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  static constexpr std::size_t kMost = 8 * ((std::size_t{1} << 10U) - 1);  ///< rows

  explicit Segments(std::size_t width = 1) noexcept : width_(width) {}
  ~Segments() {
    for (void* const memory : memory_) std::free(memory);
  }
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  [[nodiscard]] T* row(std::size_t i) const noexcept {
    // Segment s holds rows whose number plus kFirst is from kFirst * 2^s on and below the double of that.
    const std::size_t shifted = i + kFirst;
    const std::size_t first = std::bit_floor(shifted);
    return segments_[segment_from(first)].load(std::memory_order_acquire) + (shifted - first) * width_;
  }
  /// Rows that stand behind each other from number `i` on, in the same places for all Segments.
  struct Run {
    T* rows;
    std::size_t count;
  };
  [[nodiscard]] Run run(std::size_t i) const noexcept {
    const std::size_t shifted = i + kFirst;
    return {row(i), std::bit_ceil(shifted + 1) - shifted};
  }
  /// The first element of a new row, number size() before. Throws std::bad_alloc.
  T* add() {
    assert(size_ < kMost);
    const std::size_t shifted = size_ + kFirst;
    if (std::has_single_bit(shifted)) {
      const std::size_t size = shifted * width_ * sizeof(T);
      std::size_t room = size + kAlignment;
      void* memory = std::calloc(1, room);
      if (memory == nullptr) throw std::bad_alloc();
      memory_[segment_from(shifted)] = memory;
      bytes_ += room;
      void* const rows = std::align(kAlignment, size, memory, room);
      segments_[segment_from(shifted)].store(static_cast<T*>(rows), std::memory_order_release);
    }
    return row(size_++);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// Heap memory. The adding thread.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  static constexpr std::size_t kFirst = 8;  ///< rows of the first segment
  static constexpr std::size_t kFirstZeros = 3;
  static constexpr std::size_t kSegments = 10;

  [[nodiscard]] static std::size_t segment_from(std::size_t first) noexcept {
    return static_cast<std::size_t>(std::countr_zero(first)) - kFirstZeros;
  }

  std::array<std::atomic<T*>, kSegments> segments_{};
  std::array<void*, kSegments> memory_{};  ///< what the segments lie in
  std::size_t width_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace vigil::monitoring
