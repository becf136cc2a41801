#include "monitoring/promql/signature.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace vigil::monitoring::promql {

namespace {

std::uint64_t mix(std::uint64_t hash, std::string_view text) noexcept {
  hash ^= std::hash<std::string_view>{}(text) + 0x9E37'79B9'7F4A'7C15 + (hash << 6) + (hash >> 2);
  return hash * 0xFF51'AFD7'ED55'8CCD;
}

}  // namespace

LabelSelection LabelSelection::only(std::span<const std::string> names) {
  LabelSelection selection;
  selection.names_.assign(names.begin(), names.end());
  std::ranges::sort(selection.names_);
  const auto repeated = std::ranges::unique(selection.names_);
  selection.names_.erase(repeated.begin(), repeated.end());
  selection.inclusive_ = true;
  return selection;
}

LabelSelection LabelSelection::all_but(std::span<const std::string> names) {
  LabelSelection selection = only(names);
  selection.inclusive_ = false;
  return selection;
}

LabelSelection LabelSelection::without_metric_name() const {
  LabelSelection selection = *this;
  const auto at = std::ranges::lower_bound(selection.names_, kMetricNameLabel);
  const bool named = at != selection.names_.end() && *at == kMetricNameLabel;
  if (inclusive_ && named) selection.names_.erase(at);
  if (!inclusive_ && !named) selection.names_.insert(at, std::string{kMetricNameLabel});
  return selection;
}

bool LabelSelection::contains(std::string_view name) const noexcept {
  // A few names: a search of all of them is the fastest.
  const bool named = std::ranges::find(names_, name) != names_.end();
  return named == inclusive_;
}

std::uint64_t LabelSelection::hash(const Labels& labels) const noexcept {
  std::uint64_t hash = 0;
  for (const Label label : labels) {
    if (contains(label.name)) hash = mix(mix(hash, label.name), label.value);
  }
  return hash;
}

bool LabelSelection::equal(const Labels& a, const Labels& b) const noexcept {
  auto left = a.begin();
  auto right = b.begin();
  while (true) {
    while (left != a.end() && !contains((*left).name)) ++left;
    while (right != b.end() && !contains((*right).name)) ++right;
    if (left == a.end() || right == b.end()) return left == a.end() && right == b.end();
    if (*left != *right) return false;
    ++left;
    ++right;
  }
}

Labels LabelSelection::of(const Labels& labels) const {
  std::vector<Label> kept;
  kept.reserve(labels.size());
  for (const Label label : labels) {
    if (contains(label.name)) kept.push_back(label);
  }
  return kept.size() == labels.size() ? labels : Labels{kept};
}

std::uint32_t Grouping::find_from(std::uint32_t group, const Labels& labels) const {
  while (group != kNoGroup && !selection_.equal(*groups_[group].labels, labels)) group = groups_[group].next;
  return group;
}

std::uint32_t Grouping::insert(const Labels& labels) {
  const auto next = static_cast<std::uint32_t>(groups_.size());
  const auto [entry, is_new] = first_.try_emplace(selection_.hash(labels), next);
  if (!is_new) {
    const std::uint32_t known = find_from(entry->second, labels);
    if (known != kNoGroup) return known;
  }
  groups_.push_back({.labels = &labels, .next = is_new ? kNoGroup : entry->second});
  entry->second = next;
  return next;
}

std::uint32_t Grouping::find(const Labels& labels) const {
  const auto entry = first_.find(selection_.hash(labels));
  return entry == first_.end() ? kNoGroup : find_from(entry->second, labels);
}

RowsByGroup::RowsByGroup(std::span<const std::uint32_t> group_of_row, std::size_t groups)
    : begin_(groups + 1, 0) {
  std::size_t grouped = 0;
  for (const std::uint32_t group : group_of_row) {
    if (group == Grouping::kNoGroup) continue;
    ++begin_[group + 1];
    ++grouped;
  }
  for (std::size_t group = 0; group < groups; ++group) begin_[group + 1] += begin_[group];
  rows_.resize(grouped);
  std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
  for (std::size_t row = 0; row < group_of_row.size(); ++row) {
    const std::uint32_t group = group_of_row[row];
    if (group != Grouping::kNoGroup) rows_[next[group]++] = static_cast<std::uint32_t>(row);
  }
}

}  // namespace vigil::monitoring::promql
