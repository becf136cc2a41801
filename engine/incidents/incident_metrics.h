#pragma once

#include <array>
#include <chrono>

#include "engine/incidents/incident.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

inline constexpr std::array<std::string_view, 1> kTriggerLabels{"trigger"};
inline constexpr monitoring::MetricDefinition kIncidentTriggers{
    "engine_incident_triggers_total", monitoring::MetricType::Counter, "1",
    "Reasons to keep what happened around them; several may share a bundle.", kTriggerLabels};
inline constexpr monitoring::MetricDefinition kIncidentBundles{"engine_incident_bundles_total",
                                                               monitoring::MetricType::Counter,
                                                               "1",
                                                               "Bundles made, see /api/incidents.",
                                                               {}};
inline constexpr monitoring::MetricDefinition kIncidentFailures{
    "engine_incident_failures_total",
    monitoring::MetricType::Counter,
    "1",
    "Bundles that could not be made or written, and triggers dropped because too many came at once.",
    {}};
inline constexpr monitoring::MetricDefinition kIncidentDuration{
    "engine_incident_duration_seconds",
    monitoring::MetricType::Gauge,
    "seconds",
    "Time the last bundle took; nobody waits for it.",
    {}};

}  // namespace metric

/// What is published of incidents. Any thread counts triggers and failures.
class IncidentMetrics {
 public:
  explicit IncidentMetrics(monitoring::Registry& registry)
      : triggers_{registry.shared_counter(metric::kIncidentTriggers, {kTriggerNames[0]}),
                  registry.shared_counter(metric::kIncidentTriggers, {kTriggerNames[1]}),
                  registry.shared_counter(metric::kIncidentTriggers, {kTriggerNames[2]}),
                  registry.shared_counter(metric::kIncidentTriggers, {kTriggerNames[3]})},
        bundles_(registry.counter(metric::kIncidentBundles, {})),
        failures_(registry.shared_counter(metric::kIncidentFailures, {})),
        duration_(registry.gauge(metric::kIncidentDuration, {})) {}
  static void declare(monitoring::Registry& registry) {
    for (const auto* definition : {&metric::kIncidentTriggers, &metric::kIncidentBundles,
                                   &metric::kIncidentFailures, &metric::kIncidentDuration}) {
      registry.declare(*definition);
    }
  }

  void triggered(IncidentTrigger::Kind kind) noexcept { triggers_[static_cast<std::size_t>(kind)].add(); }
  void failed() noexcept { failures_.add(); }
  void made(std::chrono::nanoseconds took) noexcept {
    bundles_.add();
    duration_.set(std::chrono::duration<double>(took).count());
  }

 private:
  std::array<monitoring::SharedCounter, kTriggerKinds> triggers_;
  monitoring::Counter bundles_;
  monitoring::SharedCounter failures_;
  monitoring::Gauge duration_;
};

}  // namespace vigil::engine
