#pragma once

#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "monitoring/store/labels.h"

namespace vigil::monitoring::promql {

/// A series as tests of Prometheus describe it: `up{job="a"} 0+1x10 _ stale NaN`.
struct SeriesDescription {
  Labels labels;
  std::vector<std::optional<double>> values;  ///< one a step; none where it is omitted
  bool has_histograms = false;                ///< native ones, which are not in `values`
};

/// what() says in which column something else was expected.
class SeriesDescriptionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws SeriesDescriptionError.
[[nodiscard]] SeriesDescription parse_series(std::string_view text);

}  // namespace vigil::monitoring::promql
