#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/incidents/incident.h"
#include "engine/incidents/incident_bundle.h"
#include "engine/incidents/incident_metrics.h"
#include "engine/incidents/incident_store.h"
#include "engine/incidents/log_tail.h"
#include "engine/journal/journal_disk.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {

/// The engine's black box: when trading is halted, an alert of priority P0 fires, or a fatal error is logged,
/// it keeps what happened around that moment as one bundle. A thread of its own does the work, which may take
/// seconds; nobody waits for it.
///
/// A trigger opens an incident, which is closed `after` later; triggers until then are part of it. At the end
/// of the engine an open one is closed at once. More than kMostWaiting triggers at a time are dropped and
/// counted.
class IncidentKeeper {
 public:
  static constexpr std::size_t kMostWaiting = 64;

  /// What is outside; all of it outlives the keeper. Functions are called by the keeper's thread.
  struct Links {
    const EngineConfig& config;
    monitoring::Registry& registry;
    monitoring::Logger& logger;
    LogTail& log;
    std::function<IncidentViews()> views;
    /// Halts since the start, and the reason for the last.
    std::function<std::uint64_t()> halts;
    std::function<std::string()> halt_reason;
    const monitoring::SampleSource* history = nullptr;
    JournalDisk* journal = nullptr;
  };

  /// `folder`: where bundles are kept; "": in memory.
  IncidentKeeper(const std::string& folder, Links links);
  ~IncidentKeeper();
  IncidentKeeper(const IncidentKeeper&) = delete;
  IncidentKeeper& operator=(const IncidentKeeper&) = delete;

  void start();
  void stop();

  /// Any thread; does not log.
  void trigger(IncidentTrigger trigger) noexcept;
  [[nodiscard]] const IncidentStore& store() const noexcept { return store_; }

  /// What the thread does, again and again; for tests, which have no thread.
  void turn(orders::Timestamp now);
  /// Makes a bundle of what is open.
  void close(orders::Timestamp now);

 private:
  void run();
  void look_for_halts(orders::Timestamp now);
  void look_for_fatal_errors();
  void take_up(std::vector<IncidentTrigger> triggers);
  void log(monitoring::LogLevel level, const char* message, const char* name, const std::string& text);

  Links links_;
  IncidentMetrics metrics_;
  IncidentStore store_;
  std::mutex mutex_;  ///< of waiting_
  std::vector<IncidentTrigger> waiting_;
  std::optional<Incident> open_;
  IncidentViews views_;  ///< of the open one
  std::uint64_t halts_seen_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace vigil::engine
