#pragma once

#include <array>

#include "monitoring/metrics/registry.h"
#include "orders/time.h"
#include "positions/operation.h"

namespace vigil::positions {

/// How long fills take to be booked: execution_position_duration_seconds. One thread, not necessarily the
/// core's.
class BookingTimes {
 public:
  explicit BookingTimes(monitoring::Registry& registry);

  /// A fill was taken up and booked, or refused.
  void took(PositionChange change, orders::Duration duration, bool ok) noexcept;

 private:
  std::array<std::array<monitoring::Histogram, 2>, kOperationCount> durations_;  ///< [operation][status]
};

}  // namespace vigil::positions
