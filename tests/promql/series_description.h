// The language in which scripts describe series: `up{job="a"} 0+1x10 _ stale NaN`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/labels.h"

namespace vigil::promql_test {

struct SeriesDescription {
  monitoring::Labels labels;
  std::vector<std::optional<double>> values;  ///< one a step; none where it is omitted
  bool has_histograms = false;                ///< native ones, which are not in `values`
};

/// What is wrong with a line of a script.
struct ScriptFault {
  std::string message;
};

/// Throws ScriptFault.
[[nodiscard]] SeriesDescription parse_series(std::string_view text);

}  // namespace vigil::promql_test
