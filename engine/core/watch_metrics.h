#pragma once

#include <array>

#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

inline constexpr monitoring::MetricDefinition kWatches{
    "monitoring_watches",
    monitoring::MetricType::Gauge,
    "1",
    "Conditions of alerts, one for each set of labels, that the core judges at every change of a gauge they "
    "read.",
    {}};
inline constexpr monitoring::MetricDefinition kWatchJudgements{
    "monitoring_watch_judgements_total",
    monitoring::MetricType::Counter,
    "1",
    "Conditions that the core evaluated because a gauge left the range in which they cannot change.",
    {}};
inline constexpr monitoring::MetricDefinition kWatchCrossings{
    "monitoring_watch_crossings_total",
    monitoring::MetricType::Counter,
    "1",
    "Conditions that the core saw beginning to hold between two evaluations of their rules.",
    {}};
inline constexpr monitoring::MetricDefinition kWatchCrossingsDropped{
    "monitoring_watch_crossings_dropped_total",
    monitoring::MetricType::Counter,
    "1",
    "Crossings, acted upon, that found the queue to the monitor full; the rule's next evaluation tells of "
    "them.",
    {}};

inline constexpr std::array kWatchMetrics{kWatches, kWatchJudgements, kWatchCrossings,
                                          kWatchCrossingsDropped};

}  // namespace metric

/// Core thread only.
class WatchMetrics {
 public:
  explicit WatchMetrics(monitoring::Registry& registry)
      : watches_(registry.gauge(metric::kWatches, {}, 0)),
        judgements_(registry.counter(metric::kWatchJudgements, {})),
        crossings_(registry.counter(metric::kWatchCrossings, {})),
        dropped_(registry.counter(metric::kWatchCrossingsDropped, {})) {}
  static void declare(monitoring::Registry& registry) {
    for (const auto& definition : metric::kWatchMetrics) registry.declare(definition);
  }

  void installed(std::size_t watches) noexcept { watches_.set(static_cast<double>(watches)); }
  void judged(std::uint64_t conditions) noexcept { judgements_.add(conditions); }
  void crossed() noexcept { crossings_.add(); }
  void dropped() noexcept { dropped_.add(); }

 private:
  monitoring::Gauge watches_;
  monitoring::Counter judgements_, crossings_, dropped_;
};

}  // namespace vigil::engine
