#include "monitoring/metrics/thread_cells.h"

#include <array>
#include <cassert>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>
#include <vector>

#include <pthread.h>
#include <sys/mman.h>

namespace vigil::monitoring::thread_cells {

constinit thread_local Cell* lane = nullptr;

namespace {

constexpr std::size_t kLaneBytes = std::size_t{kCells} * sizeof(Cell);

struct Lane {
  std::atomic<Cell*> cells = nullptr;  ///< mapped once, kept for ever
  std::atomic<bool> is_taken = false;
};
constinit std::array<Lane, kLanes> lanes{};
constinit std::atomic<std::size_t> lanes_seen = 0;     ///< no lane from here on has memory
constinit std::atomic<Cell*> common = nullptr;         ///< of the threads without a lane
constinit std::atomic<std::uint64_t> common_pins = 0;  ///< threads without a lane that hold one now

Cell* map_lane() noexcept {
  void* const memory =
      mmap(nullptr, kLaneBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  // A huge page would make one touched cell cost 2 MiB.
  (void)madvise(memory, kLaneBytes, MADV_NOHUGEPAGE);
  return static_cast<Cell*>(memory);  // zeroed by the system: atomics of zero
}

/// Which cells are free. Only wiring comes here.
class Allocator {
 public:
  std::uint32_t allocate(std::uint32_t count) {
    const std::lock_guard lock(mutex_);
    if (common.load(std::memory_order_relaxed) == nullptr) {
      Cell* const cells = map_lane();
      if (cells == nullptr) throw std::bad_alloc();
      common.store(cells, std::memory_order_release);
    }
    auto& same_size = free_[count];
    if (!same_size.empty()) {
      const std::uint32_t first = same_size.back();
      same_size.pop_back();
      return first;
    }
    if (count > kCells - next_) throw std::length_error("metrics: no cells left for threads' counts");
    const std::uint32_t first = next_;
    next_ += count;
    same_size.reserve(++taken_[count]);  // so that giving back never allocates
    return first;
  }

  [[nodiscard]] std::size_t cells() noexcept {
    const std::lock_guard lock(mutex_);
    return next_;
  }

  void release(std::uint32_t first, std::uint32_t count) noexcept {
    const std::lock_guard lock(mutex_);
    const auto clear = [&](Cell* cells) {
      if (cells == nullptr) return;
      for (std::uint32_t i = first; i < first + count; ++i) {
        // Reading an untouched page costs no memory, writing would.
        if (cells[i].load(std::memory_order_relaxed) != 0) cells[i].store(0, std::memory_order_relaxed);
      }
    };
    for (std::size_t i = 0; i < lanes_seen.load(std::memory_order_acquire); ++i) {
      clear(lanes[i].cells.load(std::memory_order_acquire));
    }
    clear(common.load(std::memory_order_acquire));
    const auto same_size = free_.find(count);
    assert(same_size != free_.end());
    same_size->second.push_back(first);
  }

 private:
  std::mutex mutex_;
  std::uint32_t next_ = kNone + 1;
  std::map<std::uint32_t, std::vector<std::uint32_t>> free_;  ///< by size
  std::map<std::uint32_t, std::size_t> taken_;                ///< ever, by size
};

Allocator& allocator() {
  // Never destroyed: registries with static lifetime give their cells back after everything else.
  static Allocator& only = *new Allocator;
  return only;
}

extern "C" void vigil_give_lane_back(void* taken) {
  lane = nullptr;
  static_cast<Lane*>(taken)->is_taken.store(false, std::memory_order_release);
}

/// A thread-specific value, not a thread_local object: registering the latter's destructor allocates.
pthread_key_t end_of_thread() noexcept {
  static const pthread_key_t key = [] {
    pthread_key_t made{};
    [[maybe_unused]] const int result = pthread_key_create(&made, &vigil_give_lane_back);
    assert(result == 0);
    return made;
  }();
  return key;
}
const pthread_key_t end_of_thread_key = end_of_thread();  // made before main, not by the first record

void see(std::size_t count) noexcept {
  std::size_t seen = lanes_seen.load(std::memory_order_relaxed);
  while (seen < count && !lanes_seen.compare_exchange_weak(seen, count, std::memory_order_release)) {
  }
}

/// Gives the calling thread a lane; false if there is none.
bool take_lane() noexcept {
  for (std::size_t i = 0; i < kLanes; ++i) {
    Lane& candidate = lanes[i];
    // Acquire: what the lane's last thread stored is what this one goes on from.
    if (candidate.is_taken.load(std::memory_order_relaxed) ||
        candidate.is_taken.exchange(true, std::memory_order_acquire)) {
      continue;
    }
    Cell* cells = candidate.cells.load(std::memory_order_relaxed);
    if (cells == nullptr) {
      cells = map_lane();
      candidate.cells.store(cells, std::memory_order_release);
      see(i + 1);
    }
    if (cells == nullptr || pthread_setspecific(end_of_thread(), &candidate) != 0) {
      candidate.is_taken.store(false, std::memory_order_release);
      return false;
    }
    lane = cells;
    return true;
  }
  return false;
}

}  // namespace

std::uint32_t allocate(std::uint32_t count) {
  return allocator().allocate(count);
}

void release(std::uint32_t first, std::uint32_t count) noexcept {
  allocator().release(first, count);
}

std::uint64_t total(std::uint32_t cell) noexcept {
  Cell* const shared = common.load(std::memory_order_acquire);
  std::uint64_t sum = shared == nullptr ? 0 : shared[cell].load(std::memory_order_acquire);
  const std::size_t seen = lanes_seen.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < seen; ++i) {
    if (const Cell* cells = lanes[i].cells.load(std::memory_order_acquire)) {
      sum += cells[cell].load(std::memory_order_acquire);
    }
  }
  return sum;
}

std::size_t lanes_in_use() noexcept {
  std::size_t count = 0;
  for (const Lane& candidate : lanes) {
    if (candidate.cells.load(std::memory_order_relaxed) != nullptr) ++count;
  }
  return count;
}

std::size_t bytes() noexcept {
  return allocator().cells() * sizeof(Cell) * (lanes_in_use() + 1);
}

void add_without_lane(std::uint32_t cell, std::uint64_t n) noexcept {
  if (lane != nullptr || take_lane()) return add(lane, cell, n);
  common.load(std::memory_order_acquire)[cell].fetch_add(n, std::memory_order_acq_rel);
}

// The cell that no counter has, kNone, counts its thread's pins. Exchanges are full barriers: the pin is seen
// before anything that its holder looks up.
Pin::Pin() noexcept {
  if (lane == nullptr) (void)take_lane();
  counted_ = lane == nullptr ? nullptr : &lane[kNone];
  if (counted_ == nullptr) {
    common_pins.fetch_add(1);
  } else {
    counted_->exchange(counted_->load(std::memory_order_relaxed) + 1);
  }
}

Pin::~Pin() {
  if (counted_ == nullptr) {
    common_pins.fetch_sub(1);
  } else {
    counted_->store(counted_->load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
}

Pins pins() {
  Pins all;
  const std::size_t seen = lanes_seen.load();
  for (std::size_t i = 0; i < seen; ++i) {
    const Cell* const cells = lanes[i].cells.load();
    all.lanes.push_back(cells == nullptr ? 0 : cells[kNone].load());
  }
  return all;
}

bool all_passed(const Pins& before) noexcept {
  for (std::size_t i = 0; i < before.lanes.size(); ++i) {
    const std::uint64_t pin = before.lanes[i];
    if (pin % 2 != 0 && lanes[i].cells.load()[kNone].load() == pin) return false;
  }
  return common_pins.load() == 0;
}

}  // namespace vigil::monitoring::thread_cells
