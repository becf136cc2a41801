#include "monitoring/alerting/alerting_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace vigil::monitoring {

namespace {

constexpr std::string_view kAlertStateLabel = "alertstate";

/// Do all labels that both have agree? Labels of the rule's own may say something else about an alert.
bool fits(const Labels& data, const Labels& alert, const RuleDefinition& rule) {
  return std::ranges::all_of(data, [&](const Label& label) {
    if (label.name == kMetricNameLabel) return true;
    const bool is_the_rules =
        std::ranges::any_of(rule.labels, [&](const auto& own) { return own.first == label.name; });
    return is_the_rules || alert.value(label.name) == label.value;
  });
}

}  // namespace

std::string_view to_string(AlertPhase state) noexcept {
  switch (state) {
    case AlertPhase::Inactive:
      return "inactive";
    case AlertPhase::Pending:
      return "pending";
    case AlertPhase::Firing:
      return "firing";
  }
  return "unknown";
}

AlertingRule::AlertingRule(RuleDefinition definition)
    : definition_(std::move(definition)), conditions_(conditions_of(definition_)) {}

std::vector<ActiveAlert> AlertingRule::alerts() const {
  std::vector<ActiveAlert> all;
  all.reserve(alerts_.size());
  for (const auto& [labels, alert] : alerts_) all.push_back(alert);
  std::ranges::sort(all, {}, &ActiveAlert::labels);
  return all;
}

bool AlertingRule::is_firing() const noexcept {
  return std::ranges::any_of(alerts_,
                             [](const auto& entry) { return entry.second.state == AlertPhase::Firing; });
}

std::vector<AlertChange> AlertingRule::evaluate(const RuleContext& context, SampleTime now,
                                                std::uint64_t limit) {
  Alerts fresh;
  if (has_enough_samples(context, now)) {
    fresh = found(context, context.query(*definition_.expression, now), now);
    add_held(context, now, fresh);
  }
  if (definition_.options.no_data != NoDataPolicy::Clear) add_without_data(context, now, fresh);

  std::vector<AlertChange> changes;
  for (auto& [labels, alert] : fresh) {
    const auto known = alerts_.find(labels);
    if (known != alerts_.end() && known->second.state != AlertPhase::Inactive) {
      known->second.value = alert.value;
      known->second.annotations = alert.annotations;
      known->second.no_data_since = alert.no_data_since;
      continue;
    }
    ActiveAlert& added = alerts_[labels] = alert;
    added.active_at = now;
    changes.push_back({.from = AlertPhase::Inactive, .alert = added});
  }

  std::uint64_t active = 0;
  for (auto at = alerts_.begin(); at != alerts_.end();) {
    ActiveAlert& alert = at->second;
    if (!fresh.contains(at->first)) {
      if (alert.state == AlertPhase::Firing && definition_.keep_firing_for.count() > 0) {
        if (alert.keep_firing_since == 0) alert.keep_firing_since = now;
        if (now - alert.keep_firing_since < definition_.keep_firing_for.count()) {
          ++active;
          ++at;
          continue;
        }
      }
      const bool is_over = alert.state == AlertPhase::Pending ||
                           (alert.resolved_at != 0 && now - alert.resolved_at > kResolvedRetention);
      if (alert.state != AlertPhase::Inactive) {
        alert.resolved_at = now;
        set_state(alert, AlertPhase::Inactive, changes);
      }
      at = is_over ? alerts_.erase(at) : std::next(at);
      continue;
    }
    ++active;
    alert.keep_firing_since = 0;
    // Time without data counts for itself.
    const bool has_waited = alert.no_data_since != 0
                                ? now - alert.no_data_since >= definition_.options.no_data_after.count()
                                : now - alert.active_at >= definition_.hold.count();
    if (alert.state == AlertPhase::Pending && has_waited) {
      alert.fired_at = now;
      set_state(alert, AlertPhase::Firing, changes);
    }
    ++at;
  }
  if (limit > 0 && active > limit) {
    alerts_.clear();
    throw promql::EvaluationError("exceeded limit of " + std::to_string(limit) + " with " +
                                  std::to_string(active) + " alerts");
  }
  return changes;
}

std::vector<AlertChange> AlertingRule::fire(const RuleContext& context, const promql::VectorElement& element,
                                            SampleTime now) {
  std::vector<AlertChange> changes;
  for (auto& [labels, alert] : found(context, {element}, now)) {
    ActiveAlert& known = alerts_[labels];
    if (known.state == AlertPhase::Firing) continue;
    if (known.active_at == 0 || known.state == AlertPhase::Inactive) {
      known = alert;
      known.active_at = now;
      changes.push_back({.from = AlertPhase::Inactive, .alert = known});
    }
    known.fired_at = now;
    set_state(known, AlertPhase::Firing, changes);
  }
  return changes;
}

