#include "risk/update_times.h"

#include <cassert>

#include "risk/risk_metrics.h"

namespace vigil::risk {

UpdateTimes::UpdateTimes(monitoring::Registry& registry, std::span<const std::string> symbols)
    : realized_pnl_latency_(registry.histogram(metric::kPnlLatency, {"realized"})) {
  for (const std::string& symbol : symbols) {
    position_update_latency_.push_back(registry.histogram(metric::kPositionUpdateLatency, {symbol}));
  }
  constexpr std::array<std::string_view, 4> kGroups{"exposure", "pnl", "var", "drawdown"};
  for (std::size_t i = 0; i < kGroups.size(); ++i) {
    update_lag_[i] = registry.histogram(metric::kUpdateLag, {kGroups[i]});
  }
}

void UpdateTimes::updated(orders::InstrumentId instrument, orders::Duration booking,
                          orders::Duration all) noexcept {
  assert(index(instrument) < position_update_latency_.size());
  position_update_latency_[index(instrument)].observe(all);
  realized_pnl_latency_.observe(booking);
  auto& [exposure, pnl, var, drawdown] = update_lag_;
  exposure.observe(all);
  pnl.observe(booking);
  var.observe(all);
  drawdown.observe(all);
}

}  // namespace vigil::risk
