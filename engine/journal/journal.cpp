#include "engine/journal/journal.h"

#include <algorithm>
#include <chrono>
#include <system_error>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/core/clock.h"
#include "engine/core/core.h"
#include "engine/core/log_entry.h"
#include "engine/journal/journal_player.h"
#include "engine/version.h"

namespace vigil::engine {
namespace {

/// How long the thread sleeps when nothing waits: short against a sync of the disk.
constexpr auto kIdleSleep = std::chrono::microseconds{50};

/// The first line in which two texts differ, of each.
std::string first_difference(std::string_view before, std::string_view now) {
  const auto line = [](std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view first = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return first;
  };
  while (!before.empty() || !now.empty()) {
    const std::string_view a = line(before);
    const std::string_view b = line(now);
    if (a == b) continue;
    std::string text{"\""};
    text += a;
    text += "\" then, \"";
    text += b;
    text += "\" now";
    return text;
  }
  return "";
}

}  // namespace

std::string trading_part_of(const EngineConfig& config) {
  EngineConfig part;
  part.metrics_enabled = config.metrics_enabled;
  part.native_histograms = config.native_histograms;
  part.exemplars = config.exemplars;
  part.orders = config.orders;
  part.currencies = config.currencies;
  part.instruments = config.instruments;
  part.portfolio = config.portfolio;
  part.strategies = config.strategies;
  part.by_name.strategy_instruments = config.by_name.strategy_instruments;
  part.router = config.router;
  part.retry = config.retry;
  part.reconciliation = config.reconciliation;
  part.session_end = config.session_end;
  part.buckets = config.buckets;
  for (const SimulatedVenueConfig& venue : config.venues) {
    SimulatedVenueConfig& plain = part.venues.emplace_back();
    plain.name = venue.name;
    plain.maker = venue.maker;
    plain.taker = venue.taker;
    plain.healthy_at_start = venue.healthy_at_start;
  }
  return show_config(part);
}

Journal::Journal(std::unique_ptr<JournalDisk> disk, const EngineConfig& config,
                 monitoring::Registry& registry, monitoring::Logger& logger)
    : config_(config),
      logger_(logger),
      metrics_(registry),
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
  if (const auto first = first_run_of(*disk_)) {
    const EngineConfig then = read_engine_config(first->configuration, "the journal's configuration");
    if (const std::string difference = first_difference(trading_part_of(then), trading_part_of(config_));
        !difference.empty()) {
      throw JournalError(disk_->path_of("") + ": the journal was written under another configuration: " +
                         difference + "; start with that one, or with another data folder");
    }
    core.begin_with(then.limits);
  }
  JournalPlayer player(core);
  std::string error;
  const JournalReading reading = read_journal(*disk_, {.check_chain = true}, [&](const RecordView& record) {
    error = player.play(record);
    return error.empty();
  });
  player.finish();
  if (!error.empty()) throw JournalError(disk_->path_of(reading.last_segment) + ": " + error);
  cut_torn_end(*disk_, reading);
  position_ = reading.position;
  if (reading.records > 0) continue_time_from(reading.last_time);
  const auto took = std::chrono::steady_clock::now() - before;
  metrics_.recovered(reading.records, took, reading.torn_bytes);
  if (reading.records > 0) log_recovery(reading, core, took);
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
}

std::string Journal::error_text() const {
  return disk_->path_of("") + ": " + std::generic_category().message(writer_.error());
}

void Journal::sample(std::uint64_t last) noexcept {
  const std::uint64_t durable = writer_.durable();
  metrics_.sample(writer_.health(), ring_.used(), last > durable ? last - durable : 0);
}

}  // namespace vigil::engine
