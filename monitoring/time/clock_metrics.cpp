#include "monitoring/time/clock_metrics.h"

namespace vigil::monitoring {

ClockMetrics::ClockMetrics(Registry& registry, ClockSource source)
    : drift_(registry.gauge(kClockDrift, {})),
      forward_(registry.counter(kWallSteps, {"forward"})),
      back_(registry.counter(kWallSteps, {"back"})),
      step_(registry.gauge(kWallStep, {})) {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    sources_[i] = registry.gauge(kClockInfo, {to_string(static_cast<ClockSource>(i))}, 0);
  }
  for (std::size_t i = 0; i < checks_.size(); ++i) {
    checks_[i] = registry.counter(kClockChecks, {to_string(static_cast<ClockCheckResult>(i))});
  }
  set_source(source);
}

void ClockMetrics::checked(const ClockCheck& check, ClockSource source) noexcept {
  checks_[static_cast<std::size_t>(check.result)].add();
  set_source(source);
  if (check.drift && source == ClockSource::Tsc) {
    drift_.set(std::chrono::duration<double>(*check.drift).count());
  } else if (source != ClockSource::Tsc) {
    drift_.clear();
  }
}

void ClockMetrics::stepped(std::chrono::nanoseconds by) noexcept {
  (by.count() < 0 ? back_ : forward_).add();
  step_.set(std::chrono::duration<double>(by).count());
}

void ClockMetrics::set_source(ClockSource source) noexcept {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    sources_[i].set(i == static_cast<std::size_t>(source) ? 1 : 0);
  }
}

}  // namespace vigil::monitoring
