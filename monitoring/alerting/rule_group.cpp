#include "monitoring/alerting/rule_group.h"

#include <algorithm>

#include "monitoring/alerting/recording_rule.h"
#include "monitoring/store/history_error.h"

namespace vigil::monitoring {

std::string_view to_string(RuleHealth health) noexcept {
  switch (health) {
    case RuleHealth::Unknown:
      return "unknown";
    case RuleHealth::Good:
      return "ok";
    case RuleHealth::Bad:
      return "err";
  }
  return "unknown";
}

RuleGroup::RuleGroup(RuleGroupDefinition definition, SampleTime interval, const RuleSinkMaker& make_sink)
    : definition_(std::move(definition)), interval_(interval) {
  for (const RuleDefinition& rule : definition_.rules) {
    Rule& added = rules_.emplace_back();
    added.definition = rule;
    if (rule.kind == RuleKind::Alerting) added.alerting = std::make_unique<AlertingRule>(rule);
    added.sink = make_sink();
  }
}

bool RuleGroup::is_due(SampleTime now) const noexcept {
  return last_evaluation_ == 0 || now / interval_ > last_evaluation_ / interval_;
}

GroupOutcome RuleGroup::evaluate(const RuleContext& context, SampleTime now,
                                 const std::function<std::chrono::nanoseconds()>& clock) {
  GroupOutcome outcome;
  const std::chrono::nanoseconds begin = clock();
  last_evaluation_ = now;
  for (Rule& rule : rules_) {
    const std::chrono::nanoseconds rule_begin = clock();
    rule.status.last_evaluation = now;
    rule.status.health = RuleHealth::Good;
    rule.status.last_error.clear();
    try {
      if (rule.alerting != nullptr) {
        for (AlertChange& change : rule.alerting->evaluate(context, now, definition_.limit)) {
          outcome.changes.push_back({.rule = &rule.definition, .change = std::move(change)});
        }
        rule.sink->write(now, rule.alerting->series());
      } else {
        rule.sink->write(now, record(rule.definition, context, now, definition_.limit));
      }
    } catch (const std::runtime_error& error) {
      // An expression that does not fit its data, or history that cannot be read.
      rule.status.health = RuleHealth::Bad;
      rule.status.last_error = error.what();
      outcome.errors.emplace_back(&rule.definition, error.what());
    }
    rule.status.duration = clock() - rule_begin;
  }
  duration_ = clock() - begin;
  return outcome;
}

GroupOutcome RuleGroup::fire(std::size_t rule, const RuleContext& context,
                             const promql::VectorElement& element, SampleTime now) {
  GroupOutcome outcome;
  Rule& fired = rules_[rule];
  for (AlertChange& change : fired.alerting->fire(context, element, now)) {
    outcome.changes.push_back({.rule = &fired.definition, .change = std::move(change)});
  }
  if (!outcome.changes.empty()) fired.sink->write(now, fired.alerting->series());
  return outcome;
}

void RuleGroup::take_over(RuleGroup& before, SampleTime now) {
  last_evaluation_ = before.last_evaluation_;
  std::vector<bool> is_taken(before.rules_.size());
  for (Rule& rule : rules_) {
    for (std::size_t i = 0; i < before.rules_.size(); ++i) {
      Rule& old = before.rules_[i];
      const bool is_same = !is_taken[i] && old.definition.kind == rule.definition.kind &&
                           old.definition.name == rule.definition.name &&
                           old.definition.labels == rule.definition.labels;
      if (!is_same) continue;
      is_taken[i] = true;
      if (rule.alerting != nullptr) rule.alerting->restore(old.alerting->alerts());
      rule.sink = std::move(old.sink);
      rule.status = old.status;
      rule.watch = old.watch;
      break;
    }
  }
  before.end_series(now);
}

void RuleGroup::end_series(SampleTime now) {
  for (Rule& rule : rules_) {
    if (rule.sink != nullptr) rule.sink->write(now, {});
  }
}

}  // namespace vigil::monitoring
