#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/journal/journal_metrics.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"
#include "engine/journal/recovery.h"
#include "engine/journal/snapshot_metrics.h"
#include "engine/tape/record_ring.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {

class Core;

/// The engine's journal at work: what there was is read back into the core, then the core's records go to
/// the disk on a thread of the journal's own, and on another, that nobody waits for, snapshots are made. In
/// this order: recover(), start(), stop().
class Journal {
 public:
  /// `disk`: open_journal_folder(...) outside of tests.
  Journal(std::unique_ptr<JournalDisk> disk, const EngineConfig& config, monitoring::Registry& registry,
          monitoring::Logger& logger);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Brings a fresh core to where the journal ends, as recover_core() does. The machine's time goes on from
  /// there.
  void recover(Core& core);
  /// After recover(): when the run before had its last event, if it did not end in order.
  [[nodiscard]] std::optional<orders::Timestamp> crashed_at() const noexcept {
    if (recovery_.has_ended) return std::nullopt;
    return recovery_.last_time.wall;
  }
  /// The same: strategies that the configuration enables or disables otherwise than that of the run before.
  [[nodiscard]] std::vector<std::pair<orders::StrategyId, bool>> switched_strategies() const;
  /// Where the journal is.
  [[nodiscard]] JournalDisk& disk() noexcept { return *disk_; }
  /// Begins a run, and the thread. The core writes from now on. Throws std::system_error.
  void start(Core& core);
  /// After the core's last event: all of it is on the disk when this returns, if the disk takes it.
  void stop();

  // The core's thread.
  /// False: the core must not take up an event now.
  [[nodiscard]] bool has_room() noexcept {
    if (ring_.has_room()) [[likely]]
      return true;
    metrics_.stalled();
    return false;
  }

  // Any thread.
  [[nodiscard]] std::uint64_t durable() const noexcept { return writer_.durable(); }
  [[nodiscard]] JournalHealth health() const noexcept { return writer_.health(); }
  /// For people: what is wrong with the disk.
  [[nodiscard]] std::string error_text() const;
  [[nodiscard]] JournalAck ack() const noexcept { return config_.journal.ack; }

  /// Who samples, about once a second. `last`: the core's last record.
  void sample(std::uint64_t last) noexcept;

 private:
  void run();
  void keep_snapshots();
  void take_snapshot(const Core& core);
  void log(monitoring::LogLevel level, const char* message, const std::string& error) noexcept;
  void log_recovery(const Core& core, std::chrono::nanoseconds took) noexcept;

  const EngineConfig& config_;
  monitoring::Registry& registry_;
  monitoring::Logger& logger_;
  JournalMetrics metrics_;
  SnapshotMetrics snapshot_metrics_;
  std::unique_ptr<JournalDisk> disk_;
  RecordRing ring_;
  JournalWriter writer_;
  Recovery recovery_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
  std::thread keeper_thread_;
};

}  // namespace vigil::engine
