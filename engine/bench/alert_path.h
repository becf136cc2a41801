#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/live_engine.h"
#include "engine/monitor/alert_desk.h"
#include "engine/monitor/monitor.h"
#include "monitoring/http/server.h"
#include "monitoring/log/logger.h"

namespace vigil::engine::bench {

/// The running engine with its monitor and the delivery of alerts, one watched rule, and an Alertmanager that
/// notes when it was told: all in this process, so that one clock times the whole way.
class AlertPath {
 public:
  AlertPath();
  ~AlertPath();
  AlertPath(const AlertPath&) = delete;
  AlertPath& operator=(const AlertPath&) = delete;

  /// Makes the rule's condition hold and, when the Alertmanager knows, end. Nanoseconds from the core's
  /// seeing it to the handler of the Alertmanager's request. Throws std::runtime_error if nothing comes in 30
  /// s.
  [[nodiscard]] double breach();

 private:
  monitoring::HttpResponse told();
  /// How many requests had come, once there are `requests`.
  void wait_for(std::size_t requests);
  void control(ControlCommand::Kind kind);

  int breaches_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<orders::Duration> told_at_;       ///< monotonic; each request. Under mutex_
  std::optional<orders::Duration> crossed_at_;  ///< of the last firing. Under mutex_

  EngineConfig config_;
  monitoring::Registry registry_;
  monitoring::Logger logger_;
  std::unique_ptr<monitoring::HttpServer> alertmanager_;
  std::unique_ptr<AlertDesk> desk_;
  LiveEngine engine_;
  std::unique_ptr<Monitor> monitor_;
};

}  // namespace vigil::engine::bench
