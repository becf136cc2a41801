#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "monitoring/store/labels.h"

namespace vigil::monitoring::promql {

/// Which labels of a series count when series are grouped or matched.
class LabelSelection {
 public:
  /// These and no others.
  [[nodiscard]] static LabelSelection only(std::span<const std::string> names);
  /// All but these.
  [[nodiscard]] static LabelSelection all_but(std::span<const std::string> names);
  [[nodiscard]] static LabelSelection all() { return all_but({}); }
  /// The same without the metric's name.
  [[nodiscard]] LabelSelection without_metric_name() const;

  [[nodiscard]] bool contains(std::string_view name) const noexcept;
  /// Equal for series whose counting labels are equal.
  [[nodiscard]] std::uint64_t hash(const Labels& labels) const noexcept;
  [[nodiscard]] bool equal(const Labels& a, const Labels& b) const noexcept;
  /// The labels that count.
  [[nodiscard]] Labels of(const Labels& labels) const;

 private:
  class Cursor;

  std::vector<std::string> names_;  ///< sorted
  bool inclusive_ = false;
};

/// Numbers groups of series with equal counting labels, from 0 in the order of their first series.
class Grouping {
 public:
  static constexpr std::uint32_t kNoGroup = ~std::uint32_t{0};

  explicit Grouping(LabelSelection selection) : selection_(std::move(selection)) {}
  /// Makes room for as many groups.
  void reserve(std::size_t groups);

  /// The group of a series; a new one when it is the first of its kind. The labels must outlive this.
  std::uint32_t insert(const Labels& labels);
  /// kNoGroup when no such series was inserted.
  [[nodiscard]] std::uint32_t find(const Labels& labels) const;
  [[nodiscard]] std::size_t size() const noexcept { return groups_.size(); }
  /// The first series of a group.
  [[nodiscard]] const Labels& representative(std::uint32_t group) const noexcept {
    return *groups_[group].labels;
  }
  [[nodiscard]] const LabelSelection& selection() const noexcept { return selection_; }

 private:
  struct Group {
    const Labels* labels;
    std::uint64_t hash;
  };
  /// Where a group of these labels stands among the slots, or the free slot where it would.
  [[nodiscard]] std::size_t slot_of(const Labels& labels, std::uint64_t hash) const;
  void resize_slots(std::size_t count);

  LabelSelection selection_;
  std::vector<Group> groups_;
  /// A table with open addressing, its size a power of two, at least half of it free: numbers of groups.
  std::vector<std::uint32_t> slots_;
};

/// The rows of each group one behind the other: rows_of(g) are those that belong to group g, in their order.
class RowsByGroup {
 public:
  /// `group_of_row` may hold Grouping::kNoGroup.
  RowsByGroup(std::span<const std::uint32_t> group_of_row, std::size_t groups);
  [[nodiscard]] std::span<const std::uint32_t> rows_of(std::size_t group) const noexcept {
    return std::span{rows_}.subspan(begin_[group], begin_[group + 1] - begin_[group]);
  }

 private:
  std::vector<std::uint32_t> begin_;
  std::vector<std::uint32_t> rows_;
};

}  // namespace vigil::monitoring::promql
