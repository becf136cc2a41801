#pragma once

#include <string>
#include <vector>

#include "monitoring/promql/range_ends.h"

namespace vigil::monitoring {

/// How a file of unit tests for rules went, in the format of `promtool test rules` of Prometheus 2.42.
struct RuleTestResult {
  /// One text for each thing that was not as expected, or that is wrong with the file; lines may follow.
  /// Empty: all was as expected.
  std::vector<std::string> failures;
};

/// Reads the test file and the rule files it names (relative to its folder, with * and ?), and runs its
/// tests. Does not throw for what is in files.
[[nodiscard]] RuleTestResult run_rule_tests(const std::string& path, promql::RangeEnds ranges);

/// Files of a pattern with *, ? and [...]; itself if it has none of these; empty if nothing matches.
[[nodiscard]] std::vector<std::string> files_of(const std::string& pattern);

}  // namespace vigil::monitoring
