#include "engine/monitor/monitor.h"

#include <algorithm>
#include <cstdint>

#include "engine/core/clock.h"

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
  cycle_.recover();
  const auto next_turn = [&](std::chrono::nanoseconds now) { return now - now % interval_ + interval_; };
  std::chrono::nanoseconds next = next_turn(machine_time().wall.time_since_epoch());
  while (true) {
    const auto left = next - machine_time().wall.time_since_epoch();
    // Not longer than an interval, should the wall clock have gone back by more.
    watches_.wait(std::min(left, interval_));
    cycle_.take_crossings();
    if (stop.stop_requested()) break;
    const std::chrono::nanoseconds now = machine_time().wall.time_since_epoch();
    if (now < next && next - now <= interval_) continue;
    cycle_.turn(orders::Timestamp{now - now % interval_});
    const std::chrono::nanoseconds following = next_turn(machine_time().wall.time_since_epoch());
    if (following > next + interval_)
      cycle_.count_missed(static_cast<std::uint64_t>((following - next) / interval_ - 1));
    next = following;
  }
  // What happened since the last turn is worth having, too.
  cycle_.turn(machine_time().wall);
}

}  // namespace vigil::engine
