#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace vigil::engine {

/// What share of a model's decisions each input has: the mean of the absolute contributions, the latest
/// weighing most, over the sum of all inputs' means. One thread; no allocation after construction.
class FeatureImportance {
 public:
  /// About so many samples are remembered, and with fewer than kLeast there is no share.
  static constexpr double kMemory = 1000;
  static constexpr std::size_t kLeast = 30;

  explicit FeatureImportance(std::size_t inputs) : means_(inputs) {}

  void add(std::span<const double> contributions) noexcept {
    for (std::size_t i = 0; i < means_.size(); ++i) {
      means_[i] += std::abs(contributions[i]) - means_[i] / kMemory;
    }
    if (samples_ < kLeast) ++samples_;
  }
  /// 0 to 1. Nothing as well where nothing contributes anything.
  [[nodiscard]] std::optional<double> share(std::size_t input) const noexcept {
    double sum = 0;
    for (const double mean : means_) sum += mean;
    if (samples_ < kLeast || !(sum > 0)) return std::nullopt;
    return means_[input] / sum;
  }

 private:
  std::vector<double> means_;  ///< times a factor that is the same for all
  std::size_t samples_ = 0;
};

}  // namespace vigil::engine
