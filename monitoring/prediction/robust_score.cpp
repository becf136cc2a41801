#include "monitoring/prediction/robust_score.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "monitoring/prediction/median.h"

namespace vigil::monitoring {

namespace {

// For a normal distribution: the standard deviation over the MAD, and over the mean absolute deviation
// (sqrt(pi / 2)).
constexpr double kPerMedianDeviation = 1.482602218505602;
constexpr double kPerMeanDeviation = 1.2533141373155003;

}  // namespace

std::optional<Baseline> baseline_of(std::span<double> values, ScaleFloor floor, std::size_t least) {
  assert(floor.absolute > 0);
  const auto rest =
      std::remove_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
  values = values.first(static_cast<std::size_t>(rest - values.begin()));
  if (values.empty() || values.size() < least) return std::nullopt;

  const double center = median(values);
  double mean = 0;
  for (double& value : values) {
    value = std::abs(value - center);
    mean += value / static_cast<double>(values.size());
  }
  double scale = kPerMedianDeviation * median(values);
  if (scale == 0) scale = kPerMeanDeviation * mean;
  if (!std::isfinite(scale)) return std::nullopt;
  return Baseline{.center = center,
                  .scale = std::max({scale, floor.absolute, floor.relative * std::abs(center)})};
}

double robust_score(double value, const Baseline& usual) noexcept {
  return std::abs(value - usual.center) / usual.scale;
}

}  // namespace vigil::monitoring
