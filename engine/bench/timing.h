#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "engine/bench/environment.h"

namespace vigil::engine::bench {

using Clock = std::chrono::steady_clock;

/// Keeps the compiler from dropping the work that made `value`.
template <typename Value>
void keep(const Value& value) noexcept {
  asm volatile("" : : "g"(&value) : "memory");
}

[[nodiscard]] inline double nanoseconds(Clock::duration took) noexcept {
  return std::chrono::duration<double, std::nano>(took).count();
}

/// Nanoseconds that `work()` takes.
template <typename Work>
[[nodiscard]] double time_of(Work&& work) {
  const auto begin = Clock::now();
  work();
  return nanoseconds(Clock::now() - begin);
}

/// Each of `threads` threads, on a core of its own where that is allowed, does `work(thread)`, which is
/// `operations` operations; all start together. Nanoseconds an operation of a thread, from the first start to
/// the last end: threads that do not disturb each other take what one alone takes.
template <typename Work>
[[nodiscard]] double time_on_threads(std::size_t threads, std::size_t operations, const Work& work) {
  struct Times {
    Clock::time_point begin;
    Clock::time_point end;
  };
  std::vector<Times> times(threads);
  std::atomic<std::size_t> ready{0};
  {
    std::vector<std::jthread> running;
    running.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i) {
      running.emplace_back([&, i] {
        pin_this_thread(i);
        ready.fetch_add(1);
        while (ready.load() < threads) std::this_thread::yield();
        Times mine;
        mine.begin = Clock::now();
        work(i);
        mine.end = Clock::now();
        times[i] = mine;
      });
    }
  }
  Times whole = times.front();
  for (const Times& each : times) {
    whole.begin = std::min(whole.begin, each.begin);
    whole.end = std::max(whole.end, each.end);
  }
  return nanoseconds(whole.end - whole.begin) / static_cast<double>(operations);
}

}  // namespace vigil::engine::bench
