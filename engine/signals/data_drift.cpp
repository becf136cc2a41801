#include "engine/signals/data_drift.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace vigil::engine {

double stability_index(std::span<const double> expected, std::span<const std::uint32_t> counts) noexcept {
  assert(expected.size() == counts.size());
  constexpr double kLeastShare = 1e-4;
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  double index = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double before = std::max(expected[i], kLeastShare);
    const double now = std::max(counts[i] / total, kLeastShare);
    index += (now - before) * std::log(now / before);
  }
  return index;
}

DataDrift::DataDrift(std::vector<FeatureDistribution> training, std::size_t window, std::size_t least)
    : training_(std::move(training)), least_(least), window_(window) {
  assert(window_ > 0 && least_ > 0 && least_ <= window_);
  for (const FeatureDistribution& each : training_) {
    assert(each.shares.size() == each.edges.size() + 1);
    assert(each.edges.size() <= std::numeric_limits<std::uint8_t>::max());
    counts_.emplace_back(each.shares.size());
  }
  bins_.resize(window_ * training_.size());
}

void DataDrift::add(std::span<const double> inputs) noexcept {
  assert(inputs.size() == training_.size());
  std::uint8_t* const bins = &bins_[next_ * training_.size()];
  const bool is_full = count_ == window_;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<double>& edges = training_[i].edges;
    const auto bin = std::lower_bound(edges.begin(), edges.end(), inputs[i]) - edges.begin();
    if (is_full) --counts_[i][bins[i]];
    bins[i] = static_cast<std::uint8_t>(bin);
    ++counts_[i][bins[i]];
  }
  next_ = (next_ + 1) % window_;
  if (!is_full) ++count_;
}

std::optional<double> DataDrift::score(std::size_t input) const noexcept {
  if (count_ < least_) return std::nullopt;
  return stability_index(training_[input].shares, counts_[input]);
}

}  // namespace vigil::engine
