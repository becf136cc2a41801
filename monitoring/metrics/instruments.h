#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vigil::monitoring {

/// Handles are small values, resolved once when a module is wired; copying one copies a pointer. A handle of
/// a disabled registry (or a default one) records nothing. Recording never locks, allocates or fails.

/// A count that only grows. One thread writes, any thread reads.
class Counter {
 public:
  Counter() noexcept = default;
  explicit Counter(std::atomic<std::uint64_t>* cell) noexcept : cell_(cell) {}
  void add(std::uint64_t n = 1) noexcept {
    if (cell_ != nullptr) {
      cell_->store(cell_->load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t>* cell_ = nullptr;
};

/// A count that only grows. Any number of threads write (HTTP workers, log callers).
class SharedCounter {
 public:
  SharedCounter() noexcept = default;
  explicit SharedCounter(std::atomic<std::uint64_t>* cell) noexcept : cell_(cell) {}
  void add(std::uint64_t n = 1) noexcept {
    if (cell_ != nullptr) cell_->fetch_add(n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t>* cell_ = nullptr;
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
  /// Takes the series out of the exposition until it is set again.
  void clear() noexcept { set(kUnsetGauge); }
  /// NaN while unset.
  [[nodiscard]] double value() const noexcept {
    return cell_ == nullptr ? 0 : cell_->load(std::memory_order_relaxed);
  }

 private:
  std::atomic<double>* cell_ = nullptr;
};

/// The cells of one histogram series. counts has one cell more than bounds: the last is beyond all bounds.
struct HistogramCells {
  std::span<const double> bounds;
  std::atomic<std::uint64_t>* counts = nullptr;
  std::atomic<double>* sum = nullptr;
};

/// Counts of observations by bucket (value <= bound; a NaN counts beyond all bounds and makes the sum NaN)
/// and their sum. One thread writes, any thread reads; the count is the sum of the buckets, so `+Inf` and
/// `_count` always agree.
class Histogram {
 public:
  Histogram() noexcept = default;
  explicit Histogram(HistogramCells* cells) noexcept : cells_(cells) {}
  void observe(double value) noexcept {
    if (cells_ == nullptr) return;
    const auto* const first = cells_->bounds.data();
    const auto* const last = first + cells_->bounds.size();
    const auto is_below = [](double bound, double v) { return !(v <= bound); };  // true for a NaN
    const auto bucket = static_cast<std::size_t>(std::lower_bound(first, last, value, is_below) - first);
    auto& count = cells_->counts[bucket];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    cells_->sum->store(cells_->sum->load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t count() const noexcept {
    std::uint64_t count = 0;
    for (std::size_t i = 0; cells_ != nullptr && i <= cells_->bounds.size(); ++i) {
      count += cells_->counts[i].load(std::memory_order_relaxed);
    }
    return count;
  }
  [[nodiscard]] double sum() const noexcept {
    return cells_ == nullptr ? 0 : cells_->sum->load(std::memory_order_relaxed);
  }

 private:
  HistogramCells* cells_ = nullptr;
};

}  // namespace vigil::monitoring
