#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/monitor/slo_report.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/promql/engine.h"
#include "monitoring/slo/slo_definition.h"
#include "monitoring/slo/slo_evaluator.h"
#include "monitoring/store/sample_source.h"

namespace vigil::engine {

/// Says from the history how far the service level objectives are kept: compliance and burn rate by window,
/// the error budget left, and the availability of each component. Publishes metric::kSloMetrics.
///
/// Each objective is looked at over each of its windows every 30 s, and first as soon as it is there. What
/// takes long is looked at less often: after 10,000 times as long as it took, but at the latest after the
/// 120th part of the window, or 10 minutes if that is less. So a short window is never late, and a long one
/// over a long history takes little of the thread's time. Evaluations are worked off in turns, one turn a
/// sample, the longest overdue first: a turn ends with the one that used up its 4 ms, the next goes on there.
/// One that alone takes longer than 250 ms or holds more than half a million samples, or of which the history
/// cannot be read, is given up until it is due again, which a counter tells; its values are absent meanwhile.
/// Values are absent as well where there is nothing to tell, such as no orders.
///
/// One thread, that of the monitor, but for report().
class Slos {
 public:
  struct Sources {
    const monitoring::promql::Engine& engine;
    const monitoring::SampleSource& history;
    std::function<std::chrono::nanoseconds()> clock;  ///< monotonic; how long a turn takes
  };
  /// What `sources` has and the registry outlive this. No two objectives have one name.
  Slos(std::vector<monitoring::SloDefinition> objectives, Sources sources, monitoring::Registry& registry);

  static void declare(monitoring::Registry& registry);

  /// These objectives from now on. Those that say what they said before go on with what was found of them.
  void replace(std::vector<monitoring::SloDefinition> objectives);
  /// Evaluates what is due, or a part of it. `now`: of the newest sample.
  void turn(monitoring::SampleTime now);
  /// What was found last. Any thread; waits for no evaluation.
  [[nodiscard]] SloReport report() const;

 private:
  static constexpr std::array<std::chrono::hours, 3> kAvailabilityWindows{
      std::chrono::hours{1}, std::chrono::hours{24}, std::chrono::hours{24 * 30}};

  struct Window {
    monitoring::Gauge compliance;
    monitoring::Gauge burn_rate;  ///< of nothing unless it is a burn window
    monitoring::SampleTime due = 0;
    SloReport::Window found;
  };
  struct Objective {
    std::shared_ptr<const monitoring::SloDefinition> definition;
    monitoring::Gauge target;  ///< of nothing for a count; the budget, too
    monitoring::Gauge error_budget;
    monitoring::Counter failures;
    std::vector<Window> windows;  ///< as in the definition
  };
  struct Component {
    std::array<monitoring::Gauge, kAvailabilityWindows.size()> gauges;
    std::array<std::optional<double>, kAvailabilityWindows.size()> ratios;
  };
  struct AvailabilityWindow {
    monitoring::promql::ExpressionPtr expression;
    monitoring::SampleTime due = 0;
  };
  /// A window of an objective, or of the components' availability.
  struct Place {
    static constexpr std::size_t kAvailability = static_cast<std::size_t>(-1);
    std::size_t objective;
    std::size_t window;
  };

  [[nodiscard]] Objective objective_of(monitoring::SloDefinition definition);
  static void clear(Objective& objective);
  /// The longest overdue, of several that with the shortest window; nothing: none is due.
  [[nodiscard]] std::optional<Place> next_due(monitoring::SampleTime now) const;
  void evaluate(Place place, monitoring::SampleTime now);
  void evaluate_objective(Objective& objective, std::size_t window, monitoring::SampleTime now);
  void evaluate_availability(std::size_t window, monitoring::SampleTime now);
  [[nodiscard]] monitoring::promql::QueryContext budget() const;

  Sources sources_;
  monitoring::Registry& registry_;
  monitoring::Histogram duration_;
  monitoring::Counter availability_failures_;
  monitoring::SampleTime last_turn_ = 0;
  std::array<AvailabilityWindow, kAvailabilityWindows.size()> availability_;
  mutable std::mutex lock_;  ///< of what follows: report() reads it, the monitor's thread alone writes
  std::vector<Objective> objectives_;
  std::map<std::string, Component, std::less<>> components_;
};

}  // namespace vigil::engine
