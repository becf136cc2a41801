#include "engine/core/clock_watch.h"

#include <cmath>

#include "engine/core/log_entry.h"
#include "orders/time.h"

namespace vigil::engine {

using monitoring::ClockChoice;
using monitoring::ClockSource;
using monitoring::LogLevel;

ClockWatch::ClockWatch(monitoring::MachineClock& clock, ClockChoice choice, monitoring::Registry& registry,
                       monitoring::Logger& logger)
    : clock_(clock), choice_(choice), metrics_(registry, clock.source()), logger_(logger) {}

void ClockWatch::log_source() noexcept {
  // Who asked for the counter by name should know that it is not used.
  const bool refused = choice_ == ClockChoice::Counter && clock_.source() != ClockSource::Tsc;
  write(refused ? LogLevel::Warn : LogLevel::Info, "Clock chosen");
}

void ClockWatch::check() noexcept {
  const monitoring::ClockCheck check = clock_.follow();
  metrics_.checked(check, clock_.source());
  if (check.result == monitoring::ClockCheckResult::Lost) write(LogLevel::Warn, "Clock source given up");
  if (const auto step = steps_.observe(clock_.now())) {
    metrics_.stepped(*step);
    log_step(*step);
  }
}

void ClockWatch::log_step(std::chrono::nanoseconds by) noexcept {
  monitoring::LogRecord entry = log_entry(orders::Timestamp{clock_.now().wall}, LogLevel::Warn,
                                          "execution_engine", "clock", "Wall clock was set");
  entry.add("by_ms", std::chrono::duration_cast<std::chrono::milliseconds>(by).count());
  logger_.write(entry);
}

void ClockWatch::write(LogLevel level, const char* message) noexcept {
  monitoring::LogRecord entry =
      log_entry(orders::Timestamp{clock_.now().wall}, level, "execution_engine", "clock", message);
  entry.add_literal("source", to_string(clock_.source()).data());
  entry.add_literal("reason", to_string(clock_.reason()).data());
  entry.add("ticks_per_second", std::llround(clock_.hertz()));
  logger_.write(entry);
}

}  // namespace vigil::engine
