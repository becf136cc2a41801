#include "engine/journal/recovery.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/core/core.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/solitary_core.h"

namespace vigil::engine {
namespace {

/// Where no segment follows a snapshot, the journal must end with it.
void expect_end_at(JournalDisk& disk, const Snapshot& snapshot) {
  const std::vector<std::string> segments = segments_of(disk);
  if (segments.empty() || number_of(segments.back()) > snapshot.sequence()) return;
  JournalPosition position;
  const SegmentEnd end =
      read_segment(disk.read(segments.back()), position, {}, [](const RecordView&) { return true; });
  if (end.error.empty() && position.next_sequence == snapshot.position.next_sequence) return;
  throw JournalError(disk.path_of(segments.back()) + ": must end with record " +
                     std::to_string(snapshot.sequence()) + ", of which there is a snapshot, ends with " +
                     std::to_string(position.next_sequence - 1));
}

/// The run that begins with this segment; a run begins one of its own.
std::optional<RunStart> run_of(JournalDisk& disk, const std::string& name) {
  RecordHeader header;
  const std::string head = disk.read_head(name, kSegmentHeaderBytes + kRecordHeaderBytes);
  if (head.size() < kSegmentHeaderBytes + kRecordHeaderBytes) return std::nullopt;
  if (!get_header(std::string_view{head}.substr(kSegmentHeaderBytes), header)) return std::nullopt;
  if (header.type != RecordType::RunStarted) return std::nullopt;
  std::optional<RunStart> start;
  JournalPosition position;
  const std::string bytes = disk.read_head(name, kSegmentHeaderBytes + header.size);
  static_cast<void>(read_segment(bytes, position, {}, [&start](const RecordView& record) {
    start = read_run_start(record);
    return false;
  }));
  return start;
}

class Recoverer {
 public:
  Recoverer(JournalDisk& disk, const EngineConfig& config, Core& core, const monitoring::Registry& registry,
            const RecoveryListener& listener)
      : disk_(disk), config_(config), core_(core), registry_(registry), listener_(listener) {}

  Recovery recover() {
    find_beginning();
    if (!start_) return {};
    const EngineConfig then = configuration_of(*start_);
    expect_same_subject(then);
    if (is_all_alike(then)) {
      play_directly(then);
    } else {
      play_apart(then);
    }
    cut_torn_end(disk_, done_.reading);
    done_.position = done_.reading.position;
    if (done_.reading.records > 0) done_.last_time = done_.reading.last_time;
    return std::move(done_);
  }

 private:
  void find_beginning() {
    snapshot_ = newest_snapshot(disk_, UINT64_MAX, listener_.damaged_snapshot);
    if (!snapshot_) {
      start_ = first_run_of(disk_);
      return;
    }
    expect_end_at(disk_, snapshot_->snapshot);
    start_ = snapshot_->snapshot.start;
    from_ = snapshot_->snapshot.position;
    done_.began_at_snapshot = true;
    done_.last_run = *start_;
    done_.last_time = snapshot_->snapshot.last_time;
  }

  void expect_same_subject(const EngineConfig& then) const {
    const std::string difference = subject_difference(then, config_);
    if (difference.empty()) return;
    throw JournalError(disk_.path_of("") +
                       ": the journal was written under a configuration of other things: " + difference +
                       "; start with that one, or with another data folder");
  }

  [[nodiscard]] bool is_all_alike(const EngineConfig& then) {
    done_.difference = trading_difference(then, config_);
    bool all = done_.difference.empty();
    std::string last = start_->configuration;
    for (const std::string& name : segments_of(disk_)) {
      if (number_of(name) < from_.next_sequence) continue;
      const auto start = run_of(disk_, name);
      if (!start || start->configuration.empty() || start->configuration == last) continue;
      last = start->configuration;
      done_.difference = trading_difference(configuration_of(*start), config_);
      all = all && done_.difference.empty();
    }
    return all;
  }

  template <typename Play>
  void read(const Play& play) {
    std::string error;
    done_.reading = read_journal(
        disk_, {.check_chain = true},
        [&](const RecordView& record) {
          if (auto start = read_run_start(record)) done_.last_run = *std::move(start);
          done_.has_ended = record.header.type == RecordType::RunEnded;
          error = play(record);
          return error.empty();
        },
        from_);
    if (!error.empty()) throw JournalError(disk_.path_of(done_.reading.last_segment) + ": " + error);
  }

  void play_directly(const EngineConfig& then) {
    if (snapshot_) {
      std::vector<std::string> reset;
      expect_no(restore(snapshot_->snapshot, core_, registry_, reset));
      tell(reset);
    } else {
      core_.begin_with(then.limits);
    }
    JournalPlayer player(core_);
    read([&player](const RecordView& record) { return player.play(record); });
    player.finish();
  }

  /// By a core of the configuration of then, whose state the present one takes over.
  void play_apart(const EngineConfig& then) {
    SolitaryCore alone(then, start_->clock, nullptr);
    if (snapshot_) {
      expect_no(alone.begin_at(snapshot_->snapshot));
    } else {
      alone.core().begin_with(then.limits);
    }
    read([&alone](const RecordView& record) { return alone.play(record); });
    alone.finish();
    expect_same_subject(alone.config());
    std::vector<std::string> reset;
    const std::string error = alone.hand_over(core_, registry_, reset);
    if (!error.empty()) throw JournalError(disk_.path_of("") + ": what it leads to " + error);
    tell(reset);
  }

  void expect_no(const std::string& error) const {
    if (!error.empty()) throw JournalError(disk_.path_of(snapshot_->name) + ": " + error);
  }
  void tell(const std::vector<std::string>& reset) const {
    for (const std::string& metric : reset) listener_.metric_reset(metric);
  }

  JournalDisk& disk_;
  const EngineConfig& config_;
  Core& core_;
  const monitoring::Registry& registry_;
  const RecoveryListener& listener_;
  std::unique_ptr<LoadedSnapshot> snapshot_;
  std::optional<RunStart> start_;  ///< of the run that it begins in
  JournalPosition from_;
  Recovery done_;
};

}  // namespace

Recovery recover_core(JournalDisk& disk, const EngineConfig& config, Core& core,
                      const monitoring::Registry& registry, const RecoveryListener& listener) {
  return Recoverer(disk, config, core, registry, listener).recover();
}

}  // namespace vigil::engine
