#include "monitoring/alerting/backtest.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "monitoring/alerting/backtest_source.h"
#include "monitoring/alerting/comparison.h"
#include "monitoring/alerting/history_sink.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/alerting/rule_series.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/printer.h"
#include "monitoring/store/history.h"

namespace vigil::monitoring {

namespace {

constexpr SampleTime kEver = std::numeric_limits<SampleTime>::min();

/// What rules give is kept for the whole back-test, in memory, by the history that keeps it in an engine.
HistoryConfig produced_config() {
  HistoryConfig config;
  config.max_series = std::numeric_limits<std::size_t>::max();
  config.raw_retention = std::chrono::hours{24 * 366 * 100};
  config.max_memory_bytes = std::numeric_limits<std::uint64_t>::max();
  return config;
}

/// Follows the alerts from one evaluation to the next.
class Firings {
 public:
  explicit Firings(BacktestReport& report) : report_(report) {}

  void take(const RuleGroup& group, const GroupOutcome& outcome, SampleTime now) {
    if (rules_.empty()) report_.first = now;
    report_.last = now;
    for (const RuleGroup::Rule& rule : group.rules()) {
      BacktestRule& counted = report_.rules[number_of(group, rule.definition)];
      ++counted.evaluations;
      ++report_.evaluations;
    }
    for (const auto& [rule, error] : outcome.errors) {
      BacktestRule& failed = report_.rules[number_of(group, *rule)];
      ++failed.failures;
      failed.last_error = error;
    }
    for (const auto& [rule, change] : outcome.changes)
      take(open_[number_of(group, *rule)], change, *rule, group);
    for (const RuleGroup::Rule& rule : group.rules()) {
      if (rule.alerting == nullptr) continue;
      const auto known = open_.find(number_of(group, rule.definition));
      if (known != open_.end() && !known->second.empty()) look(rule, known->second, now);
    }
  }
  void finish() {
    for (auto& [rule, alerts] : open_) {
      for (auto& [labels, firing] : alerts) close(std::move(firing), std::nullopt);
    }
    std::ranges::sort(report_.firings, {}, [&](const BacktestFiring& firing) {
      return std::tuple(firing.fired_at, firing.rule, firing.labels);
    });
  }

 private:
  using Alerts = std::map<Labels, BacktestFiring>;

  /// A rule's place in the report: all groups are due at first, in the order of the files.
  std::size_t number_of(const RuleGroup& group, const RuleDefinition& rule) {
    const auto [known, is_new] = rules_.try_emplace(&rule, report_.rules.size());
    if (is_new) {
      report_.rules.push_back({.place = {.kind = rule.kind,
                                         .name = rule.name,
                                         .group = group.definition().name,
                                         .file = group.definition().file,
                                         .line = rule.line}});
    }
    return known->second;
  }

  void take(Alerts& alerts, const AlertChange& change, const RuleDefinition& rule, const RuleGroup& group) {
    const ActiveAlert& alert = change.alert;
    switch (alert.state) {
      case AlertPhase::Pending:
        alerts[alert.labels] = {.rule = number_of(group, rule),
                                .labels = alert.labels,
                                .pending_since = alert.active_at,
                                .peak = alert.value};
        return;
      case AlertPhase::Firing:
        alerts[alert.labels].fired_at = alert.fired_at;
        alerts[alert.labels].value = alert.value;
        return;
      case AlertPhase::Inactive:
        close(std::move(alerts[alert.labels]), alert.resolved_at);
        alerts.erase(alert.labels);
        return;
    }
  }
  /// At the values of the alerts that are active. One that is not there any more without a change was thrown
  /// away with all others of a rule that exceeded its limit.
  void look(const RuleGroup::Rule& rule, Alerts& alerts, SampleTime now) {
    const Extreme extreme = extreme_of(*rule.definition.expression);
    std::set<Labels> active;
    for (const ActiveAlert& alert : rule.alerting->alerts()) {
      const auto known = alerts.find(alert.labels);
      if (alert.state == AlertPhase::Inactive || known == alerts.end()) continue;
      active.insert(alert.labels);
      double& peak = known->second.peak;
      const bool is_beyond = extreme == Extreme::Smallest ? alert.value < peak : alert.value > peak;
      if (is_beyond || std::isnan(peak)) peak = alert.value;
    }
    for (auto at = alerts.begin(); at != alerts.end();) {
      if (active.contains(at->first)) {
        ++at;
        continue;
      }
      close(std::move(at->second), now);
      at = alerts.erase(at);
    }
  }
  void close(BacktestFiring firing, std::optional<SampleTime> resolved_at) {
    if (firing.fired_at == 0) return;
    firing.resolved_at = resolved_at;
    report_.firings.push_back(std::move(firing));
  }

