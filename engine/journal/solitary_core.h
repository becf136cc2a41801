#pragma once

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/snapshot.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// A core that does what a journal says, alone: it has a registry of its own, sends nothing and logs nothing.
class SolitaryCore {
 public:
  /// `config`: the journal's; it outlives the core, as does `observer`, which may be null.
  SolitaryCore(const EngineConfig& config, StageClock::Mode clock, CoreObserver* observer);

  /// Before anything is played. "", or what does not fit.
  [[nodiscard]] std::string begin_at(const Snapshot& snapshot);
  /// As JournalPlayer::play.
  [[nodiscard]] std::string play(const RecordView& record) { return player_.play(record); }

  [[nodiscard]] Core& core() noexcept { return core_; }
  [[nodiscard]] JournalPlayer& player() noexcept { return player_; }
  [[nodiscard]] const monitoring::Registry& registry() const noexcept { return registry_; }

 private:
  class NoVenues : public VenueGateway {
    SendResult send(const VenueCommand&, orders::EventTime) noexcept override {
      return SendResult::Disconnected;
    }
  };

  monitoring::Registry log_registry_;
  monitoring::Logger logger_;
  monitoring::Registry registry_;
  NoVenues venues_;
  Core core_;
  JournalPlayer player_;
};

}  // namespace vigil::engine
