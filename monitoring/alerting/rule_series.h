#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "monitoring/alerting/rule_file.h"
#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// May a selector find a series that the rule gives? Judged by names alone: those of recording rules, and
/// ALERTS and ALERTS_FOR_STATE with the alert's name.
[[nodiscard]] bool may_give(const RuleDefinition& rule, std::span<const LabelMatcher> matchers);

/// The series that the rules of some files give.
class RuleSeries {
 public:
  explicit RuleSeries(const std::vector<RuleGroupDefinition>& groups);

  /// Is it one of them?
  [[nodiscard]] bool has(const Labels& labels) const;
  /// May a selector find one of them?
  [[nodiscard]] bool may_match(std::span<const LabelMatcher> matchers) const;

 private:
  std::vector<RuleDefinition> rules_;
  std::set<std::string, std::less<>> recorded_, alerts_;  ///< names
};

}  // namespace vigil::monitoring