  BacktestReport& report_;
  std::map<const RuleDefinition*, std::size_t> rules_;
  std::map<std::size_t, Alerts> open_;  ///< pending or firing, by rule
};

/// What a selector looks at from the first evaluation to the last.
struct Reach {
  const promql::VectorSelector* selector;
  SampleRange range;
};

/// `range` seen through a selector or subquery that looks back `by`.
SampleRange seen_through(SampleRange range, const promql::TimeShift& shift, std::chrono::milliseconds by) {
  if (range.from == kEver || shift.fixed != promql::FixedTime::None) return {.from = kEver, .to = range.to};
  const SampleTime offset = shift.offset.count();
  return {.from = range.from - offset - by.count(), .to = range.to - offset};
}

void find_reaches(const promql::Expression& expression, SampleRange range, std::chrono::milliseconds lookback,
                  std::vector<Reach>& out) {
  if (const auto* const instant = std::get_if<promql::VectorSelector>(&expression.node)) {
    out.push_back({.selector = instant, .range = seen_through(range, instant->shift, lookback)});
  } else if (const auto* const matrix = std::get_if<promql::MatrixSelector>(&expression.node)) {
    const promql::VectorSelector& selector = matrix->selector;
    out.push_back({.selector = &selector, .range = seen_through(range, selector.shift, matrix->range)});
  } else if (const auto* const subquery = std::get_if<promql::Subquery>(&expression.node)) {
    find_reaches(*subquery->expression, seen_through(range, subquery->shift, subquery->range), lookback, out);
  } else {
    for (const promql::ExpressionPtr& child : promql::children(expression)) {
      find_reaches(*child, range, lookback, out);
    }
  }
}

void look_for_data(const BacktestSource& source, const RuleDefinition& rule,
                   std::chrono::milliseconds lookback, const BacktestReport& report, BacktestRule& judged) {
  std::vector<Reach> reaches;
  find_reaches(*rule.expression, {.from = report.first, .to = report.last}, lookback, reaches);
  judged.has_data = reaches.empty();
  for (const Reach& reach : reaches) {
    if (source.has_samples(reach.selector->matchers, reach.range)) {
      judged.has_data = true;
      continue;
    }
    std::string text = promql::to_string(*reach.selector);
    if (std::ranges::find(judged.without_data, text) == judged.without_data.end()) {
      judged.without_data.push_back(std::move(text));
    }
  }
}

}  // namespace

BacktestReport backtest(const SampleSource& recorded, std::span<const SampleTime> times,
                        const std::vector<RuleGroupDefinition>& groups, const BacktestOptions& options) {
  assert(std::ranges::is_sorted(times));
  BacktestReport report;
  Registry registry;
  History produced(produced_config(), registry);
  BacktestSource source(recorded, produced, RuleSeries(groups));
  const promql::Engine engine(options.engine);
  Firings firings(report);
  SampleTime now = 0;
  const auto evaluated = [&](const RuleGroup& group, const GroupOutcome& outcome) {
    firings.take(group, outcome, now);
    if (options.evaluated) options.evaluated(group, outcome);
  };
  RuleManager manager(
      {.evaluation_interval = options.evaluation_interval, .external_url = options.environment.external_url},
      rule_context(engine, source, options.environment),
      [&] { return std::make_unique<HistorySink>(produced); }, [] { return std::chrono::nanoseconds{0}; },
      {.evaluated = evaluated, .send = {}}, registry);
  manager.load(groups, 0);

  for (const SampleTime time : times) {
    now = time;
    source.set_now(now);
    manager.evaluate(now);
    produced.work();
  }
  firings.finish();

  std::size_t number = 0;
  for (const RuleGroupDefinition& group : groups) {
    for (const RuleDefinition& rule : group.rules) {
      if (number < report.rules.size()) {
        look_for_data(source, rule, options.engine.lookback, report, report.rules[number]);
      }
      ++number;
    }
  }
  return report;
}

SampleTime firing_time(const BacktestFiring& firing, const BacktestReport& report) noexcept {
  return firing.resolved_at.value_or(report.last) - firing.fired_at;
}

}  // namespace vigil::monitoring
