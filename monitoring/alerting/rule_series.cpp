#include "monitoring/alerting/rule_series.h"

#include <algorithm>
#include <string_view>

#include "monitoring/delivery/alert.h"

namespace vigil::monitoring {

namespace {

constexpr std::string_view kAlerts = "ALERTS";
constexpr std::string_view kAlertsForState = "ALERTS_FOR_STATE";

bool fits(std::span<const LabelMatcher> matchers, std::string_view label, std::string_view value) {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) {
    return matcher.name() != label || matcher.matches(value);
  });
}

}  // namespace

bool may_give(const RuleDefinition& rule, std::span<const LabelMatcher> matchers) {
  if (rule.kind == RuleKind::Recording) return fits(matchers, kMetricNameLabel, rule.name);
  const bool fits_name =
      fits(matchers, kMetricNameLabel, kAlerts) || fits(matchers, kMetricNameLabel, kAlertsForState);
  return fits_name && fits(matchers, kAlertNameLabel, rule.name);
}

RuleSeries::RuleSeries(const std::vector<RuleGroupDefinition>& groups) {
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      (rule.kind == RuleKind::Recording ? recorded_ : alerts_).insert(rule.name);
      rules_.push_back(rule);
    }
  }
}

bool RuleSeries::has(const Labels& labels) const {
  const std::string_view name = labels.value(kMetricNameLabel);
  const bool is_alert = name == kAlerts || name == kAlertsForState;
  return recorded_.contains(name) || (is_alert && alerts_.contains(labels.value(kAlertNameLabel)));
}

bool RuleSeries::may_match(std::span<const LabelMatcher> matchers) const {
  return std::ranges::any_of(rules_, [&](const RuleDefinition& rule) { return may_give(rule, matchers); });
}

}  // namespace vigil::monitoring
