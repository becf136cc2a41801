#include "monitoring/promql/step_table.h"

#include <algorithm>
#include <utility>

#include "monitoring/promql/signature.h"

namespace vigil::monitoring::promql {

bool StepTable::has_samples(std::size_t at) const noexcept {
  return std::ranges::any_of(row(at), has_sample);
}

void StepTable::reserve(std::size_t rows) {
  labels_.reserve(rows);
  // Series of a long range may all be short-lived: their values grow as they come.
  if (steps_ == 1) values_.reserve(rows);
}

std::span<double> StepTable::add_row(Labels labels) {
  held_.resize(*query_, values_.size() + steps_);
  labels_.push_back(std::move(labels));
  values_.resize(values_.size() + steps_, kNoSample);
  return row(labels_.size() - 1);
}

void StepTable::remove_last_row() {
  labels_.pop_back();
  values_.resize(values_.size() - steps_);
}

void StepTable::keep_rows(std::span<const std::uint32_t> rows) {
  std::vector<Labels> labels;
  std::vector<double> values;
  labels.reserve(rows.size());
  values.reserve(rows.size() * steps_);
  for (const std::uint32_t at : rows) {
    labels.push_back(std::move(labels_[at]));
    const auto kept = row(at);
    values.insert(values.end(), kept.begin(), kept.end());
  }
  labels_ = std::move(labels);
  values_ = std::move(values);
  held_.resize(*query_, values_.size());
}

void StepTable::remove_empty_rows() {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < rows(); ++at) {
    if (!has_samples(at)) continue;
    if (kept != at) {
      labels_[kept] = std::move(labels_[at]);
      std::ranges::copy(row(at), row(kept).begin());
    }
    ++kept;
  }
  labels_.resize(kept);
  values_.resize(kept * steps_);
  held_.resize(*query_, values_.size());
}

void StepTable::repeat(std::size_t steps) {
  held_.resize(*query_, values_.size() * steps);
  std::vector<double> repeated;
  repeated.reserve(values_.size() * steps);
  for (const double value : values_) repeated.insert(repeated.end(), steps, value);
  values_ = std::move(repeated);
  steps_ = steps;
}

void StepTable::drop_names(bool strict) {
  if (name_dropped_) return;
  name_dropped_ = true;
  if (!one_name_ && rows() > 1) merge_equal_rows(strict);
}

void StepTable::apply_dropped_names() {
  if (!name_dropped_) return;
  for (Labels& labels : labels_) labels = without_name(labels);
  name_dropped_ = false;
  one_name_ = true;
}

void StepTable::merge_equal_rows(bool strict) {
  Grouping grouping(name_dropped_ ? LabelSelection::all().without_metric_name() : LabelSelection::all());
  grouping.reserve(rows());
  std::vector<std::uint32_t> group_of_row(rows());
  for (std::size_t at = 0; at < rows(); ++at) group_of_row[at] = grouping.insert(labels_[at]);
  if (grouping.size() == rows()) return;

  std::vector<std::uint32_t> first(grouping.size(), Grouping::kNoGroup);
  std::vector<std::uint32_t> kept;
  for (std::uint32_t at = 0; at < group_of_row.size(); ++at) {
    std::uint32_t& target = first[group_of_row[at]];
    if (target == Grouping::kNoGroup) {
      target = at;
      kept.push_back(at);
      continue;
    }
    if (strict) throw_same_labels();
    const auto from = row(at);
    const auto to = row(target);
    for (std::size_t step = 0; step < steps_; ++step) {
      if (!has_sample(from[step])) continue;
      if (has_sample(to[step])) throw_same_labels();
      to[step] = from[step];
    }
  }
  keep_rows(kept);
}

Labels without_name(const Labels& labels) {
  static const LabelSelection kSelection = LabelSelection::all().without_metric_name();
  return kSelection.of(labels);
}

void throw_same_labels() {
  throw EvaluationError("vector cannot contain metrics with the same labelset");
}

}  // namespace vigil::monitoring::promql
