#include "engine/journal/snapshot_keeper.h"

#include <algorithm>
#include <exception>
#include <system_error>

#include "engine/core/log_entry.h"
#include "engine/journal/snapshot_files.h"
#include "monitoring/time/machine_clock.h"

namespace vigil::engine {

SnapshotKeeper::SnapshotKeeper(JournalDisk& disk, const EngineConfig& config, monitoring::Logger& logger,
                               SnapshotMetrics& metrics)
    : disk_(disk), config_(config), logger_(logger), metrics_(metrics) {}

SnapshotKeeper::~SnapshotKeeper() = default;

bool SnapshotKeeper::turn(std::uint64_t end, orders::Timestamp now) {
  if (!error_.empty()) return false;
  try {
    if (!core_) begin();
    const std::vector<std::string> segments = segments_of(disk_);
    const auto next = std::ranges::find(segments, position_.next_sequence,
                                        [](const auto& name) { return number_of(name); });
    if (next == segments.end() || position_.next_sequence >= end) return false;
    play_segment(*next);
    const std::uint64_t due = std::max(config_.journal.snapshot_every, last_size_);
    if (bytes_since_ < due) return true;
    take_snapshot();
    forget_old(now);
    return true;
  } catch (const std::exception& error) {
    give_up(error.what());
    return false;
  }
}

/// At the newest snapshot, or at the journal's beginning.
void SnapshotKeeper::begin() {
  const auto loaded =
      newest_snapshot(disk_, UINT64_MAX, [this](const std::string& name, const std::string& error) {
        log(monitoring::LogLevel::Error, "A snapshot cannot be read", disk_.path_of(name) + ": " + error);
      });
  if (!loaded) {
    const auto first = first_run_of(disk_);
    if (!first) throw JournalError(disk_.path_of("") + ": has no record");
    start_ = *first;
    const EngineConfig then = configuration_of(start_);
    core_ = std::make_unique<SolitaryCore>(then, start_.clock, nullptr);
    core_->core().begin_with(then.limits);
    return;
  }
  const Snapshot& snapshot = loaded->snapshot;
  core_ = std::make_unique<SolitaryCore>(configuration_of(snapshot.start), snapshot.start.clock, nullptr);
  if (const std::string error = core_->begin_at(snapshot); !error.empty()) {
    throw JournalError(disk_.path_of(loaded->name) + ": " + error);
  }
  start_ = snapshot.start;
  position_ = snapshot.position;
  last_time_ = snapshot.last_time;
  last_size_ = loaded->bytes.size();
}

void SnapshotKeeper::play_segment(const std::string& name) {
  const std::string bytes = disk_.read(name);
  std::string error;
  const SegmentEnd end = read_segment(bytes, position_, {.check_chain = true}, [&](const RecordView& record) {
    if (auto start = read_run_start(record)) start_ = *std::move(start);
    last_time_ = record.header.time;
    error = core_->play(record);
    return error.empty();
  });
  if (error.empty()) error = end.error;
  if (!error.empty()) throw JournalError(disk_.path_of(name) + ": " + error);
  bytes_since_ += end.bytes;
  metrics_.played(position_.next_sequence - 1);
}

void SnapshotKeeper::take_snapshot() {
  const orders::Duration before = monitoring::machine_clock.monotonic();
  const std::string bytes = make_snapshot({position_, last_time_, start_}, core_->core(), core_->registry());
  const std::uint64_t reserve = 2 * config_.journal.segment_bytes;
  const std::uint64_t sequence = position_.next_sequence - 1;
  if (const int error = write_snapshot(disk_, sequence, bytes, reserve); error != 0) {
    // The journal has all of it: a recovery takes longer, that is all.
    metrics_.failed(SnapshotFailure::Disk);
    log(monitoring::LogLevel::Error, "A snapshot could not be written",
        disk_.path_of(snapshot_name(sequence)) + ": " + std::generic_category().message(error));
    bytes_since_ = 0;
    return;
  }
  bytes_since_ = 0;
  last_size_ = bytes.size();
  metrics_.taken(sequence, bytes.size(), monitoring::machine_clock.monotonic() - before);
}

void SnapshotKeeper::forget_old(orders::Timestamp now) {
  if (config_.journal.retention == orders::Duration{}) return;
  try {
    metrics_.removed(remove_older(disk_, now - config_.journal.retention));
  } catch (const std::system_error& error) {
    metrics_.failed(SnapshotFailure::Disk);
    log(monitoring::LogLevel::Error, "Old files of the journal could not be removed", error.what());
  }
}

void SnapshotKeeper::give_up(const std::string& error) {
  error_ = error;
  core_.reset();
  metrics_.failed(SnapshotFailure::Replay);
  log(monitoring::LogLevel::Error, "The journal does not play to the state it says; no more snapshots",
      error);
}

void SnapshotKeeper::log(monitoring::LogLevel level, const char* message, const std::string& error) {
  monitoring::LogRecord entry = log_entry(machine_time().wall, level, "execution_engine", "journal", message);
  entry.add_long_text("error", error);
  logger_.write(entry.here());
}

}  // namespace vigil::engine
