#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "monitoring/metrics/bucket_layout.h"
#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/instruments.h"
#include "monitoring/metrics/segments.h"
#include "monitoring/metrics/series_table.h"

namespace vigil::monitoring {

/// What the series of a family consist of; all are of one kind.
enum class CellKind : std::uint8_t {
  Count,         ///< one writing thread
  SharedCount,   ///< any number of writing threads
  Amount,        ///< one writing thread
  SharedAmount,  ///< any number of writing threads
  Gauge,
  State,
  Info,
  Buckets,       ///< one writing thread
  SharedBuckets  ///< any number of writing threads
};

/// Series of one family with their cells. One thread at a time adds; looking up, recording and reading is for
/// any thread, of numbers below size().
class SeriesSet {
 public:
  using Values = std::span<const std::string_view>;

  /// `definition` and `layout` (of histograms) outlive the set.
  SeriesSet(const MetricDefinition& definition, CellKind kind, const BucketLayout* layout);
  ~SeriesSet();
  SeriesSet(const SeriesSet&) = delete;
  SeriesSet& operator=(const SeriesSet&) = delete;

  [[nodiscard]] CellKind kind() const noexcept { return kind_; }
  [[nodiscard]] const BucketLayout& layout() const noexcept { return *layout_; }
  [[nodiscard]] const SeriesTable& table() const noexcept { return table_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return table_.size(); }
  [[nodiscard]] std::optional<std::uint32_t> find(Values values) const noexcept {
    return table_.find(values);
  }

  /// As SeriesTable::add. `first_cell`: of kinds with thread cells, those of a series that goes on; kNone:
  /// fresh ones. The set gives them back in the end. Throws std::bad_alloc, std::length_error.
  std::uint32_t add(Values values, std::uint32_t created, std::uint32_t first_cell = thread_cells::kNone);
  /// The set no longer gives back the series' thread cells.
  void let_go(std::uint32_t number) noexcept { *shared_->row(number) = thread_cells::kNone; }
  void let_go_of_all() noexcept {
    for (std::size_t i = 0; i < shared_->size(); ++i) *shared_->row(i) = thread_cells::kNone;
  }

  // Handles, of the set's kind.
  [[nodiscard]] Counter counter(std::uint32_t number) const noexcept {
    return Counter(OwnCells(cells_->row(number)));
  }
  [[nodiscard]] SharedCounter shared_counter(std::uint32_t number) const noexcept {
    return SharedCounter(SharedCells(first_cell(number)));
  }
  [[nodiscard]] SharedAmountCounter shared_amount_counter(std::uint32_t number) const noexcept {
    return {SharedCells(first_cell(number)), amount_steps_};
  }
  [[nodiscard]] std::atomic<double>* amount_cell(std::uint32_t number) const noexcept {
    return amounts_->row(number);
  }
  /// Of a gauge or a state set.
  [[nodiscard]] GaugeCell* gauge_cell(std::uint32_t number) const noexcept { return gauges_->row(number); }
  [[nodiscard]] StateSet state_set(std::uint32_t number) const noexcept {
    return StateSet(gauges_->row(number));
  }
  /// The watch of a gauge or a state set, made by the first call. The adding thread.
  [[nodiscard]] GaugeWatch& watch(std::uint32_t number, ChangedGauges& changed);
  [[nodiscard]] Histogram histogram(std::uint32_t number) const noexcept {
    return {layout_, OwnCells(cells_->row(number))};
  }
  [[nodiscard]] SharedHistogram shared_histogram(std::uint32_t number) const noexcept {
    return {layout_, SharedCells(first_cell(number))};
  }
  /// One a bucket; nullptr if the family has none.
  [[nodiscard]] ExemplarSlot* exemplars(std::uint32_t number) const noexcept {
    return exemplars_ ? exemplars_->row(number) : nullptr;
  }

  // What a scrape shows.
  /// False for a gauge that is unset, and for a series of an on-the-fly family that stands for what found no
  /// place as long as everything did.
  [[nodiscard]] bool is_present(std::uint32_t number) const noexcept;
  /// Of a counter, gauge or info.
  [[nodiscard]] double value(std::uint32_t number) const noexcept;
  /// Of a counter of whole numbers.
  [[nodiscard]] std::uint64_t count(std::uint32_t number) const noexcept {
    return cells_ ? counter(number).value() : shared_counter(number).value();
  }
  /// Counters of whole numbers with one writing thread, as SeriesTable::entries.
  [[nodiscard]] const std::atomic<std::uint64_t>* counts(std::uint32_t number) const noexcept {
    return cells_->run(number).rows;
  }
  /// Of a state set.
  [[nodiscard]] std::size_t state(std::uint32_t number) const noexcept { return state_set(number).state(); }
  /// Of a histogram: the observations of one bucket alone. Who reads all of them before the distribution and
  /// the sum gets at least as much in these.
  [[nodiscard]] std::uint64_t bucket_count(std::uint32_t number, std::size_t bucket) const noexcept {
    return cells_ ? histogram(number).bucket_count(bucket) : shared_histogram(number).bucket_count(bucket);
  }
  [[nodiscard]] std::uint64_t slot_count(std::uint32_t number, std::size_t slot) const noexcept {
    return cells_ ? histogram(number).slot_count(slot) : shared_histogram(number).slot_count(slot);
  }
  /// Of a histogram, in steps of its layout.
  [[nodiscard]] std::int64_t sum_in_steps(std::uint32_t number) const noexcept {
    return cells_ ? histogram(number).sum_in_steps() : shared_histogram(number).sum_in_steps();
  }
  /// How often something was recorded, as far as cells tell: what counters of whole numbers hold, and the
  /// counts of histograms.
  [[nodiscard]] std::uint64_t records(std::uint32_t number) const noexcept;

  /// Of kinds with thread cells: the first of the series'.
  [[nodiscard]] std::uint32_t first_cell(std::uint32_t number) const noexcept {
    return *shared_->row(number);
  }
  [[nodiscard]] std::uint32_t cells_of_a_series() const noexcept { return cells_of_a_series_; }
  /// One of the cells of a series, of kinds that count in cells: the count, or the sum, buckets and slots.
  [[nodiscard]] std::uint64_t cell(std::uint32_t number, std::size_t i) const noexcept {
    return cells_ ? OwnCells(cells_->row(number)).total(i) : SharedCells(first_cell(number)).total(i);
  }
  /// The writing thread, while no other records.
  void set_cell(std::uint32_t number, std::size_t i, std::uint64_t value) const noexcept {
    const std::uint64_t change = value - cell(number, i);
    if (cells_) {
      OwnCells(cells_->row(number)).add(i, change);
    } else {
      SharedCells(first_cell(number)).add(i, change);
    }
  }
  /// Series number 0 stands for what found no place: not present while nothing is recorded in it.
  void hide_first_while_empty() noexcept { hides_first_ = true; }
  /// Heap memory. The adding thread.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  CellKind kind_;
  bool hides_first_ = false;
  const BucketLayout* layout_;
  double amount_steps_;
  std::uint32_t cells_of_a_series_;
  SeriesTable table_;
  std::optional<Segments<std::atomic<std::uint64_t>>> cells_;  ///< count, or sum, buckets and slots
  std::optional<Segments<std::atomic<double>>> amounts_;
  std::optional<Segments<GaugeCell>> gauges_;
  std::vector<std::unique_ptr<GaugeWatch>> watches_;  ///< of gauges that have one
  std::optional<Segments<std::uint32_t>> shared_;     ///< the first of a series' thread cells
  std::optional<Segments<ExemplarSlot>> exemplars_;
};

}  // namespace vigil::monitoring
