#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/journal/journal_config.h"
#include "engine/journal/journal_disk.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/segment_reader.h"
#include "engine/tape/journal_format.h"
#include "engine/tape/record_ring.h"
#include "orders/time.h"

namespace vigil::engine {

class JournalMetrics;

/// How the journal is.
enum class JournalHealth : std::uint8_t {
  Good,
  Full,    ///< there is no room for another segment: what is left of this one is still written
  Failed,  ///< a write or a sync failed, or the segment is gone: what happens from now on is not on the disk
};

/// Puts the core's records into segments: all that wait at once, then one sync for all of them (group
/// commit). The room of a segment, and of the next before this one is half full, is taken from the disk
/// before it is needed: a full disk is known while there still is room for what a halted engine does.
///
/// After a failure nothing more is written: records are taken out of the ring, counted and dropped, so that
/// the core never waits for a disk that is gone. One thread, but where said otherwise.
class JournalWriter {
 public:
  /// `metrics` may be null. `position`: behind what was read.
  JournalWriter(RecordRing& ring, JournalDisk& disk, const JournalConfig& config, JournalMetrics* metrics);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// A run begins: a segment of its own, with what `run` says (but its number) as its first record, on the
  /// disk when it returns. `position`: where the run before ended. Throws std::system_error if that cannot be
  /// had, and std::length_error for a configuration that is too long for a record.
  void start(const JournalPosition& position, RunStart run, orders::EventTime now);
  /// The number of the first record that the core writes.
  [[nodiscard]] std::uint64_t first_sequence() const noexcept { return first_sequence_; }

  /// Writes what waits. False: there was nothing to do.
  bool turn(orders::Duration now) noexcept;
  /// Writes and syncs everything there is.
  void flush(orders::Duration now) noexcept;
  /// After the last flush: the room that was not needed goes back to the disk.
  void close() noexcept;

  // Any thread.
  /// Number of the last record that is on the disk.
  [[nodiscard]] std::uint64_t durable() const noexcept { return durable_.load(std::memory_order_acquire); }
  /// Number of the first record of the segment that is being written; what is before it is on the disk.
  [[nodiscard]] std::uint64_t current_segment() const noexcept {
    return segment_.load(std::memory_order_acquire);
  }
  [[nodiscard]] JournalHealth health() const noexcept { return health_.load(std::memory_order_acquire); }
  /// errno of what failed, or of why there is no room.
  [[nodiscard]] int error() const noexcept { return error_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] bool write_batch(orders::Duration now) noexcept;
  [[nodiscard]] int seal(orders::Duration now) noexcept;
  [[nodiscard]] int timed_seal(orders::Duration now) noexcept;
  [[nodiscard]] int begin_segment(orders::Timestamp created) noexcept;
  void prepare_next(orders::Duration now) noexcept;
  [[nodiscard]] int check_files(orders::Duration now) noexcept;
  void drop_waiting() noexcept;
  void fail(int error) noexcept;
  [[nodiscard]] int put(std::string_view bytes) noexcept;

  RecordRing& ring_;
  JournalDisk& disk_;
  JournalConfig config_;
  JournalMetrics* metrics_;
  std::unique_ptr<JournalFile> file_;
  std::string file_name_;
  std::unique_ptr<JournalFile> next_;  ///< made, not yet in use
  std::uint64_t offset_ = 0;           ///< in file_
  std::uint64_t run_ = 0;
  std::uint64_t first_sequence_ = 1;
  std::uint64_t last_written_ = 0;  ///< number of the last record in a file
  orders::EventTime last_time_;     ///< of that record
  ChainHasher chain_{ChainHash{}};
  ChainHash head_{};                 ///< of the last seal
  orders::Duration last_sync_{};     ///< Async
  orders::Duration last_attempt_{};  ///< to make the next segment
  orders::Duration last_check_{};    ///< whether the segment is still there
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<std::uint64_t> segment_{0};
  std::atomic<JournalHealth> health_{JournalHealth::Good};
  std::atomic<int> error_{0};
};

}  // namespace vigil::engine
