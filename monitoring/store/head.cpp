#include "monitoring/store/head.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "monitoring/store/plain_source.h"

namespace vigil::monitoring {

namespace {

std::size_t label_hash(std::string_view name, std::string_view value) noexcept {
  constexpr std::size_t kFactor = 0x9E37'79B9'7F4A'7C15;
  const std::hash<std::string_view> hash;
  return hash(name) * kFactor ^ hash(value);
}

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
  for (const Label label : labels) {
    if (label.name != kMetricNameLabel)
      by_label_[label_hash(label.name, label.value)].push_back(series.get());
  }
  return series;
}

void Head::remove_empty() {
  const std::unique_lock guard(lock_);
  const auto is_empty = [](const SeriesPointer& series) { return series->is_empty(); };
  for (auto& [name, series] : by_name_) std::erase_if(series, is_empty);
  std::erase_if(by_name_, [](const auto& entry) { return entry.second.empty(); });
  for (auto& [hash, series] : by_label_) {
    std::erase_if(series, [](const HeadSeries* each) { return each->is_empty(); });
  }
  std::erase_if(by_label_, [](const auto& entry) { return entry.second.empty(); });
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
  const auto of_name = name == matchers.end() ? by_name_.end() : by_name_.find(name->value());
  if (name != matchers.end() && of_name == by_name_.end()) return out;
  const std::size_t to_look_at = name == matchers.end() ? by_labels_.size() : of_name->second.size();
  if (const std::vector<HeadSeries*>* const few = shortest(matchers, to_look_at)) {
    for (HeadSeries* const series : *few) {
      if (matches_all(matchers, series->labels())) out.push_back(series->shared_from_this());
    }
  } else if (name != matchers.end()) {
    take(of_name->second);
    return out;
  } else {
    for (const auto& [metric, series] : by_name_) take(series);
  }
  std::ranges::sort(out, labels_less);
  return out;
}

const std::vector<HeadSeries*>* Head::shortest(std::span<const LabelMatcher> matchers,
                                               std::size_t of_name) const {
  static const std::vector<HeadSeries*> kNone;
  const std::vector<HeadSeries*>* best = nullptr;
  for (const LabelMatcher& matcher : matchers) {
    if (matcher.kind() != MatchKind::Equal || matcher.value().empty()) continue;
    if (matcher.name() == kMetricNameLabel) continue;
    const auto found = by_label_.find(label_hash(matcher.name(), matcher.value()));
    if (found == by_label_.end()) return &kNone;
    if (found->second.size() < (best == nullptr ? of_name : best->size())) best = &found->second;
  }
  return best;
}

std::size_t Head::size() const {
  const std::shared_lock guard(lock_);
  return by_labels_.size();
}

}  // namespace vigil::monitoring
