#pragma once

// How the core's state is kept over a restart: Core::state().

#include "engine/core/core.h"
#include "orders/order_manager_state.h"
#include "positions/portfolio_state.h"
#include "risk/risk_manager_impl.h"

namespace vigil::engine {

template <typename Wire>
void Core::state(Wire& wire) {
  std::uint64_t hash = hash_.value();
  wire(hash);
  hash_.set(hash);
  wire(now_);
  wire(next_tick_);
  wire(session_);
  wire.choice(last_state_, risk::TradingState::Halted);
  wire(strategies_run_);
  wire.choice(last_refusal_, orders::DenyReason::SessionEnded);
  wire(orders_);
  wire(portfolio_);
  wire(risk_);
  wire(scenarios_);
  wire(board_);
  wire(router_);
  wire(retries_);
  wire(strategies_);
  wire(experiments_);
  wire(venue_connected_);
  wire(rounds_);
  wire(unknown_);
  wire(alerts_);
  wire(sweeps_);
  wire(close_out_);
  wire(awaited_cancels_);
  wire(order_metrics_);
  wire(analysis_);
  wire(rates_noted_);
  wire(next_sample_);
  wire(marked_session_);
  wire(reconciliation_metrics_);
  clock_.set(now_);
}

}  // namespace vigil::engine
