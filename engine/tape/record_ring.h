#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vigil::engine {

/// Bytes on their way from the core to another thread: one writes, one reads, neither waits. The memory
/// is mapped twice in a row, so that a record never has a seam. Whoever is to write makes sure that there is
/// room before: at the bound the core takes up no further event until there is.
class RecordRing {
 public:
  /// `capacity`: rounded up to whole pages; at least twice the longest record. Throws std::system_error when
  /// the memory cannot be had.
  explicit RecordRing(std::size_t capacity);
  ~RecordRing();
  RecordRing(const RecordRing&) = delete;
  RecordRing& operator=(const RecordRing&) = delete;

  // The writing thread.
  /// Whether a record of any length has room.
  [[nodiscard]] bool has_room() noexcept;
  [[nodiscard]] bool has_room_for(std::size_t bytes) noexcept {
    if (capacity_ - (written_ - known_taken_) >= bytes) return true;
    known_taken_ = taken_.load(std::memory_order_acquire);
    return capacity_ - (written_ - known_taken_) >= bytes;
  }
  /// Memory for a record of any length; nullptr: no room.
  [[nodiscard]] char* reserve() noexcept { return has_room() ? memory_ + written_ % capacity_ : nullptr; }
  /// Memory for a record of that length, as long as `spare` remain; nullptr: no room.
  [[nodiscard]] char* reserve(std::size_t bytes, std::size_t spare) noexcept {
    return has_room_for(bytes + spare) ? memory_ + written_ % capacity_ : nullptr;
  }
  /// The first `bytes` of what was reserved are a record.
  void commit(std::size_t bytes) noexcept {
    written_ += bytes;
    published_.store(written_, std::memory_order_release);
  }

  // The reading thread.
  /// All that waits, as one piece.
  [[nodiscard]] std::string_view waiting() noexcept;
  /// The same, to be changed in place (checksums).
  [[nodiscard]] char* memory_of_waiting() noexcept {
    return memory_ + taken_.load(std::memory_order_relaxed) % capacity_;
  }
  void take(std::size_t bytes) noexcept {
    taken_.store(taken_.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
  }

  // Any thread.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t used() const noexcept {
    const std::uint64_t taken = taken_.load(std::memory_order_acquire);
    return published_.load(std::memory_order_acquire) - taken;
  }

 private:
  char* memory_ = nullptr;
  std::size_t capacity_;
  alignas(64) std::atomic<std::uint64_t> published_{0};  ///< bytes ever committed
  std::uint64_t written_ = 0;                            ///< the writer's own
  std::uint64_t known_taken_ = 0;                        ///< the writer's last look
  alignas(64) std::atomic<std::uint64_t> taken_{0};      ///< bytes ever taken
};

}  // namespace vigil::engine
