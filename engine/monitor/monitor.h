#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include "engine/monitor/monitor_config.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"

namespace vigil::engine {

/// The monitor thread: records all series in the history, at whole multiples of the interval since 1970.
class Monitor {
 public:
  /// All of them outlive the monitor. Throws monitoring::HistoryError for a history that cannot be opened.
  Monitor(const MonitorConfig& config, monitoring::Registry& registry, monitoring::Logger& logger);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// Declares what it publishes.
  static void declare(monitoring::Registry& registry);

  /// Brings back the history there was, then begins to record.
  void start();
  /// Records a last time and writes what there is to write.
  void stop();

  [[nodiscard]] const monitoring::History& history() const noexcept { return history_; }

 private:
  void run(const std::stop_token& stop);
  void recover();
  /// `now`: wall time, a multiple of the interval.
  void sample(std::chrono::nanoseconds now);
  void log_damage();
  void write(monitoring::LogLevel level, const char* message, std::string_view what);

  const std::chrono::nanoseconds interval_;
  monitoring::Logger& logger_;
  monitoring::History history_;
  monitoring::RegistrySampler sampler_;
  monitoring::Histogram sample_duration_;
  monitoring::Counter missed_;
  std::size_t logged_damage_ = 0;
  std::mutex lock_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace vigil::engine
