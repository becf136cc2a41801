#include "monitoring/promql/signature.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string_view>

namespace vigil::monitoring::promql {

namespace {

constexpr std::uint64_t kFactor = 0x9E37'79B9'7F4A'7C15;

/// Eight bytes at a time: labels are short, and hashed for every series of every evaluation.
std::uint64_t mix(std::uint64_t hash, std::string_view text) noexcept {
  hash ^= text.size();
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t taken = std::min(text.size(), sizeof word);
    std::memcpy(&word, text.data(), taken);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 32;
    text.remove_prefix(taken);
  }
  return hash;
}

}  // namespace

LabelSelection LabelSelection::only(std::span<const std::string> names) {
  LabelSelection selection;
  selection.names_.assign(names.begin(), names.end());
  std::ranges::sort(selection.names_);
  selection.names_.erase(std::unique(selection.names_.begin(), selection.names_.end()),
                         selection.names_.end());
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

/// Goes through the labels of a series that count. Labels and names are both sorted: one walk through both.
class LabelSelection::Cursor {
 public:
  Cursor(const LabelSelection& selection, const Labels& labels) noexcept
      : at_(labels.begin()),
        end_(labels.end()),
        name_(selection.names_.begin()),
        names_end_(selection.names_.end()),
        inclusive_(selection.inclusive_) {
    skip();
  }

  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] const Label& operator*() const noexcept { return label_; }
  void operator++() noexcept {
    ++at_;
    skip();
  }

 private:
  void skip() noexcept {
    for (; at_ != end_; ++at_) {
      label_ = *at_;
      int order = 1;
      while (name_ != names_end_ && (order = name_->compare(label_.name)) < 0) ++name_;
      if ((name_ != names_end_ && order == 0) == inclusive_) return;
    }
  }

  Labels::Iterator at_;
  Labels::Iterator end_;
  std::vector<std::string>::const_iterator name_;
  std::vector<std::string>::const_iterator names_end_;
  bool inclusive_;
  Label label_;
};

std::uint64_t LabelSelection::hash(const Labels& labels) const noexcept {
  if (names_.empty()) return inclusive_ ? 0 : labels.hash();
  std::uint64_t hash = 0;
  for (Cursor label(*this, labels); !label.at_end(); ++label)
    hash = mix(mix(hash, (*label).name), (*label).value);
  return hash;
}

bool LabelSelection::equal(const Labels& a, const Labels& b) const noexcept {
  if (names_.empty()) return inclusive_ || a == b;
  Cursor left(*this, a);
  Cursor right(*this, b);
  for (; !left.at_end() && !right.at_end(); ++left, ++right) {
    if (*left != *right) return false;
  }
  return left.at_end() && right.at_end();
}

Labels LabelSelection::of(const Labels& labels) const {
  if (names_.empty()) return inclusive_ ? Labels{} : labels;
  std::vector<Label> kept;
  kept.reserve(labels.size());
  for (Cursor label(*this, labels); !label.at_end(); ++label) kept.push_back(*label);
  return kept.size() == labels.size() ? labels : Labels{kept};
}

std::size_t Grouping::slot_of(const Labels& labels, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = (hash * kFactor >> 32) & mask;
  while (slots_[slot] != kNoGroup) {
    const Group& group = groups_[slots_[slot]];
    if (group.hash == hash && selection_.equal(*group.labels, labels)) return slot;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void Grouping::resize_slots(std::size_t count) {
  slots_.assign(count, kNoGroup);
  for (std::uint32_t group = 0; group < groups_.size(); ++group) {
    std::size_t slot = (groups_[group].hash * kFactor >> 32) & (count - 1);
    while (slots_[slot] != kNoGroup) slot = (slot + 1) & (count - 1);
    slots_[slot] = group;
  }
}

void Grouping::reserve(std::size_t groups) {
  groups_.reserve(groups);
  const std::size_t wanted = std::bit_ceil(2 * groups + 2);
  if (wanted > slots_.size()) resize_slots(wanted);
}

std::uint32_t Grouping::insert(const Labels& labels) {
  if (2 * (groups_.size() + 1) > slots_.size()) resize_slots(std::max<std::size_t>(16, 2 * slots_.size()));
  const std::uint64_t hash = selection_.hash(labels);
  std::uint32_t& slot = slots_[slot_of(labels, hash)];
  if (slot == kNoGroup) {
    slot = static_cast<std::uint32_t>(groups_.size());
    groups_.push_back({.labels = &labels, .hash = hash});
  }
  return slot;
}

std::uint32_t Grouping::find(const Labels& labels) const {
  return slots_.empty() ? kNoGroup : slots_[slot_of(labels, selection_.hash(labels))];
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
