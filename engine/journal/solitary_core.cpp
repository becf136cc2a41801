#include "engine/journal/solitary_core.h"

namespace vigil::engine {

namespace {

/// Not the engine's log, which has its file.
monitoring::LogConfig silence() {
  monitoring::LogConfig config;
  config.level = monitoring::LogLevel::Fatal;
  return config;
}

}  // namespace

SolitaryCore::SolitaryCore(const EngineConfig& config, StageClock::Mode clock, CoreObserver* observer)
    : logger_(silence(), log_registry_, [](std::string_view) {}),
      registry_({.enabled = config.metrics_enabled,
                 .native_histograms = config.native_histograms,
                 .exemplars = config.exemplars}),
      core_(config, clock, CoreLinks{registry_, logger_, venues_, observer}, {}),
      player_(core_) {}

std::string SolitaryCore::begin_at(const Snapshot& snapshot) {
  std::vector<std::string> reset;
  return restore(snapshot, core_, registry_, reset);
}

}  // namespace vigil::engine
