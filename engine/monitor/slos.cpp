#include "engine/monitor/slos.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <variant>

#include "engine/monitor/slo_metrics.h"
#include "monitoring/promql/number_text.h"

namespace vigil::engine {

using monitoring::SampleTime;
using monitoring::SloDefinition;
using monitoring::SloKind;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kSloTurnTime{4};
constexpr milliseconds kEvaluationTime{250};
constexpr std::size_t kEvaluationSamples = 500'000;
constexpr milliseconds kShortestInterval = std::chrono::seconds{30};
constexpr milliseconds kLongestInterval = std::chrono::minutes{10};
constexpr int kTimesAWindow = 120;
constexpr int kTimesItsCost = 10'000;
/// The value of the label `slo` for what is no objective.
constexpr std::string_view kAvailabilityName = "component_availability";

/// Until the next evaluation over a window, of which the last one took so long.
milliseconds interval_of(milliseconds window, std::chrono::nanoseconds cost) {
  const milliseconds latest = std::clamp(window / kTimesAWindow, kShortestInterval, kLongestInterval);
  const milliseconds wanted = std::chrono::duration_cast<milliseconds>(cost * kTimesItsCost);
  return std::clamp(wanted, kShortestInterval, latest);
}

}  // namespace

Slos::Slos(std::vector<SloDefinition> objectives, Sources sources, monitoring::Registry& registry)
    : sources_(std::move(sources)),
      registry_(registry),
      duration_(registry.histogram(metric::kSloEvaluationDuration, {})),
      availability_failures_(registry.counter(metric::kSloEvaluationFailures, {kAvailabilityName})) {
  for (std::size_t i = 0; i < availability_.size(); ++i) {
    availability_[i].expression = sources_.engine.parse(monitoring::with_window(
        "avg by (component) (avg_over_time(component_up[WINDOW]))", kAvailabilityWindows[i]));
  }
  replace(std::move(objectives));
}

void Slos::declare(monitoring::Registry& registry) {
  for (const auto& definition : metric::kSloMetrics) registry.declare(definition);
}

Slos::Objective Slos::objective_of(SloDefinition definition) {
  const std::string& name = definition.name;
  const bool has_budget = definition.kind != SloKind::Count;
  Objective objective;
  if (has_budget) {
    objective.target = registry_.gauge(metric::kSloTarget, {name}, definition.target);
    objective.target.set(definition.target);
    objective.error_budget = registry_.gauge(metric::kSloErrorBudget, {name});
  }
  objective.failures = registry_.counter(metric::kSloEvaluationFailures, {name});
  for (const monitoring::SliExpressions& expressions : definition.windows) {
    const std::string text = monitoring::promql::duration_text(expressions.window);
    Window& window = objective.windows.emplace_back();
    window.compliance = registry_.gauge(metric::kSloCompliance, {name, text});
    if (has_budget && monitoring::is_burn_window(expressions.window))
      window.burn_rate = registry_.gauge(metric::kSloBurnRate, {name, text});
    window.found.window = expressions.window;
  }
  objective.definition = std::make_shared<const SloDefinition>(std::move(definition));
  return objective;
}

void Slos::clear(Objective& objective) {
  objective.target.clear();
  objective.error_budget.clear();
  for (Window& window : objective.windows) {
    window.compliance.clear();
    window.burn_rate.clear();
  }
}

void Slos::replace(std::vector<SloDefinition> objectives) {
  const std::lock_guard guard(lock_);
  std::vector<Objective> before = std::exchange(objectives_, {});
  std::vector<bool> goes_on(before.size(), false);
  std::vector<std::size_t> places;
  for (const SloDefinition& definition : objectives) {
    const auto same =
        std::ranges::find_if(before, [&](const Objective& each) { return *each.definition == definition; });
    places.push_back(static_cast<std::size_t>(same - before.begin()));
    if (same != before.end()) goes_on[places.back()] = true;
  }
  // Before the new ones: one that says something else may have the name, and so the series, of one that goes.
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!goes_on[i]) clear(before[i]);
  }
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const bool is_old = places[i] < before.size();
    objectives_.push_back(is_old ? std::move(before[places[i]]) : objective_of(std::move(objectives[i])));
  }
}

void Slos::turn(SampleTime now) {
  if (now < last_turn_) {
    // A wall clock that went back: what is due is due by the new time.
    for (Objective& objective : objectives_) {
      for (Window& window : objective.windows) window.due = now;
    }
    for (AvailabilityWindow& window : availability_) window.due = now;
  }
  last_turn_ = now;
  std::optional<Place> place = next_due(now);
  if (!place) return;
  const std::chrono::nanoseconds begin = sources_.clock();
  while (place) {
    evaluate(*place, now);
    place = sources_.clock() - begin < kSloTurnTime ? next_due(now) : std::nullopt;
  }
  duration_.observe(sources_.clock() - begin);
}

