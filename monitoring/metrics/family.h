#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/instruments.h"
#include "monitoring/metrics/segments.h"
#include "monitoring/metrics/series_table.h"

namespace vigil::monitoring {

/// As prometheus-cpp calls it.
[[nodiscard]] prometheus::MetricType prometheus_type(MetricType type) noexcept;

/// One metric with all its series. Owns the text of its definition. The registry's lock guards its wiring;
/// looking series up, recording into them and reading them takes no lock.
class Family {
 public:
  static constexpr std::size_t kCap = 1000;
  static constexpr std::size_t kCapWithSymbol = 3000;
  enum class CellKind : std::uint8_t { Count, SharedCount, Amount, Gauge, Buckets, SharedBuckets };

  explicit Family(const MetricDefinition& definition);
  ~Family();
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  [[nodiscard]] const MetricDefinition& definition() const noexcept { return definition_; }
  /// Throws std::logic_error if `other`, of the same name, differs.
  void expect_same(const MetricDefinition& other) const;
  /// The bounds of all series from now on. Throws std::logic_error if there are series with others.
  void set_bounds(std::span<const double> bounds);

  struct Series {
    std::uint32_t number = 0;
    bool is_new = false;
    bool is_folded = false;
  };
  /// Throws std::logic_error for a wrong number of values or a kind of cell that does not fit the definition
  /// or the other series.
  void check(CellKind kind, std::span<const std::string_view> values) const;
  /// The series of these (checked) label values, a new one or, at the cap, the folded one.
  Series take(CellKind kind, std::span<const std::string_view> values);

  // Handles of the series that `take` gave, of the family's kind.
  [[nodiscard]] Counter counter(std::uint32_t number) const noexcept {
    return Counter(OwnCells(cells_->row(number)));
  }
  [[nodiscard]] SharedCounter shared_counter(std::uint32_t number) const noexcept {
    return SharedCounter(SharedCells(*shared_->row(number)));
  }
  [[nodiscard]] std::atomic<double>* value_cell(std::uint32_t number) const noexcept {
    return values_->row(number);
  }
  [[nodiscard]] Histogram histogram(std::uint32_t number) const noexcept {
    return {layout_.get(), OwnCells(cells_->row(number))};
  }
  [[nodiscard]] SharedHistogram shared_histogram(std::uint32_t number) const noexcept {
    return {layout_.get(), SharedCells(*shared_->row(number))};
  }

  // What the family shows. Any thread, for numbers below series().size(); kind() and layout() need one.
  [[nodiscard]] const SeriesTable& series() const noexcept { return series_; }
  [[nodiscard]] CellKind kind() const noexcept { return *kind_; }
  [[nodiscard]] const BucketLayout& layout() const noexcept { return *layout_; }
  /// False for a gauge that is unset.
  [[nodiscard]] bool is_present(std::uint32_t number) const noexcept;
  /// Of a counter or gauge.
  [[nodiscard]] double value(std::uint32_t number) const noexcept;
  /// Of a counter of whole numbers.
  [[nodiscard]] std::uint64_t count(std::uint32_t number) const noexcept {
    return cells_ ? counter(number).value() : shared_counter(number).value();
  }
  /// Counters of whole numbers with one writing thread, as SeriesTable::entries.
  [[nodiscard]] const std::atomic<std::uint64_t>* counts(std::uint32_t number) const noexcept {
    return cells_->run(number).rows;
  }
  /// Of a histogram: the observations of one bucket alone. Who reads all of them before the sum gets a sum
  /// that holds at least what they count.
  [[nodiscard]] std::uint64_t bucket_count(std::uint32_t number, std::size_t bucket) const noexcept {
    return cells_ ? histogram(number).bucket_count(bucket) : shared_histogram(number).bucket_count(bucket);
  }
  /// Of a histogram, in steps of its layout.
  [[nodiscard]] std::int64_t sum_in_steps(std::uint32_t number) const noexcept {
    return static_cast<std::int64_t>(cells_ ? OwnCells(cells_->row(number)).total(0)
                                            : SharedCells(*shared_->row(number)).total(0));
  }
  /// The series in prometheus-cpp's data model; nullopt while none is present.
  [[nodiscard]] std::optional<prometheus::MetricFamily> collect() const;

 private:
  [[noreturn]] void fail(std::string_view what) const;
  std::uint32_t add(std::span<const std::string_view> values);
  void make_cells(CellKind kind);
  [[nodiscard]] std::uint32_t cells_of_a_series() const noexcept;

  std::string name_, unit_, help_;
  std::vector<std::string> label_texts_;
  std::vector<std::string_view> labels_;
  std::vector<double> declared_bounds_;  ///< what every definition must say again
  std::vector<double> bounds_;           ///< what the series have
  MetricDefinition definition_;          ///< views of the above
  std::size_t cap_;
  SeriesTable series_;
  // Since the first series; readers learn of them by the size of series_.
  std::optional<CellKind> kind_;
  std::unique_ptr<const BucketLayout> layout_;                 ///< histograms
  std::optional<Segments<std::atomic<std::uint64_t>>> cells_;  ///< one writer: a count, or sum and buckets
  std::optional<Segments<std::atomic<double>>> values_;        ///< amounts and gauges
  std::optional<Segments<std::uint32_t>> shared_;  ///< several writers: the first of a series' thread cells
};

}  // namespace vigil::monitoring
