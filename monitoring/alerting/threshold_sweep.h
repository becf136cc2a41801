#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/alerting/backtest.h"
#include "monitoring/alerting/rule_file.h"

namespace vigil::monitoring {

/// One rule, and the numbers it is to be compared with in turn: first, first + step and so on up to last.
struct ThresholdSweep {
  static constexpr std::size_t kMostSteps = 10'000;

  std::string rule = {};
  double first = 0;
  double step = 0;
  std::size_t count = 0;  ///< at most kMostSteps

  [[nodiscard]] double threshold(std::size_t index) const;
};

/// "RULE=FIRST..LAST:STEP". Throws std::invalid_argument "must be ..., was ...".
[[nodiscard]] ThresholdSweep parse_sweep(std::string_view text);

/// The number that the rule of the sweep is compared with in the files. Throws std::invalid_argument with
/// what is wrong when there is no such alerting rule, several, or one that compares otherwise.
[[nodiscard]] double swept_threshold(const std::vector<RuleGroupDefinition>& groups, const std::string& rule);

/// The rule with another number in the place of swept_threshold(), and the rules whose series it looks at,
/// directly or not: it fires among them as it does among all.
[[nodiscard]] std::vector<RuleGroupDefinition> rules_with_threshold(
    const std::vector<RuleGroupDefinition>& groups, const std::string& rule, double threshold);

/// How often and how long an alert fired.
struct FiringSummary {
  std::size_t firings = 0;
  SampleTime total = 0;  ///< of all series of the alert together
  SampleTime longest = 0;
};
[[nodiscard]] FiringSummary summary_of(const BacktestReport& report, std::string_view alert);

}  // namespace vigil::monitoring
