#include "engine/journal/journal.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <system_error>

#include "engine/config/engine_config_writer.h"
#include "engine/core/clock.h"
#include "engine/core/core.h"
#include "engine/core/log_entry.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/snapshot_keeper.h"
#include "engine/version.h"

namespace vigil::engine {
namespace {

/// How long the thread sleeps when nothing waits: short against a sync of the disk.
constexpr auto kIdleSleep = std::chrono::microseconds{50};
/// The same for who makes snapshots, for whom a segment's end is news.
constexpr auto kKeeperSleep = std::chrono::milliseconds{50};
constexpr int kKeeperNiceness = 19;

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

}  // namespace

Journal::Journal(std::unique_ptr<JournalDisk> disk, const EngineConfig& config,
                 monitoring::Registry& registry, monitoring::Logger& logger)
    : config_(config),
      registry_(registry),
      logger_(logger),
      metrics_(registry),
      snapshot_metrics_(registry),
      disk_(std::move(disk)),
      ring_(config.journal.buffer_bytes),
      writer_(ring_, *disk_, config.journal, &metrics_) {
  metrics_.set_capacity(ring_.capacity());
}

Journal::~Journal() {
  stop();
}

void Journal::recover(Core& core) {
  const auto before = std::chrono::steady_clock::now();
  const JournalPosition from = begin_recovery(core);
  JournalPlayer player(core);
  std::string error;
  bool has_ended = true;
  const JournalReading reading = read_journal(
      *disk_, {.check_chain = true},
      [&](const RecordView& record) {
        if (auto start = read_run_start(record)) last_run_ = *std::move(start);
        has_ended = record.header.type == RecordType::RunEnded;
        error = player.play(record);
        return error.empty();
      },
      from);
  player.finish();
  if (!error.empty()) throw JournalError(disk_->path_of(reading.last_segment) + ": " + error);
  cut_torn_end(*disk_, reading);
  position_ = reading.position;
  if (reading.records > 0) last_time_ = reading.last_time;
  if (!has_ended) crashed_at_ = last_time_.wall;
  const bool is_new = position_.next_sequence == 1;
  if (!is_new) continue_time_from(last_time_);
  const auto took = std::chrono::steady_clock::now() - before;
  metrics_.recovered(reading.records, took, reading.torn_bytes);
  if (is_new) return;
  log_recovery(reading, core, took);
  if (config_.journal.snapshot_every > 0 && reading.bytes >= config_.journal.snapshot_every) {
    // The next recovery need not do it all again, nor the keeper.
    const std::string bytes = make_snapshot({position_, last_time_, last_run_}, core, registry_);
    static_cast<void>(
        write_snapshot(*disk_, position_.next_sequence - 1, bytes, 2 * config_.journal.segment_bytes));
  }
}

/// Brings the core to the newest snapshot, if there is one. Returns from where the journal is to be played.
JournalPosition Journal::begin_recovery(Core& core) {
  const auto snapshot =
      newest_snapshot(*disk_, UINT64_MAX, [this](const std::string& name, const std::string& error) {
        log(monitoring::LogLevel::Error,
            "A snapshot is damaged; recovering from an earlier one, or from the journal alone",
            disk_->path_of(name) + ": " + error);
      });
  const std::optional<RunStart> start = snapshot ? snapshot->snapshot.start : first_run_of(*disk_);
  if (!start) return {};
  const EngineConfig then = configuration_of(*start);
  if (const std::string difference = trading_difference(then, config_); !difference.empty()) {
    throw JournalError(disk_->path_of("") + ": the journal was written under another configuration: " +
                       difference + "; start with that one, or with another data folder");
  }
  if (!snapshot) {
    if (const std::uint64_t first = number_of(segments_of(*disk_).front()); first != 1) {
      throw JournalError(disk_->path_of("") + ": begins with record " + std::to_string(first) +
                         ", and no snapshot of what was before it can be read");
    }
    core.begin_with(then.limits);
    return {};
  }
  std::vector<std::string> reset;
  if (const std::string error = restore(snapshot->snapshot, core, registry_, reset); !error.empty()) {
    throw JournalError(disk_->path_of(snapshot->name) + ": " + error);
  }
  expect_end_at(*disk_, snapshot->snapshot);
  for (const std::string& name : reset) {
    log(monitoring::LogLevel::Warn, "A metric begins anew: it was recorded otherwise than it is now", name);
  }
  last_run_ = *start;
  last_time_ = snapshot->snapshot.last_time;
  return snapshot->snapshot.position;
}

void Journal::log(monitoring::LogLevel level, const char* message, const std::string& error) noexcept {
  monitoring::LogRecord entry = log_entry(machine_time().wall, level, "execution_engine", "journal", message);
  entry.add_long_text("error", error);
  logger_.write(entry.here());
}

void Journal::log_recovery(const JournalReading& reading, const Core& core,
                           std::chrono::nanoseconds took) noexcept {
  monitoring::LogRecord entry =
      log_entry(machine_time().wall, monitoring::LogLevel::Info, "execution_engine", "journal", "Recovered");
  entry.add("records", static_cast<std::int64_t>(reading.records));
  entry.add("orders", static_cast<std::int64_t>(core.orders().remembered_count()));
  entry.add("live_orders", static_cast<std::int64_t>(core.orders().live_count()));
  entry.add("torn_bytes", static_cast<std::int64_t>(reading.torn_bytes));
  entry.add("milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  logger_.write(entry);
}

void Journal::start(Core& core) {
  const orders::EventTime now = machine_time();
  writer_.start(position_, {.version = version(), .configuration = show_config(config_)}, now);
  core.begin_run(now);
  core.start_journal(ring_, writer_.first_sequence(), config_.journal.hash_every);
  thread_ = std::thread([this] { run(); });
  if (config_.journal.snapshot_every > 0) keeper_thread_ = std::thread([this] { keep_snapshots(); });
}

/// Behind everything else that the machine has to do.
void Journal::keep_snapshots() {
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kKeeperNiceness));
  SnapshotKeeper keeper(*disk_, config_, logger_, snapshot_metrics_);
  std::uint64_t seen = 0;
  while (!stop_.load(std::memory_order_relaxed)) {
    const std::uint64_t current = writer_.current_segment();
    if (current != seen && keeper.turn(current, machine_time().wall)) continue;
    seen = current;
    std::this_thread::sleep_for(kKeeperSleep);
  }
}

