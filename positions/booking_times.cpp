#include "positions/booking_times.h"

#include "positions/position_metrics.h"

namespace vigil::positions {

BookingTimes::BookingTimes(monitoring::Registry& registry) {
  for (std::size_t operation = 0; operation < kOperationCount; ++operation) {
    for (std::size_t status = 0; status < kOperationStatusNames.size(); ++status) {
      durations_[operation][status] = registry.histogram(
          metric::kPositionDuration, {kOperationNames[operation], kOperationStatusNames[status]});
    }
  }
}

void BookingTimes::took(PositionChange change, orders::Duration duration, bool ok) noexcept {
  for_each_operation(change,
                     [&](Operation operation) { durations_[operation][ok ? 0 : 1].observe(duration); });
}

}  // namespace vigil::positions
