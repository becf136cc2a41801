#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace vigil::monitoring {

/// What each value adds to the one before; NaN where either is missing (NaN). One fewer than there are
/// values.
[[nodiscard]] std::vector<double> differences(std::span<const double> values);

struct Correlation {
  double coefficient;  ///< Pearson's, -1 to 1
  std::size_t pairs;   ///< it is of so many
};

/// Pearson's coefficient of two series of equal length, over the places where both are finite. None with
/// fewer than two such places, or where one of the series does not change over them.
[[nodiscard]] std::optional<Correlation> correlate(std::span<const double> a, std::span<const double> b);

/// What counts as a correlation.
struct CorrelationBounds {
  double least = 0.6;             ///< size of the coefficient
  double least_deviations = 4.5;  ///< see is_correlation
  std::size_t least_pairs = 30;
  std::size_t most_reported = 10;  ///< of pairs of series
};

/// Whether a coefficient is large, and larger than chance makes it: Fisher's transform atanh(r), whose
/// standard deviation for independent series is 1 / sqrt(pairs - 3), is at least that many of its deviations
/// from 0. 4.5 is one of 150,000 pairs of independent series.
[[nodiscard]] bool is_correlation(const Correlation& correlation, const CorrelationBounds& bounds) noexcept;

struct CorrelatedSeries {
  std::size_t first;  ///< place of the series, less than `second`
  std::size_t second;
  double coefficient;
};

/// The pairs of series that are correlated, the strongest first, equals by their places; no more than
/// bounds.most_reported. All series are equally long.
[[nodiscard]] std::vector<CorrelatedSeries> strongest_correlations(
    std::span<const std::vector<double>> series, const CorrelationBounds& bounds);

}  // namespace vigil::monitoring
