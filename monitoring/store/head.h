#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitoring/store/head_series.h"

namespace vigil::monitoring {

/// The series with samples in memory, found by their labels. One thread adds and removes, any thread selects.
class Head {
 public:
  using SeriesPointer = std::shared_ptr<HeadSeries>;

  /// At `max_series` no further ones are added.
  explicit Head(std::size_t max_series) : max_series_(max_series) {}

  /// nullptr: there is none of these labels, and no room for it.
  [[nodiscard]] SeriesPointer find_or_add(const Labels& labels);
  /// The series without samples leave.
  void remove_empty();

  /// Those that match, by their labels.
  [[nodiscard]] std::vector<SeriesPointer> select(std::span<const LabelMatcher> matchers) const;
  /// All series, by their labels.
  [[nodiscard]] std::vector<SeriesPointer> all() const { return select({}); }
  [[nodiscard]] std::size_t size() const;

 private:
  /// The shortest list that holds all that match; nullptr where that is the list of the name.
  [[nodiscard]] const std::vector<HeadSeries*>* shortest(std::span<const LabelMatcher> matchers,
                                                         std::size_t of_name) const;

  const std::size_t max_series_;
  std::array<std::mutex, 64> series_locks_;
  mutable std::shared_mutex lock_;
  std::unordered_map<Labels, SeriesPointer> by_labels_;
  /// By the metric's name; of one name by labels.
  std::map<std::string, std::vector<SeriesPointer>, std::less<>> by_name_;
  /// By the hash of one other label and its value, in the order they came: what a selector that names the
  /// value has to look at. Labels of equal hash share a list.
  std::unordered_map<std::size_t, std::vector<HeadSeries*>> by_label_;
};

}  // namespace vigil::monitoring