AlertingRule::Alerts AlertingRule::found(const RuleContext& context, const promql::VectorValue& result,
                                         SampleTime now) const {
  Alerts fresh;
  for (const promql::VectorElement& element : result) {
    ActiveAlert alert;
    alert.labels = labels_of(context, element, now);
    alert.value = element.sample.value;
    LabelsBuilder annotations;
    for (const auto& [name, text] : definition_.annotations) {
      annotations.set(name, context.expand(definition_.name, text, element.labels, alert.value, now));
    }
    alert.annotations = annotations.build();
    Labels labels = alert.labels;
    if (!fresh.try_emplace(std::move(labels), std::move(alert)).second) {
      throw promql::EvaluationError(
          "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  return fresh;
}

Labels AlertingRule::labels_of(const RuleContext& context, const promql::VectorElement& element,
                               SampleTime now) const {
  LabelsBuilder builder(element.labels);
  builder.remove(kMetricNameLabel);
  for (const auto& [name, text] : definition_.labels) {
    builder.set(name, context.expand(definition_.name, text, element.labels, element.sample.value, now));
  }
  return builder.set(kAlertNameLabel, definition_.name).build();
}

bool AlertingRule::has_enough_samples(const RuleContext& context, SampleTime now) const {
  return std::ranges::all_of(conditions_.sample_counts, [&](const promql::ExpressionPtr& count) {
    const promql::VectorValue result = context.query(*count, now);
    const double samples = result.empty() ? 0 : result.front().sample.value;
    return samples >= static_cast<double>(definition_.options.minimum_samples);
  });
}

/// Firing alerts that the exit threshold keeps.
void AlertingRule::add_held(const RuleContext& context, SampleTime now, Alerts& fresh) const {
  if (conditions_.exit == nullptr || !is_firing()) return;
  for (auto& [labels, alert] : found(context, context.query(*conditions_.exit, now), now)) {
    const auto known = alerts_.find(labels);
    if (known != alerts_.end() && known->second.state == AlertPhase::Firing) fresh.try_emplace(labels, alert);
  }
}

/// Alerts whose data is missing, or is NaN.
void AlertingRule::add_without_data(const RuleContext& context, SampleTime now, Alerts& fresh) {
  const bool may_begin = definition_.options.no_data == NoDataPolicy::Fire;
  const bool is_asked = std::ranges::any_of(alerts_, [&](const auto& entry) {
    return entry.second.state != AlertPhase::Inactive && !fresh.contains(entry.first);
  });
  if (conditions_.data.empty() || (!is_asked && !(may_begin && fresh.empty()))) return;

  promql::VectorValue data;
  if (has_enough_samples(context, now)) {
    for (const promql::ExpressionPtr& expression : conditions_.data) {
      for (promql::VectorElement& element : context.query(*expression, now)) {
        if (!std::isnan(element.sample.value)) data.push_back(std::move(element));
      }
    }
  }
  const auto has_data = [&](const Labels& of_alert) {
    return std::ranges::any_of(data, [&](const promql::VectorElement& element) {
      return fits(element.labels, of_alert, definition_);
    });
  };
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state == AlertPhase::Inactive || fresh.contains(labels) || has_data(labels)) continue;
    ActiveAlert held = alert;
    if (held.no_data_since == 0) held.no_data_since = now;
    fresh.emplace(labels, std::move(held));
  }
  if (!may_begin || !data.empty() || !fresh.empty()) return;
  const promql::VectorElement nothing{
      .labels = {}, .sample = {.time = now, .value = std::numeric_limits<double>::quiet_NaN()}};
  fresh = found(context, {nothing}, now);
  for (auto& [labels, alert] : fresh) alert.no_data_since = now;
}

void AlertingRule::set_state(ActiveAlert& alert, AlertPhase state, std::vector<AlertChange>& changes) {
  const AlertPhase from = alert.state;
  alert.state = state;
  changes.push_back({.from = from, .alert = alert});
}

std::vector<std::pair<Labels, double>> AlertingRule::series() const {
  std::vector<std::pair<Labels, double>> out;
  for (const auto& [labels, alert] : alerts_) {
    if (alert.state == AlertPhase::Inactive) continue;
    LabelsBuilder builder(labels);
    builder.set(kMetricNameLabel, "ALERTS_FOR_STATE");
    out.emplace_back(builder.build(), std::floor(static_cast<double>(alert.active_at) / 1000));
    builder.set(kMetricNameLabel, "ALERTS").set(kAlertStateLabel, to_string(alert.state));
    out.emplace_back(builder.build(), 1);
  }
  return out;
}

std::vector<Alert> AlertingRule::take_to_send(SampleTime now, SampleTime resend_delay, SampleTime interval,
                                              const std::string& generator_url) {
  std::vector<Alert> out;
  for (auto& [labels, alert] : alerts_) {
    if (alert.state == AlertPhase::Pending) continue;
    const bool is_news = alert.resolved_at > alert.last_sent_at;
    const bool is_told = alert.last_sent_at != 0 && alert.last_sent_at + resend_delay >= now;
    if (!is_news && is_told) continue;
    alert.last_sent_at = now;
    alert.valid_until = now + 4 * std::max(interval, resend_delay);
    out.push_back({.labels = labels,
                   .annotations = alert.annotations,
                   .starts_at = alert.fired_at,
                   .ends_at = alert.resolved_at != 0 ? alert.resolved_at : alert.valid_until,
                   .generator_url = generator_url,
                   .value = alert.value});
  }
  std::ranges::sort(out, {}, &Alert::labels);
  return out;
}

void AlertingRule::restore(std::vector<ActiveAlert> alerts) {
  for (ActiveAlert& alert : alerts) {
    Labels labels = alert.labels;
    alerts_.insert_or_assign(std::move(labels), std::move(alert));
  }
}

}  // namespace vigil::monitoring
