#include "engine/journal/journal.h"

#include <chrono>
#include <system_error>

#include "engine/background.h"
#include "engine/config/engine_config_writer.h"
#include "engine/core/clock.h"
#include "engine/core/core.h"
#include "engine/core/log_entry.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/snapshot_keeper.h"
#include "engine/version.h"

namespace vigil::engine {
namespace {

/// How long the thread sleeps when nothing waits: short against a sync of the disk.
constexpr auto kIdleSleep = std::chrono::microseconds{50};
/// The same for who makes snapshots, for whom a segment's end is news.
constexpr auto kKeeperSleep = std::chrono::milliseconds{50};

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
  const RecoveryListener listener{
      .damaged_snapshot =
          [this](const std::string& name, const std::string& error) {
            log(monitoring::LogLevel::Error,
                "A snapshot cannot be read; recovering from an earlier one, or from the journal alone",
                disk_->path_of(name) + ": " + error);
          },
      .metric_reset =
          [this](const std::string& metric) {
            log(monitoring::LogLevel::Warn, "A metric begins anew: it was recorded otherwise than it is now",
                metric);
          }};
  recovery_ = recover_core(*disk_, config_, core, registry_, listener);
  const auto took = std::chrono::steady_clock::now() - before;
  metrics_.recovered(recovery_.reading.records, took, recovery_.reading.torn_bytes);
  if (recovery_.is_new()) return;
  continue_time_from(recovery_.last_time);
  log_recovery(core, took);
  take_snapshot(core);
}

std::vector<std::pair<orders::StrategyId, bool>> Journal::switched_strategies() const {
  std::vector<std::pair<orders::StrategyId, bool>> switched;
  if (recovery_.is_new() || recovery_.difference.empty()) return switched;
  const EngineConfig then = configuration_of(recovery_.last_run);
  for (std::size_t i = 0; i < config_.strategies.size(); ++i) {
    const bool enabled = config_.strategies[i].enabled;
    if (then.strategies[i].enabled != enabled)
      switched.emplace_back(static_cast<orders::StrategyId>(i), enabled);
  }
  return switched;
}

/// So that the next recovery, and the keeper, need not do again what this one did; and so that what was
/// carried over into another configuration is there as it was taken up.
void Journal::take_snapshot(const Core& core) {
  if (config_.journal.snapshot_every == 0) return;
  const bool was_long = recovery_.reading.bytes >= config_.journal.snapshot_every;
  if (!was_long && recovery_.difference.empty()) return;
  RunStart start = recovery_.last_run;
  start.configuration = show_config(config_);
  const std::string bytes = make_snapshot({recovery_.position, recovery_.last_time, start}, core, registry_);
  const std::uint64_t sequence = recovery_.position.next_sequence - 1;
  const int error = write_snapshot(*disk_, sequence, bytes, 2 * config_.journal.segment_bytes);
  if (error == 0) return;
  snapshot_metrics_.failed(SnapshotFailure::Disk);
  log(monitoring::LogLevel::Error, "A snapshot could not be written",
      disk_->path_of(snapshot_name(sequence)) + ": " + std::generic_category().message(error));
}

void Journal::log(monitoring::LogLevel level, const char* message, const std::string& error) noexcept {
  monitoring::LogRecord entry = log_entry(machine_time().wall, level, "execution_engine", "journal", message);
  entry.add_long_text("error", error);
  logger_.write(entry.here());
}

void Journal::log_recovery(const Core& core, std::chrono::nanoseconds took) noexcept {
  if (!recovery_.difference.empty()) {
    log(monitoring::LogLevel::Warn,
        "The configuration has changed since the last run; its state is carried over", recovery_.difference);
  }
  monitoring::LogRecord entry =
      log_entry(machine_time().wall, monitoring::LogLevel::Info, "execution_engine", "journal", "Recovered");
  entry.add("records", static_cast<std::int64_t>(recovery_.reading.records));
  entry.add("orders", static_cast<std::int64_t>(core.orders().remembered_count()));
  entry.add("live_orders", static_cast<std::int64_t>(core.orders().live_count()));
  entry.add("torn_bytes", static_cast<std::int64_t>(recovery_.reading.torn_bytes));
  entry.add("milliseconds", std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
  logger_.write(entry);
}

void Journal::start(Core& core) {
  const orders::EventTime now = machine_time();
  writer_.start(recovery_.position, {.version = version(), .configuration = show_config(config_)}, now);
  core.begin_run(now);
  core.start_journal(ring_, writer_.first_sequence(), config_.journal.hash_every);
  thread_ = std::thread([this] { run(); });
  if (config_.journal.snapshot_every > 0) keeper_thread_ = std::thread([this] { keep_snapshots(); });
}

void Journal::keep_snapshots() {
  run_in_background();
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
