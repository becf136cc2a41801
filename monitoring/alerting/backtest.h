#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitoring/alerting/rule_context.h"
#include "monitoring/alerting/rule_file.h"
#include "monitoring/alerting/rule_group.h"
#include "monitoring/promql/query.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// Rules judged over a recording, in its time, by the same code that judges them while it is made.

struct BacktestOptions {
  SampleTime evaluation_interval = 10'000;  ///< of groups that name none
  promql::EngineOptions engine = {};
  RuleEnvironment environment = {};
  /// Told of after each evaluation of a group, as RuleManager::Listeners is.
  std::function<void(const RuleGroup&, const GroupOutcome&)> evaluated = {};
};

/// Where a rule stands.
struct RulePlace {
  RuleKind kind = RuleKind::Alerting;
  std::string name = {};
  std::string group = {};
  std::string file = {};
  int line = 0;
};

/// An alert that fired. Times in milliseconds since 1970.
struct BacktestFiring {
  std::size_t rule = 0;  ///< in BacktestReport::rules
  Labels labels = {};    ///< with alertname and the rule's own
  SampleTime pending_since = 0;
  SampleTime fired_at = 0;
  std::optional<SampleTime> resolved_at = {};  ///< none: it fires at the end
  double value = 0;                            ///< when it fired
  double peak = 0;  ///< since it was pending: the extreme_of() the rule's expression
};

struct BacktestRule {
  RulePlace place = {};
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;
  std::string last_error = {};
  /// Selectors of the expression that never had a sample to look at.
  std::vector<std::string> without_data = {};
  bool has_data = false;  ///< some selector had samples, or there is none
};

struct BacktestReport {
  std::vector<BacktestFiring> firings;  ///< by the time they fired
  std::vector<BacktestRule> rules;      ///< in the order of the files
  std::uint64_t evaluations = 0;        ///< of rules
  SampleTime first = 0;                 ///< evaluation, and the last one
  SampleTime last = 0;
};

/// Judges the groups at those of `times` (ascending) at which they are due. What the rules gave when it was
/// recorded (series of their recording rules' names, ALERTS and ALERTS_FOR_STATE of their alerts) is left out
/// of `recorded`; what they give now is in its place. Throws what the source throws outside of rules; what
/// goes wrong within one is in the report.
[[nodiscard]] BacktestReport backtest(const SampleSource& recorded, std::span<const SampleTime> times,
                                      const std::vector<RuleGroupDefinition>& groups,
                                      const BacktestOptions& options);

/// How long it fired, of what was seen: until the report's last evaluation if it goes on.
[[nodiscard]] SampleTime firing_time(const BacktestFiring& firing, const BacktestReport& report) noexcept;

}  // namespace vigil::monitoring
