#include "monitoring/alerting/threshold_sweep.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <utility>

#include "monitoring/alerting/comparison.h"
#include "monitoring/alerting/rule_series.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/printer.h"

namespace vigil::monitoring {

namespace {

/// A last step that misses the end by rounding alone is one.
constexpr double kRounding = 1e-9;

[[noreturn]] void refuse(const std::string& must, std::string_view was) {
  throw std::invalid_argument("must " + must + ", was \"" + std::string{was} + "\"");
}

double read_number(std::string_view text, std::string_view whole) {
  const std::optional<double> number = promql::parse_number(text);
  if (!number || !std::isfinite(*number)) refuse("have finite numbers as in RULE=10..100:10", whole);
  return *number;
}

const RuleDefinition& swept_rule(const std::vector<RuleGroupDefinition>& groups, const std::string& name) {
  const RuleDefinition* found = nullptr;
  std::string places;
  std::size_t count = 0;
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (rule.kind != RuleKind::Alerting || rule.name != name) continue;
      found = &rule;
      places += (count++ == 0 ? "" : ", ") + group.file + ":" + std::to_string(rule.line);
    }
  }
  if (found == nullptr) throw std::invalid_argument(name + ": must be an alert of the rule files, is none");
  if (count > 1) {
    throw std::invalid_argument(name + ": must be one alert of the rule files, there are " +
                                std::to_string(count) + ": " + places);
  }
  return *found;
}

}  // namespace

double ThresholdSweep::threshold(std::size_t index) const {
  // Twelve digits: 0.3 instead of 0.30000000000000004.
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", first + static_cast<double>(index) * step);
  return promql::parse_number(text).value();
}

ThresholdSweep parse_sweep(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  const std::string_view range = equals == std::string_view::npos ? "" : text.substr(equals + 1);
  const std::size_t dots = range.find("..");
  const std::size_t colon = range.rfind(':');
  if (equals == std::string_view::npos || equals == 0 || dots == std::string_view::npos ||
      colon == std::string_view::npos || colon < dots + 2) {
    refuse("be RULE=FIRST..LAST:STEP such as HighLatency=10..100:10", text);
  }
  ThresholdSweep sweep{.rule = std::string{text.substr(0, equals)},
                       .first = read_number(range.substr(0, dots), text),
                       .step = read_number(range.substr(colon + 1), text)};
  const double last = read_number(range.substr(dots + 2, colon - dots - 2), text);
  if (last < sweep.first) refuse("have a last threshold that is not below the first", text);
  if (sweep.step <= 0) refuse("have a positive step", text);
  const double steps = std::floor((last - sweep.first) / sweep.step + kRounding) + 1;
  if (!(steps <= static_cast<double>(ThresholdSweep::kMostSteps))) {
    refuse("have at most " + std::to_string(ThresholdSweep::kMostSteps) + " steps", text);
  }
  sweep.count = static_cast<std::size_t>(steps);
  return sweep;
}

double swept_threshold(const std::vector<RuleGroupDefinition>& groups, const std::string& rule) {
  const RuleDefinition& definition = swept_rule(groups, rule);
  const promql::Binary* const comparison = comparison_of(*definition.expression);
  const auto threshold = comparison == nullptr ? std::nullopt : threshold_of(*comparison);
  if (!threshold) {
    throw std::invalid_argument(rule +
                                ": the expression must be one comparison of series with a number, was \"" +
                                promql::to_string(*definition.expression) + "\"");
  }
  return *threshold;
}

std::vector<RuleGroupDefinition> rules_with_threshold(const std::vector<RuleGroupDefinition>& groups,
                                                      const std::string& rule, double threshold) {
  const RuleDefinition& swept = swept_rule(groups, rule);
  // From the rule on to all whose series a rule that is needed may look at.
  std::vector<const RuleDefinition*> needed{&swept};
  for (std::size_t at = 0; at < needed.size(); ++at) {
    for (const promql::VectorSelector* const selector : promql::selectors(*needed[at]->expression)) {
      for (const RuleGroupDefinition& group : groups) {
        for (const RuleDefinition& other : group.rules) {
          if (!may_give(other, selector->matchers)) continue;
          if (std::ranges::find(needed, &other) == needed.end()) needed.push_back(&other);
        }
      }
    }
  }
  std::vector<RuleGroupDefinition> out;
  for (const RuleGroupDefinition& group : groups) {
    RuleGroupDefinition kept = group;
    kept.rules.clear();
    for (const RuleDefinition& each : group.rules) {
      if (std::ranges::find(needed, &each) == needed.end()) continue;
      RuleDefinition& added = kept.rules.emplace_back(each);
      if (&each != &swept) continue;
      const promql::Binary* const comparison = comparison_of(*each.expression);
      assert(comparison != nullptr);  // swept_threshold() was asked
      added.expression = with_threshold(*comparison, threshold);
      added.expression_text = promql::to_string(*added.expression);
    }
    if (!kept.rules.empty()) out.push_back(std::move(kept));
  }
  return out;
}

FiringSummary summary_of(const BacktestReport& report, std::string_view alert) {
  FiringSummary summary;
  for (const BacktestFiring& firing : report.firings) {
    if (report.rules[firing.rule].place.name != alert) continue;
    const SampleTime time = firing_time(firing, report);
    ++summary.firings;
    summary.total += time;
    summary.longest = std::max(summary.longest, time);
  }
  return summary;
}

}  // namespace vigil::monitoring
