#include "monitoring/http/worker_pool.h"

#include <cassert>
#include <utility>

namespace vigil::monitoring {

WorkerPool::WorkerPool(std::size_t threads) : workers_(threads) {
  assert(threads > 0);
  idle_.reserve(threads);
  for (Worker& worker : workers_) worker.thread = std::thread([this, &worker] { run(worker); });
}

WorkerPool::~WorkerPool() {
  join();
}

void WorkerPool::post(Task task) {
  const std::lock_guard lock(mutex_);
  assert(!is_ending_);
  if (idle_.empty()) {
    waiting_.push_back(std::move(task));
    return;
  }
  Worker& worker = *idle_.back();
  idle_.pop_back();
  worker.task = std::move(task);
  worker.wake.notify_one();
}

void WorkerPool::join() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    for (Worker* const worker : idle_) worker->wake.notify_one();
  }
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

void WorkerPool::run(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    Task task;
    if (!waiting_.empty()) {
      task = std::move(waiting_.front());
      waiting_.pop_front();
    } else {
      if (is_ending_) return;
      idle_.push_back(&worker);
      worker.wake.wait(lock, [&] { return worker.task || is_ending_; });
      if (!worker.task) return;
      task = std::exchange(worker.task, {});
    }
    lock.unlock();
    task();
    task = {};  // what it holds ends outside the lock
    lock.lock();
  }
}

}  // namespace vigil::monitoring
