#pragma once

#include <functional>
#include <string>

#include "engine/journal/journal_disk.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/run_start.h"
#include "monitoring/metrics/registry.h"
#include "orders/time.h"

namespace vigil::engine {

class Core;

/// How a core was brought back.
struct Recovery {
  JournalReading reading;  ///< of what was played
  /// Of the last record that there was: played, or in the snapshot.
  JournalPosition position;
  orders::EventTime last_time;
  RunStart last_run;
  bool began_at_snapshot = false;
  bool has_ended = true;   ///< the last run, in order
  std::string difference;  ///< what the configuration has changed in since; "": nothing that matters here

  [[nodiscard]] bool is_new() const noexcept { return position.next_sequence == 1; }
};

/// Who hears of what people should know.
struct RecoveryListener {
  std::function<void(const std::string& name, const std::string& error)> damaged_snapshot;
  std::function<void(const std::string& metric)> metric_reset;
};

/// Brings a fresh core to where the journal ends: from the newest snapshot that can be read, or from its
/// beginning. A configuration that is not the journal's is taken up at the end, if it is about the same
/// things. A torn end is cut off. Throws JournalError where the journal is damaged, is about other things, or
/// leads to another state than it says; it is then as it was, and the core not to be used.
[[nodiscard]] Recovery recover_core(JournalDisk& disk, const EngineConfig& config, Core& core,
                                    const monitoring::Registry& registry, const RecoveryListener& listener);

}  // namespace vigil::engine