std::optional<Slos::Place> Slos::next_due(SampleTime now) const {
  std::optional<Place> next;
  std::pair<SampleTime, milliseconds> best{};
  const auto offer = [&](SampleTime due, milliseconds window, Place place) {
    const std::pair<SampleTime, milliseconds> rank{due, window};
    if (due > now || (next && rank >= best)) return;
    next = place;
    best = rank;
  };
  for (std::size_t i = 0; i < objectives_.size(); ++i) {
    const std::vector<Window>& windows = objectives_[i].windows;
    for (std::size_t j = 0; j < windows.size(); ++j) offer(windows[j].due, windows[j].found.window, {i, j});
  }
  for (std::size_t j = 0; j < availability_.size(); ++j)
    offer(availability_[j].due, kAvailabilityWindows[j], {Place::kAvailability, j});
  return next;
}

void Slos::evaluate(Place place, SampleTime now) {
  const std::chrono::nanoseconds begin = sources_.clock();
  if (place.objective == Place::kAvailability) {
    evaluate_availability(place.window, now);
    const auto interval = interval_of(kAvailabilityWindows[place.window], sources_.clock() - begin);
    availability_[place.window].due = now + interval.count();
  } else {
    Objective& objective = objectives_[place.objective];
    evaluate_objective(objective, place.window, now);
    Window& window = objective.windows[place.window];
    window.due = now + interval_of(window.found.window, sources_.clock() - begin).count();
  }
}

void Slos::evaluate_objective(Objective& objective, std::size_t window, SampleTime now) {
  const SloDefinition& slo = *objective.definition;
  Window& at = objective.windows[window];
  std::optional<monitoring::SliReading> reading;
  try {
    reading =
        monitoring::read_sli(slo, slo.windows[window], sources_.engine, sources_.history, now, budget());
  } catch (const std::runtime_error&) {
    objective.failures.add();
  }
  const bool is_count = slo.kind == SloKind::Count;
  const bool is_of_budget = !is_count && at.found.window == slo.compliance_period;
  if (!reading) {
    at.compliance.clear();
    at.burn_rate.clear();
    if (is_of_budget) objective.error_budget.clear();
  } else {
    const double sli = reading->value;
    at.compliance.set(is_count ? (monitoring::is_met(slo, sli) ? 1.0 : 0.0) : sli);
    if (!is_count) at.burn_rate.set(monitoring::burn_rate(slo.target, sli));
    if (is_of_budget) objective.error_budget.set(monitoring::error_budget_left(slo.target, sli));
  }
  const std::lock_guard guard(lock_);
  at.found.at = now;
  at.found.reading = std::move(reading);
}

void Slos::evaluate_availability(std::size_t window, SampleTime now) {
  std::map<std::string, double, std::less<>> found;
  try {
    const auto result =
        sources_.engine.instant(*availability_[window].expression, sources_.history, now, budget());
    for (const auto& element : std::get<monitoring::promql::VectorValue>(result.value)) {
      if (std::isfinite(element.sample.value))
        found.emplace(element.labels.value("component"), element.sample.value);
    }
  } catch (const std::runtime_error&) {
    availability_failures_.add();
  }

  const std::lock_guard guard(lock_);
  for (const auto& [name, ratio] : found) {
    const auto [component, is_new] = components_.try_emplace(name);
    if (!is_new) continue;
    for (std::size_t i = 0; i < kAvailabilityWindows.size(); ++i) {
      component->second.gauges[i] = registry_.gauge(
          metric::kComponentAvailability, {name, monitoring::promql::duration_text(kAvailabilityWindows[i])});
    }
  }
  for (auto& [name, component] : components_) {
    const auto ratio = found.find(name);
    if (ratio == found.end()) {
      component.ratios[window].reset();
      component.gauges[window].clear();
    } else {
      component.ratios[window] = ratio->second;
      component.gauges[window].set(ratio->second);
    }
  }
}

SloReport Slos::report() const {
  SloReport report;
  report.availability_windows.assign(kAvailabilityWindows.begin(), kAvailabilityWindows.end());
  const std::lock_guard guard(lock_);
  for (const Objective& objective : objectives_) {
    SloReport::Objective& shown = report.objectives.emplace_back();
    shown.definition = objective.definition;
    for (const Window& window : objective.windows) shown.windows.push_back(window.found);
  }
  for (const auto& [name, component] : components_) {
    SloReport::Availability shown{.component = name,
                                  .ratios = {component.ratios.begin(), component.ratios.end()}};
    const bool is_known = std::ranges::any_of(
        shown.ratios, [](const std::optional<double>& ratio) { return ratio.has_value(); });
    if (is_known) report.availability.push_back(std::move(shown));
  }
  return report;
}

monitoring::promql::QueryContext Slos::budget() const {
  return {.clock = sources_.clock,
          .deadline = sources_.clock() + kEvaluationTime,
          .stop = {},
          .max_samples = kEvaluationSamples};
}

}  // namespace vigil::engine
