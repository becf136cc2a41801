#include "monitoring/http/worker_pool.h"

#include <atomic>

#include <doctest/doctest.h>

using namespace vigil::monitoring;

TEST_CASE("all tasks are done once the pool has ended, also those that waited for a thread") {
  constexpr int kTasks = 1'000;
  std::atomic<int> done{0};
  WorkerPool pool(3);
  for (int i = 0; i < kTasks; ++i) pool.post([&] { ++done; });
  pool.join();
  CHECK(done == kTasks);
  pool.join();
}

TEST_CASE("as many tasks run at once as there are threads") {
  constexpr int kThreads = 4;
  std::atomic<int> running{0};
  WorkerPool pool(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    pool.post([&] {
      ++running;
      running.notify_all();
      for (int seen = running; seen < kThreads; seen = running) running.wait(seen);
    });
  }
  pool.join();
  CHECK(running == kThreads);
}
