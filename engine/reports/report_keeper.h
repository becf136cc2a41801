#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "engine/analysis/analysis.h"
#include "engine/config/engine_config.h"
#include "engine/reports/report_metrics.h"
#include "engine/reports/report_store.h"
#include "engine/views/json_parts.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {

/// Writes the reports of days that have ended, on a thread of its own, behind everything else that the
/// machine has to do. What cannot be written is counted, logged and tried again; nothing waits for it.
class ReportKeeper {
 public:
  struct Links {
    const EngineConfig& config;
    const Analysis& analysis;
    monitoring::Registry& registry;
    monitoring::Logger& logger;
    /// Adds to a report what the analysis does not know: models and objectives as they are then.
    std::function<void(Json&)> extend;
  };

  /// Between two tries of what failed.
  static constexpr orders::Duration kRetryAfter = std::chrono::seconds{10};

  /// `folder` exists, or is "": reports are in memory until the end.
  ReportKeeper(const std::string& folder, Links links);
  ~ReportKeeper();
  ReportKeeper(const ReportKeeper&) = delete;
  ReportKeeper& operator=(const ReportKeeper&) = delete;

  /// Once the analysis is shared among threads.
  void start();
  /// Behind a last turn. Idempotent.
  void stop();

  /// Writes what has ended and is not there yet. The thread does it once a second; `now`: wall time.
  void turn(orders::Timestamp now);
  [[nodiscard]] const ReportStore& store() const noexcept { return store_; }

 private:
  void run();
  [[nodiscard]] std::vector<DayBook::Ended> unseen() const;
  bool write(const DayBook::Ended& day, orders::Timestamp now);

  Links links_;
  ReportMetrics metrics_;
  ReportStore store_;
  std::optional<std::int64_t> last_done_;  ///< session; those up to it are written
  std::optional<orders::Timestamp> failed_at_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace vigil::engine
