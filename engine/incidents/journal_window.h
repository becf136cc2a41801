#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/journal/journal_disk.h"
#include "orders/time.h"

namespace vigil::engine {

/// What a journal tells of a stretch of time. Each text is a JSON document.
struct JournalWindow {
  std::deque<std::string> events;  ///< orders, reports, connections, commands, alerts; the last
  std::deque<std::string> quotes;  ///< quotes and trades; the last of them
  std::uint64_t events_left_out = 0;
  std::uint64_t quotes_left_out = 0;
  std::string state;  ///< what the engine knew at `moment`; "" where that could not be found out
  std::vector<std::string> traces;  ///< orders that something happened to, with the times of their stages
  std::vector<std::string> notes;   ///< what is missing, and why
};

/// Reads what was recorded in [from, to], and plays the journal again, from the last snapshot before, for
/// what the engine knew at `moment` and what became of its orders. The journal may be in use. `config`: the
/// journal's. Never throws for a journal that cannot be read: then it is among the notes.
[[nodiscard]] JournalWindow read_window(JournalDisk& disk, const EngineConfig& config, orders::Timestamp from,
                                        orders::Timestamp to, orders::Timestamp moment, std::size_t most);

}  // namespace vigil::engine
