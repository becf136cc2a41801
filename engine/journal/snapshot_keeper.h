#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/config/engine_config.h"
#include "engine/journal/journal_disk.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/snapshot_metrics.h"
#include "engine/journal/solitary_core.h"
#include "monitoring/log/logger.h"
#include "orders/time.h"

namespace vigil::engine {

/// Follows the journal a segment behind: plays each segment that is full on a core of its own, and writes
/// down what that core is now and then, so that a recovery need not begin at the beginning. On the way it
/// proves, while the engine runs, that its journal leads to the state that it is in. What is older than the
/// retention goes.
///
/// A snapshot is due once so many bytes of journal have come since the last as the configuration says, and no
/// fewer than that one had itself: writing snapshots costs at most as much as writing the journal. One
/// thread, which may be slow; the core never waits for it.
class SnapshotKeeper {
 public:
  /// All of it outlives the keeper.
  SnapshotKeeper(JournalDisk& disk, const EngineConfig& config, monitoring::Logger& logger,
                 SnapshotMetrics& metrics);
  ~SnapshotKeeper();
  SnapshotKeeper(const SnapshotKeeper&) = delete;
  SnapshotKeeper& operator=(const SnapshotKeeper&) = delete;

  /// Plays the next segment that ends before record `end`; false if there is none, or if an earlier one did
  /// not play to the state it says: then nothing more is kept in this run, and people are told.
  bool turn(std::uint64_t end, orders::Timestamp now);

  /// Why nothing more is kept; "" while all is well.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  void begin();
  void play_segment(const std::string& name);
  void take_snapshot();
  void forget_old(orders::Timestamp now);
  void give_up(const std::string& error);
  void log(monitoring::LogLevel level, const char* message, const std::string& error);

  JournalDisk& disk_;
  const EngineConfig& config_;
  monitoring::Logger& logger_;
  SnapshotMetrics& metrics_;
  std::unique_ptr<SolitaryCore> core_;
  JournalPosition position_;
  orders::EventTime last_time_;
  RunStart start_;
  std::uint64_t bytes_since_ = 0;  ///< of journal, since the last snapshot
  std::uint64_t last_size_ = 0;    ///< of the last snapshot
  std::string error_;
};

}  // namespace vigil::engine
