#pragma once

#include <atomic>
#include <bit>
#include <cassert>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

#ifdef __x86_64__
#include <emmintrin.h>
#endif

#include "monitoring/metrics/bucket_layout.h"
#include "monitoring/metrics/thread_cells.h"

namespace vigil::monitoring {

/// To the nearest integer in the rounding mode in force (half to even). Said in one instruction: without
/// -ffast-math the compiler makes std::llrint a call.
[[nodiscard]] inline std::int64_t nearest_integer(double value) noexcept {
#ifdef __x86_64__
  return _mm_cvtsd_si64(_mm_set_sd(value));
#else
  return std::llrint(value);
#endif
}

/// Handles are small values, resolved once when a module is wired; copying one copies a pointer. A handle of
/// a disabled registry (or a default one) records nothing. Recording never locks, allocates or fails.

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
  [[nodiscard]] std::uint64_t total(std::size_t i) const noexcept {
    return first_[i].load(std::memory_order_acquire);
  }

 private:
  std::atomic<std::uint64_t>* first_ = nullptr;
};

/// Cells that any number of threads write (HTTP workers, log callers), each its own copy.
class SharedCells {
 public:
  SharedCells() noexcept = default;
  explicit SharedCells(std::uint32_t first) noexcept : first_(first) {}
  [[nodiscard]] bool exist() const noexcept { return first_ != thread_cells::kNone; }
  void add(std::size_t i, std::uint64_t n) const noexcept {
    thread_cells::add(first_ + static_cast<std::uint32_t>(i), n);
  }
  [[nodiscard]] std::uint64_t total(std::size_t i) const noexcept {
    return thread_cells::total(first_ + static_cast<std::uint32_t>(i));
  }

 private:
  std::uint32_t first_ = thread_cells::kNone;
};

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

/// What an unset gauge holds: a quiet NaN with a payload of its own, so that a NaN which somebody set is
/// still published. Arithmetic keeps the payload: what is computed from an unset gauge is unset too.
inline constexpr double kUnsetGauge = std::bit_cast<double>(std::uint64_t{0x7FF8'0000'5649'4701});
[[nodiscard]] constexpr bool is_unset(double value) noexcept {
  return std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(kUnsetGauge);
}

/// A value that goes up and down. One thread writes, any thread reads. A series that has never been set, or
/// was cleared, is left out of the exposition: absent, not zero. Adding to an unset gauge starts at zero.
class Gauge {
 public:
  Gauge() noexcept = default;
  explicit Gauge(std::atomic<double>* cell) noexcept : cell_(cell) {}
  void set(double value) noexcept {
    if (cell_ != nullptr) cell_->store(value, std::memory_order_relaxed);
  }
  void add(double change) noexcept {
    if (cell_ == nullptr) return;
    const double before = cell_->load(std::memory_order_relaxed);
    cell_->store(is_unset(before) ? change : before + change, std::memory_order_relaxed);
  }
  /// Keeps the larger of the two; an unset gauge takes any value.
  void set_max(double value) noexcept {
    if (cell_ != nullptr && !(cell_->load(std::memory_order_relaxed) >= value)) set(value);
  }
  /// Takes the series out of the exposition until it is set again.
  void clear() noexcept { set(kUnsetGauge); }
  /// NaN while unset.
  [[nodiscard]] double value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  std::atomic<double>* cell_ = nullptr;
};

/// Counts of observations by bucket (value <= bound) and their sum, both exact. The count is the sum of the
/// buckets, so `+Inf` and `_count` always agree. A reader sees a sum that holds at least every observation it
/// counts.
///
/// Cells: the sum in steps of the layout, modulo 2^64, then a count for each bucket.
template <typename Cells>
class BasicHistogram {
 public:
  BasicHistogram() noexcept = default;
  /// `layout` outlives the handle.
  BasicHistogram(const BucketLayout* layout, Cells cells) noexcept : layout_(layout), cells_(cells) {}

  /// A time, for histograms in seconds only.
  void observe(std::chrono::nanoseconds value) noexcept {
    if (!cells_.exist()) return;
    assert(layout_->is_time());
    record(static_cast<double>(value.count()), value.count());
  }
  /// In base units; seconds are rounded to nanoseconds. What is beyond 2^53 steps of the sum counts in its
  /// bucket and adds 2^53 steps; a NaN counts beyond all bounds and adds nothing.
  void observe(double value) noexcept {
    if (!cells_.exist()) return;
    double steps = value * layout_->steps();
    if (!(std::abs(steps) < kMostSteps)) [[unlikely]] {
      if (std::isnan(value)) return cells_.add(layout_->buckets(), 1);
      steps = std::copysign(kMostSteps, steps);
    }
    const std::int64_t whole = nearest_integer(steps);
    record(layout_->is_time() ? static_cast<double>(whole) : value, whole);
  }

  [[nodiscard]] std::uint64_t count() const noexcept {
    std::uint64_t count = 0;
    for (std::size_t i = 0; cells_.exist() && i < layout_->buckets(); ++i) count += bucket_count(i);
    return count;
  }
  /// Not cumulative.
  [[nodiscard]] std::uint64_t bucket_count(std::size_t bucket) const noexcept {
    return cells_.total(bucket + 1);
  }
  /// In base units.
  [[nodiscard]] double sum() const noexcept {
    if (!cells_.exist()) return 0;
    return layout_->sum_in_units(static_cast<std::int64_t>(cells_.total(0)));
  }

 private:
  static constexpr double kMostSteps = 0x1p53;

  void record(double value, std::int64_t steps) noexcept {
    cells_.add(0, static_cast<std::uint64_t>(steps));
    cells_.add(layout_->bucket(value) + 1, 1);
  }

  const BucketLayout* layout_ = nullptr;
  Cells cells_;
};
/// One thread writes, any thread reads.
class Histogram : public BasicHistogram<OwnCells> {
  using BasicHistogram::BasicHistogram;
};
/// Any thread writes and reads.
class SharedHistogram : public BasicHistogram<SharedCells> {
  using BasicHistogram::BasicHistogram;
};

}  // namespace vigil::monitoring
