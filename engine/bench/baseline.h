#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bench/runner.h"

namespace vigil::engine::bench {

/// A ratio may fall to this share of the baseline's before it counts as worse. Ratios of one run do not see a
/// slower machine; what is left is the noise of a short run and of another cache.
inline constexpr double kTolerance = 0.75;

/// The medians of the ratios of an earlier run's JSON report. `name` stands for the file in messages. Throws
/// ConfigError saying what is wrong with the text.
[[nodiscard]] std::map<std::string, double> read_baseline(std::string_view text, const std::string& name);

/// One sentence for each ratio that fell below the tolerance. What either run did not measure is not
/// compared.
[[nodiscard]] std::vector<std::string> regressions(const std::map<std::string, double>& baseline,
                                                   const Results& results);

}  // namespace vigil::engine::bench
