#include "monitoring/store/head.h"

#include <algorithm>
#include <iterator>

#include "monitoring/store/plain_source.h"

namespace vigil::monitoring {

namespace {

bool labels_less(const Head::SeriesPointer& a, const Head::SeriesPointer& b) {
  return a->labels() < b->labels();
}

}  // namespace

Head::SeriesPointer Head::find_or_add(const Labels& labels) {
  // Nobody else adds: looking needs no lock here.
  const auto known = by_labels_.find(labels);
  if (known != by_labels_.end()) return known->second;
  if (by_labels_.size() >= max_series_) return nullptr;

  auto series = std::make_shared<HeadSeries>(labels, series_locks_[labels.hash() % series_locks_.size()]);
  const std::unique_lock guard(lock_);
  by_labels_.emplace(labels, series);
  auto& of_name = by_name_[std::string{labels.value(kMetricNameLabel)}];
  of_name.insert(std::ranges::upper_bound(of_name, series, labels_less), series);
  return series;
}

void Head::remove_empty() {
  const std::unique_lock guard(lock_);
  const auto is_empty = [](const SeriesPointer& series) { return series->is_empty(); };
  for (auto& [name, series] : by_name_) std::erase_if(series, is_empty);
  std::erase_if(by_name_, [](const auto& entry) { return entry.second.empty(); });
  std::erase_if(by_labels_, [&](const auto& entry) {
    if (!is_empty(entry.second)) return false;
    entry.second->set_removed();
    return true;
  });
}

std::vector<Head::SeriesPointer> Head::select(std::span<const LabelMatcher> matchers) const {
  const auto name = std::ranges::find_if(matchers, [](const LabelMatcher& matcher) {
    return matcher.kind() == MatchKind::Equal && matcher.name() == kMetricNameLabel &&
           !matcher.value().empty();
  });
  std::vector<SeriesPointer> out;
  const auto take = [&](const std::vector<SeriesPointer>& from) {
    std::ranges::copy_if(from, std::back_inserter(out), [&](const SeriesPointer& series) {
      return matches_all(matchers, series->labels());
    });
  };
  const std::shared_lock guard(lock_);
  if (name != matchers.end()) {
    const auto known = by_name_.find(name->value());
    if (known != by_name_.end()) take(known->second);
    return out;
  }
  for (const auto& [of_name, series] : by_name_) take(series);
  std::ranges::sort(out, labels_less);
  return out;
}

std::size_t Head::size() const {
  const std::shared_lock guard(lock_);
  return by_labels_.size();
}

}  // namespace vigil::monitoring
