#pragma once

#include <atomic>
#include <cstdint>

#include "monitoring/metrics/cells.h"
#include "monitoring/metrics/fixed_point.h"

namespace vigil::monitoring {

/// A count that only grows.
template <typename Cells>
class BasicCounter {
 public:
  BasicCounter() noexcept = default;
  explicit BasicCounter(Cells cells) noexcept : cells_(cells) {}
  void add(std::uint64_t n = 1) noexcept {
    if (cells_.exist()) cells_.add(0, n);
  }
  [[nodiscard]] std::uint64_t value() const noexcept { return cells_.exist() ? cells_.total(0) : 0; }

 private:
  Cells cells_;
};
/// One thread writes, any thread reads.
class Counter : public BasicCounter<OwnCells> {
  using BasicCounter::BasicCounter;
};
/// Any thread writes and reads.
class SharedCounter : public BasicCounter<SharedCells> {
  using BasicCounter::BasicCounter;
};

/// A sum of non-negative amounts (money, seconds). One thread writes, any thread reads.
class AmountCounter {
 public:
  AmountCounter() noexcept = default;
  explicit AmountCounter(std::atomic<double>* cell) noexcept : cell_(cell) {}
  void add(double amount) noexcept {
    if (cell_ != nullptr) {
      cell_->store(cell_->load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] double value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  std::atomic<double>* cell_ = nullptr;
};

/// A sum of non-negative amounts that any thread adds to, in whole steps (see decimals_of): exact, in
/// whatever order. It wraps at 2^64 steps: 584 years, or 18 trillion USD.
class SharedAmountCounter {
 public:
  SharedAmountCounter() noexcept = default;
  SharedAmountCounter(SharedCells cells, double steps) noexcept : cells_(cells), steps_(steps) {}
  /// Rounded to a step; at most 2^53 of them.
  void add(double amount) noexcept {
    if (cells_.exist()) cells_.add(0, static_cast<std::uint64_t>(steps_of(amount, steps_)));
  }
  [[nodiscard]] double value() const noexcept {
    return cells_.exist() ? static_cast<double>(cells_.total(0)) / steps_ : 0;
  }

 private:
  SharedCells cells_;
  double steps_ = 1;
};

}  // namespace vigil::monitoring
