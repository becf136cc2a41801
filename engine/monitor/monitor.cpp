#include "engine/monitor/monitor.h"

#include <chrono>
#include <cstdint>

#include "engine/monitor/monitor_time.h"

namespace vigil::engine {

Monitor::Monitor(const MonitorConfig& config, MonitorCycle::Links links)
    : interval_(config.sample_interval), watches_(links.watches), cycle_(config, std::move(links)) {}

Monitor::~Monitor() {
  stop();
}

void Monitor::start() {
  cycle_.history().start();
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Monitor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  watches_.wake();
  thread_.join();
  cycle_.history().flush();
}

void Monitor::run(const std::stop_token& stop) {
  // What is recorded is in order, whatever was done to the wall clock meanwhile.
  monitor_clock.begin_after(std::chrono::milliseconds{cycle_.recover_history()});
  cycle_.recover_alerts(monitor_time());
  const auto next_turn = [&](std::chrono::nanoseconds now) { return now - now % interval_ + interval_; };
  std::chrono::nanoseconds next = next_turn(monitor_time().time_since_epoch());
  while (true) {
    const auto left = next - monitor_time().time_since_epoch();
    watches_.wait(left);
    cycle_.take_crossings();
    if (stop.stop_requested()) break;
    const std::chrono::nanoseconds now = monitor_time().time_since_epoch();
    if (now < next) continue;
    cycle_.turn(orders::Timestamp{now - now % interval_});
    const std::chrono::nanoseconds following = next_turn(monitor_time().time_since_epoch());
    if (following > next + interval_)
      cycle_.count_missed(static_cast<std::uint64_t>((following - next) / interval_ - 1));
    next = following;
  }
  // What happened since the last turn is worth having, too.
  cycle_.turn(monitor_time());
}

}  // namespace vigil::engine
