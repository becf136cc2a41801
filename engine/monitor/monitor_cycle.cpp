#include "engine/monitor/monitor_cycle.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/log_entry.h"
#include "engine/monitor/monitor_metrics.h"
#include "engine/monitor/rule_files.h"
#include "engine/monitor/slo_files.h"
#include "engine/monitor/told_alerts.h"
#include "monitoring/alerting/history_sink.h"
#include "monitoring/alerting/rule_context.h"
#include "monitoring/alerting/rule_metrics.h"
#include "monitoring/process/process_metrics.h"
#include "monitoring/store/history_error.h"
#include "monitoring/watches/gauge_directory.h"

namespace vigil::engine {

namespace {

monitoring::SampleTime milliseconds_of(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}
monitoring::SampleTime sample_time(orders::Timestamp time) {
  return milliseconds_of(time.time_since_epoch());
}

/// In whole minutes, so that what is said of an alert again and again stays the same for a while, and no less
/// than it is ahead: what is over is not over in the future. What is caught up in no time is left alone.
monitoring::SampleTime shift_of(std::chrono::nanoseconds ahead) {
  if (ahead < std::chrono::seconds{2}) return 0;
  return milliseconds_of(std::chrono::ceil<std::chrono::minutes>(ahead));
}

}  // namespace

MonitorCycle::MonitorCycle(const MonitorConfig& config, Links links)
    : links_(std::move(links)),
      history_(config.history, links_.registry),
      sampler_(links_.registry, history_, links_.others, config.peaks),
      sample_duration_(links_.registry.histogram(metric::kSampleDuration, {})),
      missed_(links_.registry.counter(metric::kSamplesMissed, {})),
      memory_(links_.registry.gauge(monitoring::kMemoryUsage, {"monitoring", "heap"})),
      ahead_(links_.registry.gauge(metric::kTimeAhead, {}, 0)),
      engine_(config.engine),
      rules_(
          {.evaluation_interval = milliseconds_of(config.rules.evaluation_interval),
           .external_url = config.rules.external_url},
          monitoring::rule_context(engine_, history_, {.external_url = config.rules.external_url}),
          [this] { return std::make_unique<monitoring::HistorySink>(history_); },
          [this] { return links_.clock().monotonic; }, listeners(), links_.registry),
      predictions_(
          config.history,
          {.engine = engine_, .history = history_, .clock = [this] { return links_.clock().monotonic; }},
          links_.registry),
      slos_(read_slo_files(config.slo, config.engine.ranges),
            {.engine = engine_, .history = history_, .clock = [this] { return links_.clock().monotonic; }},
            links_.registry) {
  rules_.load(read_rule_files(config.rules, config.engine.ranges), 0);
  log_action_faults();
}

void MonitorCycle::declare(monitoring::Registry& registry) {
  for (const auto& definition : metric::kMonitorMetrics) registry.declare(definition);
  for (const auto& definition : monitoring::kRuleMetrics) registry.declare(definition);
  Predictions::declare(registry);
  Slos::declare(registry);
}

monitoring::SampleTime MonitorCycle::recover_history() {
  try {
    history_.recover();
  } catch (const monitoring::HistoryError& error) {
    write(monitoring::LogLevel::Error, "History not read", error.what());
  }
  log_damage();
  return history_.newest();
}

void MonitorCycle::recover_alerts(orders::Timestamp now) {
  try {
    rules_.restore(history_, sample_time(now));
  } catch (const monitoring::HistoryError& error) {
    write(monitoring::LogLevel::Error, "Alerts of before not found", error.what());
  }
}

void MonitorCycle::turn(orders::Timestamp now) {
  const auto [wall, begin] = links_.clock();
  const std::chrono::nanoseconds ahead = std::max(now - wall, orders::Duration{0});
  ahead_.set(std::chrono::duration<double>(ahead).count());
  shift_ = shift_of(ahead);
  last_turn_ = now;
  const monitoring::SampleTime time = sample_time(now);
  if (!sampler_.sample(time)) missed_.add();
  sample_duration_.observe(links_.clock().monotonic - begin);
  log_damage();
  judge(time);
  predictions_.turn(time);
  judge_slos(time);
  memory_.set(static_cast<double>(links_.registry.memory() + history_.memory()));
}

void MonitorCycle::judge(monitoring::SampleTime now) {
  std::optional<std::vector<monitoring::RuleGroupDefinition>> offered;
  {
    const std::lock_guard guard(lock_);
    offered.swap(offered_);
  }
  if (offered) {
    const std::size_t before = firing_alerts();
    rules_.load(std::move(*offered), now);
    are_rules_new_ = true;
    const std::size_t after = firing_alerts();
    if (after < before) log_left(before - after);
    log_action_faults();
  }
  turn_began_ = links_.clock().monotonic;
  rules_.evaluate(now);
  renew_watches();
}

void MonitorCycle::judge_slos(monitoring::SampleTime now) {
  std::optional<std::vector<monitoring::SloDefinition>> offered;
  {
    const std::lock_guard guard(lock_);
    offered.swap(offered_slos_);
  }
  if (offered) slos_.replace(std::move(*offered));
  slos_.turn(now);
}

std::size_t MonitorCycle::firing_alerts() const {
  std::size_t firing = 0;
  for (const monitoring::RuleGroupView& group : rules_.view()) {
    for (const monitoring::RuleView& rule : group.rules) {
      firing += static_cast<std::size_t>(
          std::ranges::count(rule.alerts, monitoring::AlertPhase::Firing, &monitoring::ActiveAlert::state));
    }
  }
  return firing;
}

void MonitorCycle::log_left(std::size_t alerts) {
  monitoring::LogRecord entry =
      entry_of("rules", monitoring::LogLevel::Warn, "Firing alerts left with their rules");
  entry.add("alerts", static_cast<std::int64_t>(alerts));
  links_.logger.write(entry);
}

void MonitorCycle::log_action_faults() {
  if (!links_.action_faults) return;
  for (const monitoring::RuleGroupView& group : rules_.view()) {
    for (const monitoring::RuleView& rule : group.rules) {
      for (const std::string& fault : links_.action_faults(group.definition.file, rule.definition)) {
        monitoring::LogRecord entry =
            entry_of("rules", monitoring::LogLevel::Warn, "Action of a rule cannot be done");
        entry.add_long_text("fault", fault);
        links_.logger.write(entry);
      }
    }
  }
}

void MonitorCycle::renew_watches() {
  const std::size_t series = monitoring::watchable_series(links_.registry);
  if (!are_rules_new_ && series == watched_series_) return;
  are_rules_new_ = false;
  watched_series_ = series;
  auto plan = make_watch_plan(rules_.view(), links_.registry, engine_.options().ranges, links_.commands);
  for (std::size_t group = 0; group < plan->set.status.size(); ++group) {
    for (std::size_t rule = 0; rule < plan->set.status[group].size(); ++rule) {
      rules_.set_watch_status({group, rule}, plan->set.status[group][rule]);
    }
  }
  links_.watches.offer(std::move(plan));
}

void MonitorCycle::take_crossings() {
  links_.watches.take_crossings([this](const WatchCrossing& crossing) { take(crossing); });
}

void MonitorCycle::take(const WatchCrossing& crossing) {
  const monitoring::WatchSet& set = crossing.plan->set;
  const monitoring::Watch& watch = (*set.table)[crossing.watch];
  // By the wall clock, which may have been set back.
  const monitoring::SampleTime now = sample_time(std::max(crossing.time, last_turn_));
  const auto place = rules_.find(set.places[watch.rule], set.rules[watch.rule]);
  if (!place) return;  // the rule has gone since
  turn_began_ = crossing.detected;
  core_acted_ = true;
  rules_.fire(*place, {.labels = watch.labels, .sample = {.time = now, .value = crossing.value}}, now);
  core_acted_ = false;
}

/// The core tells of a condition once while its alert fires.
void MonitorCycle::follow(const monitoring::RuleDefinition& rule, const monitoring::ActiveAlert& alert) {
  const WatchPlan* const plan = links_.watches.newest();
  if (plan == nullptr || alert.state == monitoring::AlertPhase::Pending) return;
  if (const auto watch = plan->set.find(rule, alert.labels)) {
    plan->set.table->set_firing(*watch, alert.state == monitoring::AlertPhase::Firing);
  }
}

void MonitorCycle::offer_rules(std::vector<monitoring::RuleGroupDefinition> groups) {
  const std::lock_guard guard(lock_);
  offered_ = std::move(groups);
}

void MonitorCycle::offer_slos(std::vector<monitoring::SloDefinition> objectives) {
  const std::lock_guard guard(lock_);
  offered_slos_ = std::move(objectives);
}

monitoring::RuleManager::Listeners MonitorCycle::listeners() {
  const auto evaluated = [this](const monitoring::RuleGroup& group, const monitoring::GroupOutcome& outcome) {
    log_outcome(group, outcome);
    // Before the alerts: what becomes of telling them is noted with their changes.
    std::vector<monitoring::HistoryEntry> entries = history_entries(outcome);
    for (monitoring::HistoryEntry& entry : entries) {
      entry.time -= shift_;
      if (links_.changes) links_.changes(entry);
    }
    links_.desk.record(std::move(entries));
  };
  // Who is told of alerts lives by the wall clock.
  const auto send = [this](std::vector<monitoring::Alert> alerts) {
    for (monitoring::Alert& alert : alerts) {
      alert.starts_at -= shift_;
      if (alert.ends_at != 0) alert.ends_at -= shift_;
    }
    links_.desk.hand_over(std::move(alerts));
  };
  return {.evaluated = evaluated, .send = send};
}

void MonitorCycle::log_outcome(const monitoring::RuleGroup& group, const monitoring::GroupOutcome& outcome) {
  for (const auto& [rule, error] : outcome.errors) {
    write(monitoring::LogLevel::Error, "Rule not evaluated",
          group.definition().file + ": " + group.definition().name + ": " + rule->name + ": " + error);
  }
  for (const auto& [rule, change] : outcome.changes) {
    const monitoring::ActiveAlert& alert = change.alert;
    const bool is_firing = alert.state == monitoring::AlertPhase::Firing;
    monitoring::LogRecord entry = entry_of(
        "rules", is_firing ? monitoring::LogLevel::Warn : monitoring::LogLevel::Info,
        is_firing ? "Alert fires"
                  : (alert.state == monitoring::AlertPhase::Pending ? "Alert pending" : "Alert resolved"));
    follow(*rule, alert);
    if (is_firing) links_.fires({rule->name, alert, turn_began_, core_acted_});  // acting before telling
    entry.add_text("alert", rule->name);
    entry.add_real("value", alert.value);
    entry.add_long_text("labels", monitoring::series_text(alert.labels));
    links_.logger.write(entry);
  }
}

void MonitorCycle::log_damage() {
  const std::vector<std::string> damage = history_.damaged_files();
  for (; logged_damage_ < damage.size(); ++logged_damage_) {
    write(monitoring::LogLevel::Error, "History file not usable", damage[logged_damage_]);
  }
}

void MonitorCycle::write(monitoring::LogLevel level, const char* message, std::string_view what) {
  links_.logger.write(entry_of("history", level, message).add_long_text("error", what).here());
}

monitoring::LogRecord MonitorCycle::entry_of(const char* module, monitoring::LogLevel level,
                                             const char* message) const {
  return log_entry(links_.clock().wall, level, "monitoring", module, message);
}

}  // namespace vigil::engine
