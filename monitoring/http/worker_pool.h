#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vigil::monitoring {

/// Threads that run tasks. The one that became idle last is the next to get one: what its last task used,
/// memory above all, is still at hand.
class WorkerPool {
 public:
  using Task = std::function<void()>;

  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();  ///< joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Any thread. The task must not throw. Not after `join`.
  void post(Task task);
  /// Ends the threads once all tasks are done. May be called again.
  void join();

 private:
  struct Worker {
    Task task;  ///< empty: none
    std::condition_variable wake;
    std::thread thread;
  };
  void run(Worker& worker);

  std::mutex mutex_;
  std::deque<Worker> workers_;
  std::vector<Worker*> idle_;
  std::deque<Task> waiting_;  ///< with no worker idle
  bool is_ending_ = false;
};

}  // namespace vigil::monitoring
