#include "monitoring/metrics/thread_cells.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/metrics/instruments.h"
#include "tests/allocations.h"

using namespace vigil::monitoring;

namespace {

/// Cells that are given back.
struct Cells {
  explicit Cells(std::uint32_t n) : count(n), first(thread_cells::allocate(n)) {}
  ~Cells() { thread_cells::release(first, count); }
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;
  std::uint32_t count;
  std::uint32_t first;
};

}  // namespace

TEST_CASE("a total is exact after any mix of threads that start and end") {
  const Cells cells(1);
  constexpr int kGenerations = 20;
  constexpr std::uint64_t kAdds = 1'000;
  for (int generation = 0; generation < kGenerations; ++generation) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 1 + generation % 4; ++i) {
      threads.emplace_back([&] {
        for (std::uint64_t n = 0; n < kAdds; ++n) thread_cells::add(cells.first, 1);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  CHECK(thread_cells::total(cells.first) == kAdds * (5 * (1 + 2 + 3 + 4)));
}

TEST_CASE("a reader never sees a total fall while threads come and go") {
  const Cells cells(1);
  std::atomic<bool> done{false};
  std::thread comers([&] {
    for (int i = 0; i < 200; ++i) {
      std::thread([&] {
        for (int n = 0; n < 100; ++n) thread_cells::add(cells.first, 1);
      }).join();
    }
    done = true;
  });
  std::uint64_t last = 0;
  bool is_monotonic = true;
  while (!done) {
    const std::uint64_t now = thread_cells::total(cells.first);
    is_monotonic = is_monotonic && now >= last;
    last = now;
  }
  comers.join();
  CHECK(is_monotonic);
  CHECK(thread_cells::total(cells.first) == 20'000);
}

TEST_CASE("threads beyond the last lane share one and lose nothing") {
  const Cells cells(1);
  constexpr std::size_t kThreads = thread_cells::kLanes + 20;
  std::latch all_have_recorded(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      thread_cells::add(cells.first, 1);
      all_have_recorded.arrive_and_wait();
      thread_cells::add(cells.first, 1);
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(thread_cells::total(cells.first) == 2 * kThreads);
  CHECK(thread_cells::lanes_in_use() <= thread_cells::kLanes);
}

TEST_CASE("cells given back come again, and start at zero") {
  std::uint32_t first = 0;
  {
    const Cells cells(7);
    first = cells.first;
    thread_cells::add(first + 3, 5);
    CHECK(thread_cells::total(first + 3) == 5);
  }
  const Cells again(7);
  CHECK(again.first == first);
  CHECK(thread_cells::total(first + 3) == 0);
}

TEST_CASE("a thread's first record allocates nothing, nor do the next ones") {
  const Cells cells(1);
  std::size_t allocated = 1;
  std::thread([&] {
    const std::size_t before = allocations();
    SharedCounter counter{SharedCells(cells.first)};
    for (int i = 0; i < 10; ++i) counter.add();
    allocated = allocations() - before;
  }).join();
  CHECK(allocated == 0);
}
