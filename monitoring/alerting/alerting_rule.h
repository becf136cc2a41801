#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "monitoring/alerting/active_alert.h"
#include "monitoring/alerting/rule_conditions.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/delivery/alert.h"
#include "monitoring/promql/value.h"

namespace vigil::monitoring {

/// What a rule asks of the world. The functions throw promql::EvaluationError.
struct RuleContext {
  /// The instant vector of an expression; a scalar as one element without labels.
  std::function<promql::VectorValue(const promql::Expression&, SampleTime)> query;
  /// A template's text for an alert: `labels` and `value` are those of the series that fires. Does not throw:
  /// what is wrong stands in the text.
  std::function<std::string(const std::string& alert, const std::string& text, const Labels& labels,
                            double value, SampleTime now)>
      expand;
};

/// An alerting rule with its alerts, as Prometheus 2.42 has it, and the conditions that Vigil adds (see
/// RuleOptions). One thread.
class AlertingRule {
 public:
  /// Resolved alerts are kept this long, so that their resolution is delivered.
  static constexpr SampleTime kResolvedRetention = 900'000;

  explicit AlertingRule(RuleDefinition definition);

  [[nodiscard]] const RuleDefinition& definition() const noexcept { return definition_; }
  /// By labels; resolved ones too.
  [[nodiscard]] std::vector<ActiveAlert> alerts() const;
  [[nodiscard]] bool is_firing() const noexcept;

  /// Judges the condition at `now`, which never goes back. Returns the changes of state. Throws
  /// promql::EvaluationError, and then everything is as it was, but for a limit that is exceeded: then there
  /// are no alerts.
  std::vector<AlertChange> evaluate(const RuleContext& context, SampleTime now, std::uint64_t limit);

  /// A condition of a rule without `for` was seen to hold between two evaluations: its alert fires now, if it
  /// does not already. The next evaluation says how it goes on.
  std::vector<AlertChange> fire(const RuleContext& context, const promql::VectorElement& element,
                                SampleTime now);

  /// ALERTS and ALERTS_FOR_STATE as of the last evaluation.
  [[nodiscard]] std::vector<std::pair<Labels, double>> series() const;

  /// What has to be told at `now`: alerts that fire or were resolved and were not told of for `resend_delay`,
  /// or changed since. They count as told from now on, until four times the longer of delay and `interval`.
  [[nodiscard]] std::vector<Alert> take_to_send(SampleTime now, SampleTime resend_delay, SampleTime interval,
                                                const std::string& generator_url);

  /// Takes over alerts of before: of the same rule when files are read again, or of before a restart.
  void restore(std::vector<ActiveAlert> alerts);

 private:
  using Alerts = std::unordered_map<Labels, ActiveAlert>;

  [[nodiscard]] Alerts found(const RuleContext& context, const promql::VectorValue& result,
                             SampleTime now) const;
  [[nodiscard]] Labels labels_of(const RuleContext& context, const promql::VectorElement& element,
                                 SampleTime now) const;
  [[nodiscard]] bool has_enough_samples(const RuleContext& context, SampleTime now) const;
  void add_held(const RuleContext& context, SampleTime now, Alerts& fresh) const;
  void add_without_data(const RuleContext& context, SampleTime now, Alerts& fresh);
  void set_state(ActiveAlert& alert, AlertPhase state, std::vector<AlertChange>& changes);

  RuleDefinition definition_;
  RuleConditions conditions_;
  Alerts alerts_;
};

}  // namespace vigil::monitoring
