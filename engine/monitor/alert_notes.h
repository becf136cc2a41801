#pragma once

#include "engine/core/alert_note.h"
#include "monitoring/delivery/alert_history.h"

namespace vigil::engine {

/// A change of an alert's state as the core records it.
[[nodiscard]] AlertNote note_of(const monitoring::HistoryEntry& entry);

}  // namespace vigil::engine
