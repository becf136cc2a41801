// Any text is refused as a sweep, or is one of few enough finite thresholds, the first where it says and none
// below the one before; the rules that the sweep is of are what they were, but for the threshold.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "monitoring/alerting/threshold_sweep.h"

using namespace vigil::monitoring;

namespace {

constexpr std::string_view kRules = R"rules(groups:
- name: first
  rules:
  - {record: "x:sum", expr: sum(x)}
  - {alert: A, expr: "(x:sum) > (10)"}
  - {alert: B, expr: "-2.5 <= x"}
  - {alert: C, expr: x > y}
  - {alert: D, expr: 'ALERTS{alertname="A"} < 3'}
)rules";

void check_rules(const std::vector<RuleGroupDefinition>& rules, const ThresholdSweep& sweep) {
  try {
    (void)swept_threshold(rules, sweep.rule);
  } catch (const std::invalid_argument&) {
    return;
  }
  const double wanted = sweep.threshold(sweep.count - 1);
  const auto changed = rules_with_threshold(rules, sweep.rule, wanted);
  if (swept_threshold(changed, sweep.rule) != wanted) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<RuleGroupDefinition> rules = read_rule_file(kRules, "rules.yml");
  ThresholdSweep sweep;
  try {
    sweep = parse_sweep({reinterpret_cast<const char*>(data), size});
  } catch (const std::invalid_argument&) {
    return 0;
  }
  if (sweep.rule.empty() || sweep.count == 0 || sweep.count > ThresholdSweep::kMostSteps) std::abort();
  double before = sweep.threshold(0);
  if (std::fabs(before - sweep.first) > 1e-11 * std::fabs(sweep.first)) std::abort();
  for (std::size_t at = 0; at < sweep.count; ++at) {
    const double threshold = sweep.threshold(at);
    if (!std::isfinite(threshold) || threshold < before) std::abort();
    before = threshold;
  }
  check_rules(rules, sweep);
  return 0;
}
