#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "monitoring/metrics/thread_cells.h"

namespace vigil::monitoring {

/// Cells with one writing thread: the core's. Any thread reads.
class OwnCells {
 public:
  OwnCells() noexcept = default;
  explicit OwnCells(std::atomic<std::uint64_t>* first) noexcept : first_(first) {}
  [[nodiscard]] bool exist() const noexcept { return first_ != nullptr; }
  void add(std::size_t i, std::uint64_t n) const noexcept {
    // Release: who reads a histogram's count also reads the sum that was stored before it.
    first_[i].store(first_[i].load(std::memory_order_relaxed) + n, std::memory_order_release);
  }
  /// For several `add` in a row by one thread.
  [[nodiscard]] OwnCells writer() const noexcept { return *this; }
  [[nodiscard]] std::uint64_t total(std::size_t i) const noexcept {
    return first_[i].load(std::memory_order_acquire);
  }

 private:
  std::atomic<std::uint64_t>* first_ = nullptr;
};

/// Cells that any number of threads write (HTTP workers, log callers), each its own copy.
class SharedCells {
 public:
  /// The calling thread's copies, looked up once.
  class Writer {
   public:
    explicit Writer(std::uint32_t first) noexcept : lane_(thread_cells::lane), first_(first) {}
    void add(std::size_t i, std::uint64_t n) const noexcept {
      thread_cells::add(lane_, first_ + static_cast<std::uint32_t>(i), n);
    }

   private:
    thread_cells::Cell* lane_;
    std::uint32_t first_;
  };

  SharedCells() noexcept = default;
  explicit SharedCells(std::uint32_t first) noexcept : first_(first) {}
  [[nodiscard]] bool exist() const noexcept { return first_ != thread_cells::kNone; }
  void add(std::size_t i, std::uint64_t n) const noexcept {
    thread_cells::add(first_ + static_cast<std::uint32_t>(i), n);
  }
  [[nodiscard]] Writer writer() const noexcept { return Writer(first_); }
  [[nodiscard]] std::uint64_t total(std::size_t i) const noexcept {
    return thread_cells::total(first_ + static_cast<std::uint32_t>(i));
  }

 private:
  std::uint32_t first_ = thread_cells::kNone;
};

}  // namespace vigil::monitoring
