#pragma once

#include <cassert>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "monitoring/metrics/bucket_layout.h"
#include "monitoring/metrics/cells.h"
#include "monitoring/metrics/exemplar.h"
#include "monitoring/metrics/fixed_point.h"

namespace vigil::monitoring {

/// Counts of observations by bucket (value <= bound) and their sum, both exact, and if the family asks for it
/// the counts of a distribution (DistributionLayout) that knows any quantile to half a percent. The count is
/// the sum of the buckets, so `+Inf` and `_count` always agree. A reader who reads the buckets first sees
/// at least as much in the distribution and in the sum.
///
/// Cells: the sum in steps of the layout, modulo 2^64, a count for each bucket, and one for each slot of the
/// distribution.
template <typename Cells>
class BasicHistogram {
 public:
  BasicHistogram() noexcept = default;
  /// `layout` outlives the handle.
  BasicHistogram(const BucketLayout* layout, Cells cells) noexcept : layout_(layout), cells_(cells) {}

  /// A time, for histograms in seconds only.
  void observe(std::chrono::nanoseconds value) noexcept {
    if (cells_.exist()) (void)record(value);
  }
  /// In base units; seconds are rounded to nanoseconds. What is beyond 2^53 steps of the sum counts in its
  /// bucket and adds 2^53 steps; a NaN counts beyond all bounds and adds nothing.
  void observe(double value) noexcept {
    if (cells_.exist()) (void)record(value);
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
  /// Of the distribution, which the layout has.
  [[nodiscard]] std::uint64_t slot_count(std::size_t slot) const noexcept {
    return cells_.total(layout_->buckets() + 1 + slot);
  }
  [[nodiscard]] std::int64_t sum_in_steps() const noexcept {
    return cells_.exist() ? static_cast<std::int64_t>(cells_.total(0)) : 0;
  }
  /// In base units.
  [[nodiscard]] double sum() const noexcept {
    return cells_.exist() ? layout_->sum_in_units(sum_in_steps()) : 0;
  }

 protected:
  [[nodiscard]] bool exists() const noexcept { return cells_.exist(); }
  [[nodiscard]] const BucketLayout& layout() const noexcept { return *layout_; }
  // These give the bucket that counted. The cells exist. Inline by order: a call would cost a third of it.
  [[gnu::always_inline]] std::size_t record(std::chrono::nanoseconds value) noexcept {
    const auto cells = cells_.writer();
    cells.add(0, static_cast<std::uint64_t>(value.count()));
    if (layout_->is_plain_time()) [[likely]] {
      const std::size_t bucket = layout_->plain_bucket(value);
      cells.add(bucket + 1, 1);
      return bucket;
    }
    assert(layout_->is_time());
    if (const DistributionLayout* const fine = layout_->distribution())
      cells.add(place(fine->slot(value)), 1);
    const std::size_t bucket = layout_->bucket(static_cast<double>(value.count()));
    cells.add(bucket + 1, 1);
    return bucket;
  }
  std::size_t record(double value) noexcept {
    const std::int64_t steps = steps_of(value, layout_->steps());
    const auto cells = cells_.writer();
    cells.add(0, static_cast<std::uint64_t>(steps));
    const bool is_number = !std::isnan(value);
    if (const DistributionLayout* const fine = layout_->distribution()) {
      cells.add(place(is_number ? fine->slot(value) : fine->overflow_slot()), 1);
    }
    std::size_t bucket = layout_->buckets() - 1;
    if (is_number) [[likely]] {
      bucket = layout_->bucket(layout_->is_time() ? static_cast<double>(steps) : value);
    }
    cells.add(bucket + 1, 1);
    return bucket;
  }

 private:
  /// Of a slot's cell.
  [[nodiscard]] std::size_t place(std::size_t slot) const noexcept { return layout_->buckets() + 1 + slot; }

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

/// A histogram that keeps the latest observation of each bucket with the trace that led to it. One thread
/// writes, any thread reads. Histograms without exemplars pay nothing for it.
class TracedHistogram : public Histogram {
 public:
  TracedHistogram() noexcept = default;
  /// `slots`: one a bucket; nullptr: as if it were a Histogram.
  TracedHistogram(const Histogram& histogram, ExemplarSlot* slots) noexcept
      : Histogram(histogram), slots_(slots) {}

  using Histogram::observe;
  /// `time`: since 1970, UTC.
  void observe(std::chrono::nanoseconds value, const TraceId& trace, std::chrono::nanoseconds time) noexcept {
    if (!exists()) return;
    const std::size_t bucket = record(value);
    if (slots_ == nullptr) return;
    slots_[bucket].store(
        {.value = static_cast<double>(value.count()) / layout().steps(), .trace = trace, .time = time});
  }
  void observe(double value, const TraceId& trace, std::chrono::nanoseconds time) noexcept {
    if (!exists()) return;
    const std::size_t bucket = record(value);
    if (slots_ != nullptr) slots_[bucket].store({.value = value, .trace = trace, .time = time});
  }

 private:
  ExemplarSlot* slots_ = nullptr;
};

}  // namespace vigil::monitoring
