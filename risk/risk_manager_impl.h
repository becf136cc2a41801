#pragma once

// Inside of RiskManager, shared by its source file and by what is kept over a restart.

#include <optional>
#include <vector>

#include "risk/limit_usage.h"
#include "risk/pre_trade_checks.h"
#include "risk/risk_manager.h"
#include "risk/risk_state.h"

namespace vigil::risk {

struct RiskManager::Impl {
  Impl(const Limits& limits, const positions::Portfolio& portfolio,
       const std::vector<orders::Instrument>& instruments, std::size_t strategy_count,
       std::size_t venue_count, RiskMetrics* risk_metrics)
      : state(limits, portfolio, instruments, strategy_count, venue_count), metrics(risk_metrics) {
    if (metrics != nullptr) usage.emplace(state, *metrics);
  }

  /// Halts when the account has lost more than it may; `instrument` is what moved.
  void judge(orders::AccountId account, orders::InstrumentId instrument) noexcept;
  void halt(HaltReason reason, FailureType failure, orders::InstrumentId instrument) noexcept;
  void enter(TradingState next, HaltReason reason) noexcept;
  void publish_state() noexcept;
  [[nodiscard]] VenueExposure::Prices prices() const noexcept {
    return {state.exposure, state.portfolio, state.instruments};
  }
  void publish_venue_exposure(orders::AccountId account, orders::VenueId venue) noexcept;
  void make_room_for_messages() noexcept;
  void note_execution(const orders::Order& order, orders::EventTime now) noexcept;
  template <typename Outcome>
  void tell_breaker(orders::VenueId venue, Outcome outcome) noexcept;

  RiskState state;
  RiskMetrics* metrics;
  std::optional<LimitUsage> usage;  ///< with metrics only
  CheckTimer timer;
  bool cancel_all_wanted = false;

  /// All but the limits, which have to be those that were in force.
  template <typename Wire>
  void state_of(Wire& wire) {
    wire(state);
    bool has_usage = usage.has_value();
    wire(has_usage);
    if (usage && has_usage) wire(*usage);
    wire(timer.countdown);
    wire(cancel_all_wanted);
  }
};

template <typename Wire>
void RiskManager::state(Wire& wire) {
  impl_->state_of(wire);
}

}  // namespace vigil::risk
