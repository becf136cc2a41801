#include "monitoring/alerting/rule_manager.h"

#include <algorithm>
#include <array>
#include <utility>

#include "monitoring/alerting/rule_metrics.h"
#include "monitoring/promql/printer.h"

namespace vigil::monitoring {

namespace {

/// How far back a restart looks for alerts, and how long a pending one waits at least after it. As
/// Prometheus.
constexpr SampleTime kOutageTolerance = 3'600'000;
constexpr SampleTime kGracePeriod = 600'000;

std::array<Gauge, 5> severity_gauges(Registry& registry, const std::array<std::string_view, 5>& names) {
  std::array<Gauge, 5> gauges;
  for (std::size_t i = 0; i < names.size(); ++i) {
    gauges[i] = registry.gauge(kAlertsActive, std::array{names[i]}, 0);
  }
  return gauges;
}

/// Labels whose values are no templates are the same on every alert of a rule.
std::vector<LabelMatcher> matchers_of(const RuleDefinition& rule, const std::string& metric) {
  std::vector<LabelMatcher> matchers{{MatchKind::Equal, std::string{kMetricNameLabel}, metric},
                                     {MatchKind::Equal, std::string{kAlertNameLabel}, rule.name}};
  for (const auto& [name, value] : rule.labels) {
    if (value.find("{{") == std::string::npos) matchers.emplace_back(MatchKind::Equal, name, value);
  }
  return matchers;
}

/// When a pending alert counts as begun that was pending at `seen_at`, as Prometheus restores it: the time
/// nobody looked does not count, and the last ten minutes are waited for anew.
SampleTime restored_begin(SampleTime active_at, SampleTime seen_at, SampleTime hold, SampleTime now) {
  const SampleTime left = hold - (seen_at - active_at);
  if (left <= 0) return active_at;
  if (left < kGracePeriod) return now + kGracePeriod - hold;
  return active_at + (now - seen_at);
}

std::vector<ActiveAlert> restored_alerts(const RuleDefinition& rule, const SampleSource& source,
                                         SampleTime now) {
  const SampleRange range{.from = now - kOutageTolerance, .to = now};
  const auto last_of = [&](const StoredSeries& series) -> std::optional<Sample> {
    const auto last = series.last(range);
    return last && !is_stale(last->value) ? last : std::nullopt;
  };
  std::vector<Labels> firing;
  auto matchers = matchers_of(rule, "ALERTS");
  matchers.emplace_back(MatchKind::Equal, "alertstate", "firing");
  for (const auto& series : source.select(matchers, range)) {
    if (!last_of(*series)) continue;
    firing.push_back(LabelsBuilder(series->labels()).remove("alertstate").remove(kMetricNameLabel).build());
  }
  std::vector<ActiveAlert> alerts;
  for (const auto& series : source.select(matchers_of(rule, "ALERTS_FOR_STATE"), range)) {
    const auto last = last_of(*series);
    if (!last) continue;
    ActiveAlert alert;
    alert.labels = LabelsBuilder(series->labels()).remove(kMetricNameLabel).build();
    alert.active_at = static_cast<SampleTime>(last->value * 1000);
    if (std::ranges::find(firing, alert.labels) != firing.end()) {
      alert.state = AlertPhase::Firing;
      alert.fired_at = std::min(now, alert.active_at + rule.hold.count());
    } else if (rule.hold.count() >= kGracePeriod) {
      alert.active_at = restored_begin(alert.active_at, last->time, rule.hold.count(), now);
    } else {
      continue;
    }
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

std::string escaped_for_query(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return out;
}

}  // namespace

std::string_view severity_of(const Labels& labels) noexcept {
  const std::string_view severity = labels.value("severity");
  for (const std::string_view known : {"critical", "high", "warning", "info"}) {
    if (severity == known) return known;
  }
  return "other";
}

std::string generator_url(const std::string& external_url, const std::string& expression) {
  return external_url + "/graph?g0.expr=" + escaped_for_query(expression) + "&g0.tab=1";
}

RuleManager::RuleManager(RuleManagerOptions options, RuleContext context, RuleSinkMaker make_sink,
                         std::function<std::chrono::nanoseconds()> clock, Listeners listeners,
                         Registry& registry)
    : options_(std::move(options)),
      context_(std::move(context)),
      make_sink_(std::move(make_sink)),
      clock_(std::move(clock)),
      listeners_(std::move(listeners)),
      registry_(registry),
      active_(severity_gauges(registry, kSeverities)),
      succeeded_(registry.counter(kRuleEvaluations, {"success"})),
      failed_(registry.counter(kRuleEvaluations, {"failure"})),
      cycle_duration_(registry.histogram(kRuleCycleDuration, {})) {}

void RuleManager::load(std::vector<RuleGroupDefinition> groups, SampleTime now) {
  std::vector<std::unique_ptr<RuleGroup>> fresh;
  for (RuleGroupDefinition& definition : groups) {
    const SampleTime interval =
        definition.interval ? definition.interval->count() : options_.evaluation_interval;
    fresh.push_back(std::make_unique<RuleGroup>(std::move(definition), interval, make_sink_));
  }
  const std::lock_guard guard(lock_);
  for (auto& old : groups_) {
    const auto same = std::ranges::find_if(fresh, [&](const auto& group) {
      return group->definition().file == old->definition().file &&
             group->definition().name == old->definition().name;
    });
    if (same != fresh.end()) {
      (*same)->take_over(*old, now);
    } else {
      old->end_series(now);
    }
  }
  groups_ = std::move(fresh);
}

void RuleManager::restore(const SampleSource& source, SampleTime now) {
  const std::lock_guard guard(lock_);
  for (auto& group : groups_) {
    for (RuleGroup::Rule& rule : group->rules()) {
      if (rule.alerting != nullptr) rule.alerting->restore(restored_alerts(rule.definition, source, now));
    }
  }
  publish_active();
}

void RuleManager::evaluate(SampleTime now) {
  const std::chrono::nanoseconds begin = clock_();
  bool is_any_due = false;
  for (auto& group : groups_) {
    if (!group->is_due(now)) continue;
    is_any_due = true;
    GroupOutcome outcome;
    {
      const std::lock_guard guard(lock_);
      outcome = group->evaluate(context_, now, clock_);
    }
    count(*group, outcome);
    if (listeners_.evaluated) listeners_.evaluated(*group, std::move(outcome));
  }
  if (!is_any_due) return;
  // All states first: an alert that inhibits another may be in a later group.
  for (auto& group : groups_) {
    if (group->last_evaluation() == now) send(*group, now);
  }
  publish_active();
  cycle_duration_.observe(clock_() - begin);
}

std::optional<RuleManager::RulePlace> RuleManager::find(RulePlace place, const RuleDefinition& rule) const {
  const auto is_it = [&](RulePlace at) {
    return at.group < groups_.size() && at.rule < groups_[at.group]->rules().size() &&
           groups_[at.group]->rules()[at.rule].definition == rule;
  };
  if (is_it(place)) return place;
  for (RulePlace at; at.group < groups_.size(); ++at.group) {
    for (at.rule = 0; at.rule < groups_[at.group]->rules().size(); ++at.rule) {
      if (is_it(at)) return at;
    }
  }
  return std::nullopt;
}

void RuleManager::fire(RulePlace place, const promql::VectorElement& element, SampleTime now) {
  RuleGroup& group = *groups_.at(place.group);
  GroupOutcome outcome;
  try {
    const std::lock_guard guard(lock_);
    outcome = group.fire(place.rule, context_, element, now);
  } catch (const std::runtime_error& error) {
    outcome.errors.emplace_back(&group.rules().at(place.rule).definition, error.what());
  }
  for (const GroupOutcome::Change& change : outcome.changes) count_fired(change);
  if (listeners_.evaluated) listeners_.evaluated(group, std::move(outcome));
  send(group, now);
  publish_active();
}

void RuleManager::set_watch_status(RulePlace place, WatchStatus status) {
  const std::lock_guard guard(lock_);
  groups_.at(place.group)->rules().at(place.rule).watch = std::move(status);
}

void RuleManager::count(const RuleGroup& group, const GroupOutcome& outcome) {
  succeeded_.add(group.rules().size() - outcome.errors.size());
  failed_.add(outcome.errors.size());
  for (const GroupOutcome::Change& change : outcome.changes) count_fired(change);
}

void RuleManager::count_fired(const GroupOutcome::Change& change) {
  const ActiveAlert& alert = change.change.alert;
  if (alert.state != AlertPhase::Firing) return;
  registry_.counter(kAlertsFired, {change.rule->name, severity_of(alert.labels)}).add();
}

void RuleManager::publish_active() {
  std::array<double, kSeverities.size()> counts{};
  for (const auto& group : groups_) {
    for (const RuleGroup::Rule& rule : group->rules()) {
      if (rule.alerting == nullptr) continue;
      for (const ActiveAlert& alert : rule.alerting->alerts()) {
        if (alert.state != AlertPhase::Firing) continue;
        const auto place = std::ranges::find(kSeverities, severity_of(alert.labels)) - kSeverities.begin();
        counts[static_cast<std::size_t>(place)] += 1;
      }
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) active_[i].set(counts[i]);
}

bool RuleManager::is_inhibited(const RuleDefinition& rule) const {
  return std::ranges::any_of(rule.options.inhibited_by, [&](const std::string& name) {
    return std::ranges::any_of(groups_, [&](const auto& group) {
      return std::ranges::any_of(group->rules(), [&](const RuleGroup::Rule& other) {
        return other.alerting != nullptr && other.definition.name == name && other.alerting->is_firing();
      });
    });
  });
}

void RuleManager::send(RuleGroup& group, SampleTime now) {
  std::vector<Alert> alerts;
  {
    const std::lock_guard guard(lock_);
    for (RuleGroup::Rule& rule : group.rules()) {
      if (rule.alerting == nullptr || is_inhibited(rule.definition)) continue;
      const std::string url =
          generator_url(options_.external_url, promql::to_string(*rule.definition.expression));
      for (Alert& alert : rule.alerting->take_to_send(now, options_.resend_delay, group.interval(), url)) {
        alerts.push_back(std::move(alert));
      }
    }
  }
  if (!alerts.empty() && listeners_.send) listeners_.send(std::move(alerts));
}

std::vector<RuleGroupView> RuleManager::view() const {
  std::vector<RuleGroupView> out;
  const std::lock_guard guard(lock_);
  for (const auto& group : groups_) {
    RuleGroupView& shown = out.emplace_back();
    shown.definition = {.name = group->definition().name,
                        .file = group->definition().file,
                        .interval = group->definition().interval,
                        .limit = group->definition().limit,
                        .rules = {}};
    shown.interval = group->interval();
    shown.last_evaluation = group->last_evaluation();
    shown.duration = group->duration();
    for (const RuleGroup::Rule& rule : group->rules()) {
      RuleView& view = shown.rules.emplace_back();
      view.definition = rule.definition;
      view.status = rule.status;
      view.watch = rule.watch;
      if (rule.alerting == nullptr) continue;
      view.alerts = rule.alerting->alerts();
      std::erase_if(view.alerts,
                    [](const ActiveAlert& alert) { return alert.state == AlertPhase::Inactive; });
    }
  }
  return out;
}

}  // namespace vigil::monitoring
