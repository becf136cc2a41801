#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace vigil::monitoring {

class GaugeWatch;

/// A gauge's value, and the range of values that nobody has to hear of: what is stored outside of it goes to
/// the gauge's watch. Without a watch nobody hears of anything. Any thread stores and reads.
///
/// A row of a series set, whose memory begins as zeros: init() makes it one.
struct GaugeCell {
  std::atomic<double> value;
  std::atomic<double> low, high;
  std::atomic<GaugeWatch*> watch;

  void init(double first) noexcept {
    value.store(first, std::memory_order_relaxed);
    low.store(-std::numeric_limits<double>::infinity(), std::memory_order_relaxed);
    high.store(std::numeric_limits<double>::infinity(), std::memory_order_relaxed);
  }
  [[nodiscard]] double load() const noexcept { return value.load(std::memory_order_relaxed); }
  void store(double fresh) noexcept {
    value.store(fresh, std::memory_order_relaxed);
    check(fresh);
  }
  /// After a store by other means. The comparison is false for NaN, which no range holds.
  void check(double fresh) noexcept {
    const bool is_quiet =
        fresh >= low.load(std::memory_order_relaxed) && fresh <= high.load(std::memory_order_relaxed);
    if (!is_quiet) [[unlikely]]
      left_range(fresh);
  }

 private:
  [[gnu::cold, gnu::noinline]] void left_range(double fresh) noexcept;
};

/// Watched gauges that left their quiet range, for the one thread that judges them. Any thread puts, without
/// a lock; a gauge stands in it once at most, so that it needs no bound.
class ChangedGauges {
 public:
  void put(GaugeWatch& gauge) noexcept;
  [[nodiscard]] bool any() const noexcept { return first_.load(std::memory_order_relaxed) != nullptr; }
  /// Calls `take(GaugeWatch&)` for all there are; each can be put again from its call on.
  template <typename Take>
  void take_all(Take take) noexcept;

 private:
  [[nodiscard]] static GaugeWatch* next_of(const GaugeWatch& gauge) noexcept;
  static void taken(GaugeWatch& gauge) noexcept;

  std::atomic<GaugeWatch*> first_{nullptr};
};

/// Who listens to a gauge: one thread that judges it whenever it leaves the range the judge called quiet, and
/// one that samples it and wants to know how low and how high it was in between.
///
/// Both narrow the one range that a store is compared with. Whoever changes his part publishes the
/// intersection, and again until it is that of the parts as they are then; all of it in one total order, so
/// that the last one to publish has seen the last change of either.
class GaugeWatch {
 public:
  /// Quiet ranges that hold no value: for a gauge that is NaN, which has to be judged at every store, and for
  /// one that is unset, which has to be judged once it is set.
  struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    friend bool operator==(const Range&, const Range&) = default;
  };
  static constexpr Range kNeverQuiet{std::numeric_limits<double>::infinity(), 0};
  static constexpr Range kQuietWhileUnset{std::numeric_limits<double>::infinity(),
                                          -std::numeric_limits<double>::infinity()};

  /// Both outlive the watch.
  GaugeWatch(GaugeCell& cell, ChangedGauges& changed) noexcept : cell_(cell), changed_(changed) {}
  GaugeWatch(const GaugeWatch&) = delete;
  GaugeWatch& operator=(const GaugeWatch&) = delete;

  [[nodiscard]] double value() const noexcept { return cell_.load(); }

  // The judging thread.
  /// Stores of values within need no judgement from now on; a store outside puts the gauge among the changed
  /// ones. So does this, if the value is outside already: another thread may have stored it meanwhile.
  void set_quiet(Range range) noexcept;
  /// Nothing needs judgement.
  void stop_judging() noexcept;
  /// A number of the judge's own.
  std::uint32_t slot = 0;

  // The sampling thread.
  struct Peaks {
    double low;
    double high;
  };
  /// From now on the least and the greatest value are kept.
  void keep_peaks() noexcept;
  /// Those of the values that were stored since the last call, as far as they widened the range; low > high:
  /// none did. A value that is stored while this runs counts here or next time, unless the range so far held
  /// it.
  [[nodiscard]] Peaks take_peaks() noexcept;

  /// A value outside the range was stored. The storing thread.
  void left(double fresh) noexcept;

 private:
  friend class ChangedGauges;

  [[nodiscard]] Range intersection() const noexcept;
  void publish() noexcept;

  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  GaugeCell& cell_;
  ChangedGauges& changed_;
  std::atomic<bool> is_judged_{false};
  std::atomic<double> quiet_low_{-kInfinity}, quiet_high_{kInfinity};
  std::atomic<bool> keeps_peaks_{false};
  std::atomic<double> least_{-kInfinity}, greatest_{kInfinity};
  std::atomic<bool> is_put_{false};
  GaugeWatch* next_ = nullptr;
};

template <typename Take>
void ChangedGauges::take_all(Take take) noexcept {
  GaugeWatch* at = first_.exchange(nullptr, std::memory_order_acquire);
  while (at != nullptr) {
    GaugeWatch& gauge = *at;
    at = next_of(gauge);
    taken(gauge);
    take(gauge);
  }
}

}  // namespace vigil::monitoring
