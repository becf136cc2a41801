#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vigil::monitoring::thread_cells {

/// Counting cells of which every recording thread has its own copy, so that no two threads ever write the
/// same cache line: a shared atomic add costs about 9 ns as soon as two threads want it, a load and a store
/// of one's own copy less than 1.
///
/// A thread's copies are its lane. It takes a free lane with its first record and gives it back when it ends;
/// what it counted stays in the lane, and the next thread goes on from there. So a total, the sum over all
/// lanes, is exact at any time, never falls, and memory is bounded by how many threads ever recorded at once:
/// 8 bytes a cell that a lane has touched, in pages.
///
/// Taking a lane maps its (untouched) memory; nothing here allocates from the heap or locks but `allocate`
/// and `release`. A thread that finds no lane, because kLanes threads have one or the system gives no memory,
/// records into a lane shared by all such threads: slower, never lost.

using Cell = std::atomic<std::uint64_t>;

inline constexpr std::size_t kLanes = 256;
inline constexpr std::uint32_t kCells = 1U << 20U;  ///< of the process; 8 MiB of address space a lane
inline constexpr std::uint32_t kNone = 0;           ///< no cell has this number

/// The calling thread's lane; nullptr before its first record, and for threads that found none.
extern constinit thread_local Cell* lane;

/// Reserves `count` cells in a row, all zero. Throws std::length_error if kCells do not suffice,
/// std::bad_alloc.
[[nodiscard]] std::uint32_t allocate(std::uint32_t count);
/// Gives back what `allocate` gave. No thread may record into them any more.
void release(std::uint32_t first, std::uint32_t count) noexcept;

/// What the threads have added to a cell in sum, modulo 2^64. Any thread.
[[nodiscard]] std::uint64_t total(std::uint32_t cell) noexcept;
/// Lanes that have memory, and how many bytes of address space they reserve.
[[nodiscard]] std::size_t lanes_in_use() noexcept;

/// Memory that the cells given out by `allocate` take in all lanes, if all of them were touched.
[[nodiscard]] std::size_t bytes() noexcept;

/// The same as `add` for a thread without a lane.
void add_without_lane(std::uint32_t cell, std::uint64_t n) noexcept;

/// Says, while it lives, that the calling thread may be using what it has just looked up: who takes something
/// out of reach and then sees `all_passed` knows that nobody uses it any more. About 6 ns.
class Pin {
 public:
  Pin() noexcept;
  ~Pin();
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

 private:
  Cell* counted_;  ///< odd while pinned; nullptr: one of the threads without a lane
};
/// Which pins there are, for `all_passed`. Take it behind a sequentially consistent store.
struct Pins {
  std::vector<std::uint64_t> lanes;
};
[[nodiscard]] Pins pins();
/// Whether every pin that was in `before` has ended.
[[nodiscard]] bool all_passed(const Pins& before) noexcept;

/// `own`: the calling thread's lane, as it was before its first record or is.
inline void add(Cell* own, std::uint32_t cell, std::uint64_t n) noexcept {
  if (own == nullptr) [[unlikely]] {
    add_without_lane(cell, n);
    return;
  }
  // Release: who reads a count also reads the sum that was stored before it.
  own[cell].store(own[cell].load(std::memory_order_relaxed) + n, std::memory_order_release);
}

inline void add(std::uint32_t cell, std::uint64_t n) noexcept {
  add(lane, cell, n);
}

}  // namespace vigil::monitoring::thread_cells