void Journal::run() {
  auto health = JournalHealth::Good;
  while (!stop_.load(std::memory_order_relaxed)) {
    const bool worked = writer_.turn(machine_time().monotonic);
    if (const JournalHealth now = writer_.health(); now != health) {
      health = now;
      monitoring::LogRecord entry =
          log_entry(machine_time().wall,
                    now == JournalHealth::Good ? monitoring::LogLevel::Info : monitoring::LogLevel::Fatal,
                    "execution_engine", "journal",
                    now == JournalHealth::Good   ? "There is room for the journal again"
                    : now == JournalHealth::Full ? "No room for the journal to grow"
                                                 : "The journal cannot be written");
      if (now != JournalHealth::Good) entry.add_long_text("error", error_text()).here();
      logger_.write(entry);
    }
    if (!worked) std::this_thread::sleep_for(kIdleSleep);
  }
  writer_.flush(machine_time().monotonic);
  writer_.close();
}

void Journal::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true);
  thread_.join();
  if (keeper_thread_.joinable()) keeper_thread_.join();
}

std::string Journal::error_text() const {
  return disk_->path_of("") + ": " + std::generic_category().message(writer_.error());
}

void Journal::sample(std::uint64_t last) noexcept {
  const std::uint64_t durable = writer_.durable();
  metrics_.sample(writer_.health(), ring_.used(), last > durable ? last - durable : 0);
}

}  // namespace vigil::engine
