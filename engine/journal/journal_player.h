#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "engine/core/core.h"
#include "engine/journal/segment_reader.h"

namespace vigil::engine {

/// Makes a core do again what a journal says it did: the one function behind recovery, replay and audit. The
/// core is one that was made with the journal's configuration and has seen nothing else. One thread.
class JournalPlayer {
 public:
  explicit JournalPlayer(Core& core) : core_(core) {}

  /// "", or what is wrong: a record that is none of its kind, one that names what the configuration does not
  /// have, or one after which the core is not in the state that it was in then. After an error the core is
  /// not to be used.
  [[nodiscard]] std::string play(const RecordView& record);
  /// The core may go on by itself from here.
  void finish() noexcept { core_.tape().stop_replay(); }

  [[nodiscard]] std::uint64_t events() const noexcept { return events_; }
  [[nodiscard]] std::uint64_t hashes_checked() const noexcept { return hashes_checked_; }

 private:
  [[nodiscard]] bool play_event(const RecordView& record, WireReader& body);

  Core& core_;
  /// The core may look at limits as long as it lives.
  std::list<risk::Limits> limits_;
  std::uint64_t events_ = 0;
  std::uint64_t hashes_checked_ = 0;
};

}  // namespace vigil::engine
