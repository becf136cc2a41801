#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/health/health_state.h"
#include "monitoring/http/message.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// What a board is told about a component when it is made.
struct HealthComponent {
  std::string name;  ///< value of the label `component`
  /// Without a heartbeat for longer than this the component is unhealthy; 0 = it gives none.
  std::chrono::nanoseconds heartbeat_limit{0};
  /// Its missing heartbeat means that the process no longer does its work: /health fails (the core).
  bool is_vital = false;
  /// Without it the process does its work all the same: unhealthy, it degrades the whole.
  bool is_optional = false;
};

/// The health of a fixed list of components. A component's thread reports and beats (a relaxed store each),
/// one monitor thread publishes the metrics, any thread reads. All times are nanoseconds of one monotonic
/// clock.
///
/// Until it has reported, a component is unhealthy. Publishes component_health_status{component,state}, of
/// which exactly one is 1, and component_up{component}.
class HealthBoard {
 public:
  using Time = std::chrono::nanoseconds;

  /// Throws std::logic_error for two components of one name.
  HealthBoard(std::vector<HealthComponent> components, std::string_view version, Time started,
              Registry& registry);
  HealthBoard(const HealthBoard&) = delete;
  HealthBoard& operator=(const HealthBoard&) = delete;

  /// The component's number, for what follows. Throws std::logic_error for a name that is not on the board.
  [[nodiscard]] std::size_t find(std::string_view name) const;
  [[nodiscard]] std::size_t size() const noexcept { return components_.size(); }
  [[nodiscard]] std::string_view name(std::size_t component) const noexcept {
    return components_[component].name;
  }

  /// The component's thread. The reason must live for ever.
  void report(std::size_t component, Verdict verdict) noexcept;
  void report(std::size_t component, HealthState state, const char* reason = "") noexcept {
    report(component, Verdict{state, reason});
  }
  /// The component's thread: it works at `now`.
  void beat(std::size_t component, Time now) noexcept;
  /// Everything is up: from here on the process can be ready.
  void startup_finished() noexcept { is_started_.store(true, std::memory_order_relaxed); }

  /// What the component reported, or that its heartbeat is missing.
  [[nodiscard]] Verdict verdict(std::size_t component, Time now) const noexcept;
  /// The worst state of all; an optional component counts as degraded when it is unhealthy.
  [[nodiscard]] HealthState overall(Time now) const noexcept;
  /// No vital component's heartbeat is missing.
  [[nodiscard]] bool is_live(Time now) const noexcept;
  /// Started, and no component unhealthy but optional ones.
  [[nodiscard]] bool is_ready(Time now) const noexcept;

  /// Sets the metrics; one thread, the monitor. Of the two gauges that a change touches the new one is set
  /// first: a scrape in that instant may see both, never none.
  void publish(Time now) noexcept;

  /// GET /health: 200 while live, else 503. Nothing of the engine's business in it.
  [[nodiscard]] HttpResponse health_response(Time now) const;
  /// GET /ready: 200 while ready, else 503, with every component's state and reason.
  [[nodiscard]] HttpResponse ready_response(Time now) const;

 private:
  struct Component {
    std::string name;
    Time heartbeat_limit;
    bool is_vital;
    bool is_optional;
    std::atomic<std::uint64_t> verdict;  ///< state and reason in one word, so that they change together
    std::atomic<Time::rep> last_beat;
    StateSet state;  ///< the publishing thread's
    Gauge up;
    HealthState published;
  };
  /// What a component's state means for the whole.
  [[nodiscard]] HealthState weighed(std::size_t component, HealthState state) const noexcept;
  [[nodiscard]] bool is_beating(const Component& component, Time now) const noexcept;

  std::string version_;
  Time started_;
  std::atomic<bool> is_started_{false};
  std::vector<Component> components_;
};

}  // namespace vigil::monitoring
