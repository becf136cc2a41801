#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/snapshot.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// A core that does what a journal says, alone: it has a registry of its own, sends nothing and logs nothing.
/// Where a run begins under another configuration it goes on as a core of that one, as the engine did. One
/// thread.
class SolitaryCore {
 public:
  /// `config`: that of the run it begins in. `observer` outlives the core; it may be null.
  SolitaryCore(const EngineConfig& config, StageClock::Mode clock, CoreObserver* observer);
  ~SolitaryCore();
  SolitaryCore(const SolitaryCore&) = delete;
  SolitaryCore& operator=(const SolitaryCore&) = delete;

  /// Before anything is played. "", or what does not fit.
  [[nodiscard]] std::string begin_at(const Snapshot& snapshot);
  /// As JournalPlayer::play.
  [[nodiscard]] std::string play(const RecordView& record);
  /// Nothing more is played: the core may go on by itself.
  void finish() noexcept;
  /// Brings a core that has seen nothing to where this one is, and its metrics. As restore().
  [[nodiscard]] std::string hand_over(Core& core, const monitoring::Registry& registry,
                                      std::vector<std::string>& reset) const;

  [[nodiscard]] std::uint64_t hashes_checked() const noexcept;
  // Another one after a run that began under another configuration.
  [[nodiscard]] const EngineConfig& config() const noexcept;
  [[nodiscard]] Core& core() noexcept;
  [[nodiscard]] const monitoring::Registry& registry() const noexcept;

 private:
  struct Inside;
  [[nodiscard]] std::string carry_over(const EngineConfig& config);

  StageClock::Mode clock_;
  CoreObserver* observer_;
  std::uint64_t hashes_checked_ = 0;  ///< by those before the present one
  std::string configuration_;         ///< what the last run said that it has
  std::unique_ptr<Inside> inside_;
};

}  // namespace vigil::engine
