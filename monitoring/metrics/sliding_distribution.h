#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monitoring/metrics/distribution_layout.h"

namespace vigil::monitoring {

/// The distribution of the values of the last `window`, in `parts` spans of time: the newest is being filled,
/// so the window reaches back between window * (parts - 1) / parts and window. Counts are exact integers:
/// what leaves the window leaves no trace.
///
/// One thread writes and reads (other threads see what it publishes). Does not allocate after
/// construction. Memory: 8 bytes x layout.slots() x (parts + 2), which is 264 KB for times in 10 parts.
class SlidingDistribution {
 public:
  /// `window` >= `parts` >= 1 (in nanoseconds).
  SlidingDistribution(const DistributionLayout& layout, std::chrono::nanoseconds window, std::size_t parts);

  /// Counts as of the last advance(): one addition.
  void record(double value) noexcept { add(layout_.slot(value)); }
  /// For a layout in seconds.
  void record(std::chrono::nanoseconds time) noexcept { add(layout_.slot(time)); }

  /// Moves the window up to `now`, nanoseconds since any fixed point. Call it about once a second. True if
  /// the counts of the window may have changed since the last call. Time that goes back changes nothing.
  bool advance(std::chrono::nanoseconds now) noexcept;
  /// Quantiles as in distribution.h: `q` ascending, false if the window is empty. Takes time in proportion to
  /// the slots (about 1 us for times), however many values were recorded.
  [[nodiscard]] bool quantiles(std::span<const double> q, std::span<double> values) noexcept;
  /// The counts of the window by slot, valid until the next call.
  [[nodiscard]] std::span<const std::uint64_t> counts() noexcept;

  /// What is kept over a restart. `Wire` puts or takes each value it is called with.
  template <typename Wire>
  void state(Wire& wire) {
    wire.counts(parts_);
    wire.counts(closed_);
    wire(newest_begin_);
    if (newest_begin_ >= parts_.size() || newest_begin_ % window_.size() != 0) newest_begin_ = 0;
    wire(newest_number_);
    wire(started_);
    wire(changed_);
  }

 private:
  void add(std::size_t slot) noexcept {
    ++parts_[newest_begin_ + slot];
    changed_ = true;
  }
  void close_part() noexcept;

  DistributionLayout layout_;
  std::chrono::nanoseconds part_span_;
  std::vector<std::uint64_t> parts_;   ///< [part][slot]
  std::vector<std::uint64_t> closed_;  ///< sum of all parts but the newest
  std::vector<std::uint64_t> window_;  ///< what counts() returns
  std::size_t newest_begin_ = 0;       ///< where the newest part begins in parts_
  std::int64_t newest_number_ = 0;     ///< of the newest part since time 0
  bool started_ = false;
  bool changed_ = false;
};

}  // namespace vigil::monitoring
