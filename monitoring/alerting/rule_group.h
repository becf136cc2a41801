#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitoring/alerting/alerting_rule.h"
#include "monitoring/alerting/rule_file.h"

namespace vigil::monitoring {

/// Takes the series that rules give. One thread.
class RuleSeriesSink {
 public:
  virtual ~RuleSeriesSink() = default;
  /// The whole result of one evaluation of one rule: series that the one before had and this has not have
  /// ended.
  virtual void write(SampleTime now, const std::vector<std::pair<Labels, double>>& series) = 0;
};
/// Makes the sink of one more rule.
using RuleSinkMaker = std::function<std::unique_ptr<RuleSeriesSink>()>;

enum class RuleHealth : std::uint8_t { Unknown, Good, Bad };
/// As Prometheus writes it: unknown, ok, err.
[[nodiscard]] std::string_view to_string(RuleHealth health) noexcept;

/// A rule and how its last evaluation went.
struct RuleStatus {
  RuleHealth health = RuleHealth::Unknown;
  std::string last_error;
  SampleTime last_evaluation = 0;  ///< 0: never
  std::chrono::nanoseconds duration{0};
};

/// Whether a rule is judged at every change of the gauges it reads, too.
struct WatchStatus {
  bool is_watched = false;
  std::size_t alerts = 0;  ///< that can come of it, as of the series there are
  std::string obstacle;    ///< why it is not
};

/// What is told about the alerts of a group after an evaluation.
struct GroupOutcome {
  struct Change {
    const RuleDefinition* rule;  ///< as long as the group
    AlertChange change;
  };
  std::vector<Change> changes;
  std::vector<std::pair<const RuleDefinition*, std::string>> errors;
};

/// Rules that are evaluated one after the other, at one time. One thread.
class RuleGroup {
 public:
  /// `interval`: the group's or the default one.
  RuleGroup(RuleGroupDefinition definition, SampleTime interval, const RuleSinkMaker& make_sink);

  struct Rule {
    RuleDefinition definition;
    std::unique_ptr<AlertingRule> alerting;  ///< nullptr: a recording rule
    std::unique_ptr<RuleSeriesSink> sink;
    RuleStatus status;
    WatchStatus watch;
  };

  [[nodiscard]] const RuleGroupDefinition& definition() const noexcept { return definition_; }
  [[nodiscard]] SampleTime interval() const noexcept { return interval_; }
  [[nodiscard]] const std::vector<Rule>& rules() const noexcept { return rules_; }
  [[nodiscard]] std::vector<Rule>& rules() noexcept { return rules_; }
  [[nodiscard]] SampleTime last_evaluation() const noexcept { return last_evaluation_; }
  [[nodiscard]] std::chrono::nanoseconds duration() const noexcept { return duration_; }

  /// Is there an evaluation to be made at `now`? At multiples of the interval since 1970, once each.
  [[nodiscard]] bool is_due(SampleTime now) const noexcept;
  /// `clock`: a monotonic one, for durations.
  GroupOutcome evaluate(const RuleContext& context, SampleTime now,
                        const std::function<std::chrono::nanoseconds()>& clock);

  /// An alert of rule number `rule` fires between two evaluations; see AlertingRule::fire.
  GroupOutcome fire(std::size_t rule, const RuleContext& context, const promql::VectorElement& element,
                    SampleTime now);

  /// Takes over the alerts of rules of the same name and labels, and ends the series of the others. `before`
  /// is left without alerts.
  void take_over(RuleGroup& before, SampleTime now);
  /// All series end.
  void end_series(SampleTime now);

 private:
  RuleGroupDefinition definition_;
  SampleTime interval_;
  std::vector<Rule> rules_;
  SampleTime last_evaluation_ = 0;
  std::chrono::nanoseconds duration_{0};
};

}  // namespace vigil::monitoring
