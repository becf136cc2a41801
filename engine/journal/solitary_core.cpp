#include "engine/journal/solitary_core.h"

#include <exception>

#include "engine/journal/run_start.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {
namespace {

/// Not the engine's log, which has its file.
monitoring::LogConfig silence() {
  monitoring::LogConfig config;
  config.level = monitoring::LogLevel::Fatal;
  return config;
}

}  // namespace

struct SolitaryCore::Inside : private VenueGateway {
  Inside(const EngineConfig& with, StageClock::Mode clock, CoreObserver* observer)
      : config(with),
        logger(silence(), log_registry, [](std::string_view) {}),
        registry({.enabled = config.metrics_enabled,
                  .native_histograms = config.native_histograms,
                  .exemplars = config.exemplars}),
        core(config, clock, CoreLinks{registry, logger, *this, observer}, {}),
        player(core) {}

  SendResult send(const VenueCommand&, orders::EventTime) noexcept override {
    return SendResult::Disconnected;
  }

  EngineConfig config;
  monitoring::Registry log_registry;
  monitoring::Logger logger;
  monitoring::Registry registry;
  Core core;
  JournalPlayer player;
};

SolitaryCore::SolitaryCore(const EngineConfig& config, StageClock::Mode clock, CoreObserver* observer)
    : clock_(clock), observer_(observer), inside_(std::make_unique<Inside>(config, clock, observer)) {}

SolitaryCore::~SolitaryCore() = default;

std::string SolitaryCore::begin_at(const Snapshot& snapshot) {
  std::vector<std::string> reset;
  return restore(snapshot, inside_->core, inside_->registry, reset);
}

std::string SolitaryCore::play(const RecordView& record) {
  // A run that says nothing of its configuration has the one before.
  if (const auto start = read_run_start(record);
      start && !start->configuration.empty() && start->configuration != configuration_) {
    configuration_ = start->configuration;  // most runs have the one before; reading it takes long
    try {
      const EngineConfig config = configuration_of(*start);
      if (!trading_difference(inside_->config, config).empty()) {
        if (std::string error = carry_over(config); !error.empty()) return error;
      }
    } catch (const std::exception& error) {
      return error.what();
    }
  }
  return inside_->player.play(record);
}

std::string SolitaryCore::carry_over(const EngineConfig& config) {
  if (const std::string difference = subject_difference(inside_->config, config); !difference.empty()) {
    return "a run begins about something else than the one before: " + difference;
  }
  finish();
  EngineConfig next = config;
  next.metrics_enabled = config.metrics_enabled && inside_->config.metrics_enabled;
  auto fresh = std::make_unique<Inside>(next, clock_, observer_);
  std::vector<std::string> reset;
  if (std::string error = hand_over(fresh->core, fresh->registry, reset); !error.empty()) return error;
  hashes_checked_ += inside_->player.hashes_checked();
  inside_ = std::move(fresh);
  return "";
}

void SolitaryCore::finish() noexcept {
  inside_->player.finish();
}

std::string SolitaryCore::hand_over(Core& core, const monitoring::Registry& registry,
                                    std::vector<std::string>& reset) const {
  const std::string bytes = make_snapshot({{}, inside_->core.now(), {}}, inside_->core, inside_->registry);
  Snapshot snapshot;
  if (std::string error = read_snapshot(bytes, snapshot); !error.empty()) return error;
  return restore(snapshot, core, registry, reset);
}

std::uint64_t SolitaryCore::hashes_checked() const noexcept {
  return hashes_checked_ + inside_->player.hashes_checked();
}

const EngineConfig& SolitaryCore::config() const noexcept {
  return inside_->config;
}

Core& SolitaryCore::core() noexcept {
  return inside_->core;
}

const monitoring::Registry& SolitaryCore::registry() const noexcept {
  return inside_->registry;
}

}  // namespace vigil::engine
