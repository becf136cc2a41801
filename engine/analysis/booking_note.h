#pragma once

#include "orders/ids.h"
#include "orders/time.h"
#include "positions/position.h"

namespace vigil::engine {

/// How long a fill took. To be told rather than counted: one note costs the core less than the seven
/// observations it stands for.
struct BookingNote {
  orders::InstrumentId instrument = orders::kNoInstrument;
  positions::PositionChange change = positions::PositionChange::Opened;
  bool is_booked = false;
  orders::Duration booking{};  ///< until position and P&L were booked, or refused
  orders::Duration all{};      ///< until all that follows was published
};

}  // namespace vigil::engine
