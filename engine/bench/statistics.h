#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace vigil::engine::bench {

/// What a series of measurements says, in the unit of the measurements.
struct Summary {
  std::size_t samples = 0;
  double mean = 0;
  double median = 0;
  double p25 = 0;
  double p75 = 0;
  double p95 = 0;
  double p99 = 0;
  double least = 0;
  double most = 0;
};

/// The smallest value that at least `share` (0 to 1) of the values do not exceed: always one of them.
/// `sorted` ascending and not empty.
[[nodiscard]] double quantile(std::span<const double> sorted, double share);

/// All zero for no values.
[[nodiscard]] Summary summarize(std::vector<double> values);

/// The order in which `cases` cases take turns in round `round`: forward in even rounds, backward in odd
/// ones, so that neither a drift of the machine nor what a case leaves in its caches favours one side.
[[nodiscard]] std::vector<std::size_t> turns(std::size_t cases, std::size_t round);

/// values[i] / others[i] where both were measured in the same round; the quotient of the medians when the
/// lengths differ (a round of latencies has many samples). Empty when either is empty or a divisor is 0.
[[nodiscard]] std::vector<double> quotients(std::span<const double> values, std::span<const double> others);

}  // namespace vigil::engine::bench
