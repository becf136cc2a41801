#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "monitoring/metrics/gauge_cell.h"

namespace vigil::monitoring {

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
  explicit Gauge(GaugeCell* cell) noexcept : cell_(cell) {}
  void set(double value) noexcept {
    if (cell_ != nullptr) cell_->store(value);
  }
  /// Nothing: as clear().
  void set(std::optional<double> value) noexcept { set(value.value_or(kUnsetGauge)); }
  void add(double change) noexcept {
    if (cell_ == nullptr) return;
    const double before = cell_->load();
    cell_->store(is_unset(before) ? change : before + change);
  }
  /// Keeps the larger of the two; an unset gauge takes any value.
  void set_max(double value) noexcept {
    if (cell_ != nullptr && !(cell_->load() >= value)) set(value);
  }
  /// Takes the series out of the exposition until it is set again.
  void clear() noexcept { set(kUnsetGauge); }
  /// NaN while unset.
  [[nodiscard]] double value() const noexcept { return cell_ == nullptr ? 0 : cell_->load(); }

 private:
  GaugeCell* cell_ = nullptr;
};

/// A gauge that any thread sets or adds to. Adding costs a compare and exchange, about 9 ns as soon as two
/// threads want it.
class SharedGauge {
 public:
  SharedGauge() noexcept = default;
  explicit SharedGauge(GaugeCell* cell) noexcept : cell_(cell) {}
  void set(double value) noexcept {
    if (cell_ != nullptr) cell_->store(value);
  }
  void add(double change) noexcept {
    update([change](double before) { return is_unset(before) ? change : before + change; });
  }
  /// Keeps the larger of the two; an unset gauge takes any value.
  void set_max(double value) noexcept {
    update([value](double before) { return before >= value ? before : value; });
  }
  /// Takes the series out of the exposition until it is set again.
  void clear() noexcept { set(kUnsetGauge); }
  /// NaN while unset.
  [[nodiscard]] double value() const noexcept { return cell_ == nullptr ? 0 : cell_->load(); }

 private:
  template <typename Change>
  void update(Change change) noexcept {
    if (cell_ == nullptr) return;
    double before = cell_->load();
    double fresh = change(before);
    while (!cell_->value.compare_exchange_weak(before, fresh, std::memory_order_relaxed)) {
      fresh = change(before);
    }
    cell_->check(fresh);
  }
  GaugeCell* cell_ = nullptr;
};

/// Which of a few states something is in. A scrape shows a series for each state, 1 for one of them and 0 for
/// the others: they come from one number, so that no scrape sees two states at once, or none.
class StateSet {
 public:
  StateSet() noexcept = default;
  explicit StateSet(GaugeCell* cell) noexcept : cell_(cell) {}
  /// `state`: its place in the list the series was taken with. Any thread.
  void set(std::size_t state) noexcept {
    if (cell_ != nullptr) cell_->store(static_cast<double>(state));
  }
  [[nodiscard]] std::size_t state() const noexcept {
    return cell_ == nullptr ? 0 : static_cast<std::size_t>(cell_->load());
  }

 private:
  GaugeCell* cell_ = nullptr;
};

}  // namespace vigil::monitoring
