#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monitoring/promql/query.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring::promql {

/// Stands where a series has no sample. The bits of a stale marker: no result of arithmetic, and markers of
/// sources are left out on reading.
inline constexpr double kNoSample = kStaleMarker;
[[nodiscard]] constexpr bool has_sample(double value) noexcept {
  return !is_stale(value);
}

/// An instant vector at every step of a grid: a row per series, a column per step, kNoSample where there is
/// none.
class StepTable {
 public:
  StepTable(Query& query, std::size_t steps) : query_(&query), steps_(steps) {}

  [[nodiscard]] std::size_t steps() const noexcept { return steps_; }
  [[nodiscard]] std::size_t rows() const noexcept { return labels_.size(); }
  [[nodiscard]] const Labels& labels(std::size_t row) const noexcept { return labels_[row]; }
  void set_labels(std::size_t row, Labels labels) { labels_[row] = std::move(labels); }
  [[nodiscard]] std::span<double> row(std::size_t row) noexcept {
    return std::span{values_}.subspan(row * steps_, steps_);
  }
  [[nodiscard]] std::span<const double> row(std::size_t row) const noexcept {
    return std::span{values_}.subspan(row * steps_, steps_);
  }
  [[nodiscard]] std::span<double> values() noexcept { return values_; }
  [[nodiscard]] bool has_samples(std::size_t row) const noexcept;

  void reserve(std::size_t rows);
  /// Adds a row without samples. The spans of other rows end.
  std::span<double> add_row(Labels labels);
  /// Takes the row back that was added last.
  void remove_last_row();
  /// Keeps only these rows, in this order.
  void keep_rows(std::span<const std::uint32_t> rows);
  /// Takes rows without any sample out.
  void remove_empty_rows();
  /// The one step of this becomes `steps` equal ones.
  void repeat(std::size_t steps);

  // -- Metrics' names. They are dropped late: most of what drops them is summed up or compared afterwards.

  /// True: the names in labels() do not count any more.
  [[nodiscard]] bool name_dropped() const noexcept { return name_dropped_; }
  void set_name_dropped(bool dropped) noexcept { name_dropped_ = dropped; }
  /// All series have the same name: without it they are still different.
  [[nodiscard]] bool has_one_name() const noexcept { return one_name_; }
  void set_one_name(bool one) noexcept { one_name_ = one; }
  /// From now on the names do not count. Series that have equal labels without them become one; throws
  /// EvaluationError when two of them have a sample at the same step, or at all if `strict`.
  void drop_names(bool strict = false);
  /// Labels that count, in labels() itself.
  void apply_dropped_names();
  /// As drop_names() for series whose labels were changed otherwise.
  void merge_equal_rows(bool strict = false);

 private:
  Query* query_;
  HeldSamples held_;
  std::size_t steps_;
  std::vector<Labels> labels_;
  std::vector<double> values_;
  bool name_dropped_ = false;
  bool one_name_ = false;
};

/// The same labels without the metric's name.
[[nodiscard]] Labels without_name(const Labels& labels);

[[noreturn]] void throw_same_labels();

}  // namespace vigil::monitoring::promql
