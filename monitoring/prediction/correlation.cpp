#include "monitoring/prediction/correlation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>

namespace vigil::monitoring {

std::vector<double> differences(std::span<const double> values) {
  std::vector<double> out;
  for (std::size_t i = 1; i < values.size(); ++i) out.push_back(values[i] - values[i - 1]);
  return out;
}

std::optional<Correlation> correlate(std::span<const double> a, std::span<const double> b) {
  assert(a.size() == b.size());
  const auto is_pair = [&](std::size_t i) { return std::isfinite(a[i]) && std::isfinite(b[i]); };
  std::size_t pairs = 0;
  double mean_a = 0;
  double mean_b = 0;
  double largest_a = 0;
  double largest_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!is_pair(i)) continue;
    ++pairs;
    mean_a += (a[i] - mean_a) / static_cast<double>(pairs);
    mean_b += (b[i] - mean_b) / static_cast<double>(pairs);
    largest_a = std::max(largest_a, std::abs(a[i]));
    largest_b = std::max(largest_b, std::abs(b[i]));
  }
  if (pairs < 2) return std::nullopt;

  double products = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!is_pair(i)) continue;
    products += (a[i] - mean_a) * (b[i] - mean_b);
    squares_a += (a[i] - mean_a) * (a[i] - mean_a);
    squares_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  // What rounding leaves of a series that does not change is no change.
  const auto is_constant = [&](double squares, double largest) {
    const double rounding = static_cast<double>(pairs) * std::numeric_limits<double>::epsilon() * largest;
    return !(squares > rounding * rounding);
  };
  if (is_constant(squares_a, largest_a) || is_constant(squares_b, largest_b)) return std::nullopt;
  const double coefficient = products / (std::sqrt(squares_a) * std::sqrt(squares_b));
  if (!std::isfinite(coefficient)) return std::nullopt;
  return Correlation{.coefficient = std::clamp(coefficient, -1.0, 1.0), .pairs = pairs};
}

bool is_correlation(const Correlation& correlation, const CorrelationBounds& bounds) noexcept {
  if (correlation.pairs < std::max(bounds.least_pairs, std::size_t{4})) return false;
  const double size = std::abs(correlation.coefficient);
  if (size < bounds.least) return false;
  return std::atanh(size) * std::sqrt(static_cast<double>(correlation.pairs - 3)) >= bounds.least_deviations;
}

std::vector<CorrelatedSeries> strongest_correlations(std::span<const std::vector<double>> series,
                                                     const CorrelationBounds& bounds) {
  std::vector<CorrelatedSeries> found;
  for (std::size_t first = 0; first < series.size(); ++first) {
    for (std::size_t second = first + 1; second < series.size(); ++second) {
      const auto correlation = correlate(series[first], series[second]);
      if (correlation && is_correlation(*correlation, bounds))
        found.push_back({first, second, correlation->coefficient});
    }
  }
  std::ranges::sort(found, {}, [](const CorrelatedSeries& pair) {
    return std::tuple(-std::abs(pair.coefficient), pair.first, pair.second);
  });
  if (found.size() > bounds.most_reported) found.resize(bounds.most_reported);
  return found;
}

}  // namespace vigil::monitoring
