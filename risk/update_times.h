#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::risk {

/// How long it takes after a fill until all that follows from it is published:
/// risk_manager_position_update_latency_seconds, risk_manager_metrics_update_lag_seconds and the realized
/// part of risk_manager_pnl_calculation_latency_seconds. One thread, not necessarily the core's.
class UpdateTimes {
 public:
  /// `symbols` by InstrumentId.
  UpdateTimes(monitoring::Registry& registry, std::span<const std::string> symbols);

  /// After a fill in the instrument: until it was booked with its P&L, and until all else was published.
  void updated(orders::InstrumentId instrument, orders::Duration booking, orders::Duration all) noexcept;

 private:
  std::vector<monitoring::Histogram> position_update_latency_;  ///< by symbol
  monitoring::Histogram realized_pnl_latency_;
  std::array<monitoring::Histogram, 4> update_lag_;  ///< exposure, pnl, var, drawdown
};

}  // namespace vigil::risk
