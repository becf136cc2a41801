#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/alerting/rule_group.h"
#include "monitoring/delivery/alert.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

struct RuleManagerOptions {
  SampleTime evaluation_interval = 10'000;  ///< of groups that name none
  SampleTime resend_delay = 60'000;         ///< between two messages about an alert that goes on firing
  std::string external_url = {};            ///< before the path in links to a rule
};

/// A group and its rules as they are at one moment.
struct RuleView {
  RuleDefinition definition;
  RuleStatus status;
  WatchStatus watch;
  std::vector<ActiveAlert> alerts;  ///< of an alerting rule; resolved ones are left out
};
struct RuleGroupView {
  RuleGroupDefinition definition;  ///< its rules are in `rules`
  SampleTime interval = 0;
  SampleTime last_evaluation = 0;
  std::chrono::nanoseconds duration{0};
  std::vector<RuleView> rules;
};

/// All groups of rules: evaluates them when they are due, hands over what is to be told, and exchanges them
/// for others without losing alerts. One thread loads and evaluates (the monitor thread), any thread looks.
class RuleManager {
 public:
  /// Told of after each evaluation, by the evaluating thread.
  struct Listeners {
    std::function<void(const RuleGroup&, GroupOutcome)> evaluated;
    std::function<void(std::vector<Alert>)> send;
  };

  /// `clock`: a monotonic one, for durations. Metrics go to `registry`, which outlives the manager, as
  /// everything the functions refer to.
  RuleManager(RuleManagerOptions options, RuleContext context, RuleSinkMaker make_sink,
              std::function<std::chrono::nanoseconds()> clock, Listeners listeners, Registry& registry);

  /// Exchanges all groups. Alerts of rules that are still there (the same group, name and labels) go on.
  void load(std::vector<RuleGroupDefinition> groups, SampleTime now);
  /// Takes over what fired before a restart, and what was pending for long, from ALERTS and ALERTS_FOR_STATE
  /// of the last hour. After load(), before the first evaluation. May throw what the source throws.
  void restore(const SampleSource& source, SampleTime now);
  /// Evaluates the groups that are due at `now`, which never goes back.
  void evaluate(SampleTime now);

  /// Which rule, as view() numbers them.
  struct RulePlace {
    std::size_t group = 0;
    std::size_t rule = 0;
  };
  /// Where a rule is that was at `place` in an earlier view().
  [[nodiscard]] std::optional<RulePlace> find(RulePlace place, const RuleDefinition& rule) const;
  /// What a watch found between two evaluations: an alert fires and is told at once. The evaluating thread.
  void fire(RulePlace place, const promql::VectorElement& element, SampleTime now);
  /// For who looks. The evaluating thread.
  void set_watch_status(RulePlace place, WatchStatus status);

  [[nodiscard]] std::vector<RuleGroupView> view() const;
  [[nodiscard]] const RuleManagerOptions& options() const noexcept { return options_; }

 private:
  static constexpr std::array<std::string_view, 5> kSeverities{"critical", "high", "warning", "info",
                                                               "other"};

  void count(const RuleGroup& group, const GroupOutcome& outcome);
  void count_fired(const GroupOutcome::Change& change);
  void publish_active();
  [[nodiscard]] bool is_inhibited(const RuleDefinition& rule) const;
  void send(RuleGroup& group, SampleTime now);

  RuleManagerOptions options_;
  RuleContext context_;
  RuleSinkMaker make_sink_;
  std::function<std::chrono::nanoseconds()> clock_;
  Listeners listeners_;
  Registry& registry_;
  std::array<Gauge, kSeverities.size()> active_;
  Counter succeeded_, failed_;
  Histogram cycle_duration_;

  mutable std::mutex lock_;  ///< of what is below, for who looks
  std::vector<std::unique_ptr<RuleGroup>> groups_;
};

/// One of critical, high, warning, info; "other" for everything else.
[[nodiscard]] std::string_view severity_of(const Labels& labels) noexcept;
/// Where a browser shows the expression: the external URL and /graph?g0.expr=...
[[nodiscard]] std::string generator_url(const std::string& external_url, const std::string& expression);

}  // namespace vigil::monitoring
