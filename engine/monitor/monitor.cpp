#include "engine/monitor/monitor.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/clock.h"
#include "engine/monitor/monitor_metrics.h"
#include "monitoring/store/history_error.h"

namespace vigil::engine {

Monitor::Monitor(const MonitorConfig& config, monitoring::Registry& registry, monitoring::Logger& logger)
    : interval_(config.sample_interval),
      logger_(logger),
      history_(config.history, registry),
      sampler_(registry, history_),
      sample_duration_(registry.histogram(metric::kSampleDuration, {})),
      missed_(registry.counter(metric::kSamplesMissed, {})) {}

Monitor::~Monitor() {
  stop();
}

void Monitor::declare(monitoring::Registry& registry) {
  for (const auto& definition : metric::kMonitorMetrics) registry.declare(definition);
}

void Monitor::start() {
  history_.start();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Monitor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  history_.flush();
}

void Monitor::run(const std::stop_token& stop) {
  recover();
  const auto next_turn = [&](std::chrono::nanoseconds now) { return now - now % interval_ + interval_; };
  std::chrono::nanoseconds next = next_turn(machine_time().wall.time_since_epoch());
  while (true) {
    {
      std::unique_lock guard(lock_);
      const auto left = next - machine_time().wall.time_since_epoch();
      // Not longer than an interval, should the wall clock have gone back by more.
      wake_.wait_for(guard, stop, std::min(left, interval_), [] { return false; });
    }
    if (stop.stop_requested()) break;
    const std::chrono::nanoseconds now = machine_time().wall.time_since_epoch();
    if (now < next && next - now <= interval_) continue;
    sample(now - now % interval_);
    const std::chrono::nanoseconds following = next_turn(machine_time().wall.time_since_epoch());
    if (following > next + interval_)
      missed_.add(static_cast<std::uint64_t>((following - next) / interval_ - 1));
    next = following;
  }
  // What happened since the last turn is worth having, too.
  sample(machine_time().wall.time_since_epoch());
}

void Monitor::recover() {
  try {
    history_.recover();
  } catch (const monitoring::HistoryError& error) {
    write(monitoring::LogLevel::Error, "History not read", error.what());
  }
  log_damage();
}

void Monitor::sample(std::chrono::nanoseconds now) {
  const orders::Duration begin = machine_time().monotonic;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  if (!sampler_.sample(time)) missed_.add();
  sample_duration_.observe(machine_time().monotonic - begin);
  log_damage();
}

void Monitor::log_damage() {
  const std::vector<std::string> damage = history_.damaged_files();
  for (; logged_damage_ < damage.size(); ++logged_damage_) {
    write(monitoring::LogLevel::Error, "History file not usable", damage[logged_damage_]);
  }
}

void Monitor::write(monitoring::LogLevel level, const char* message, std::string_view what) {
  monitoring::LogRecord entry;
  entry.time = machine_time().wall;
  entry.level = level;
  entry.component = "monitoring";
  entry.module = "history";
  entry.message = message;
  entry.add_long_text("error", what);
  entry.file = __FILE__;
  entry.line = __LINE__;
  logger_.write(entry);
}

}  // namespace vigil::engine
