#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "orders/instrument.h"
#include "positions/portfolio.h"
#include "risk/circuit_breaker.h"
#include "risk/duplicate_window.h"
#include "risk/exposure_book.h"
#include "risk/kill_switch.h"
#include "risk/limits.h"
#include "risk/price_collar.h"
#include "risk/rate_limiter.h"
#include "risk/repeated_executions.h"
#include "risk/trading_state.h"
#include "risk/venue_exposure.h"

namespace vigil::risk {

/// Why a strategy may not trade. Latched until a person enables it.
enum class StrategyState : std::uint8_t { Enabled, DisabledByPerson, RepeatedExecutions };

struct StrategyStatus {
  StrategyState state = StrategyState::Enabled;
  std::uint32_t executions = 0;  ///< that disabled it; RepeatedExecutions only

  template <typename Wire>
  void state_of(Wire& wire) {
    wire.choice(state, StrategyState::RepeatedExecutions);
    wire(executions);
  }
};

/// What the checks need of an account's ledger, as of the last fill, mark or tick.
using AccountFigures = positions::AccountResult;

/// All that the checks read and write. Tables are sized at construction by the ids that exist; limits come
/// and go with a reload, everything else stays.
struct RiskState {
  RiskState(const Limits& initial, const positions::Portfolio& book_of_positions,
            const std::vector<orders::Instrument>& defined, std::size_t strategy_count,
            std::size_t venue_count)
      : limits(initial),
        portfolio(book_of_positions),
        instruments(defined),
        exposure(book_of_positions, defined),
        venue_exposure(book_of_positions.account_count(), venue_count, defined.size()),
        kill_switch(book_of_positions.account_count(), strategy_count, venue_count, defined.size()),
        account_messages(book_of_positions.account_count()),
        venue_messages(venue_count),
        breakers(venue_count),
        paused_venues(venue_count),
        reference_ranges(defined.size(), ReferenceRange{initial.collar_period}),
        executions(strategy_count, defined.size()),
        strategies(strategy_count),
        figures(book_of_positions.account_count()) {}

  Limits limits;
  const positions::Portfolio& portfolio;
  const std::vector<orders::Instrument>& instruments;
  TradingState trading = TradingState::Active;
  HaltReason halt_reason = HaltReason::None;
  ExposureBook exposure;
  VenueExposure venue_exposure;
  KillSwitch kill_switch;
  std::vector<RateLimiter> account_messages;     ///< by account
  std::vector<RateLimiter> venue_messages;       ///< by venue
  std::vector<CircuitBreaker> breakers;          ///< by venue
  std::vector<std::uint8_t> paused_venues;       ///< by venue; 1: no new orders
  std::vector<ReferenceRange> reference_ranges;  ///< by instrument
  DuplicateWindow duplicates;
  RepeatedExecutions executions;
  std::vector<StrategyStatus> strategies;  ///< by strategy
  std::vector<AccountFigures> figures;     ///< by account

  /// All but the limits.
  template <typename Wire>
  void state(Wire& wire) {
    wire.choice(trading, TradingState::Halted);
    wire.choice(halt_reason, HaltReason::Journal);
    wire(exposure);
    wire(venue_exposure);
    wire(kill_switch);
    wire(account_messages);
    wire(venue_messages);
    wire(breakers);
    wire(paused_venues);
    wire(reference_ranges);
    wire(duplicates);
    wire(executions);
    for (StrategyStatus& strategy : strategies) strategy.state_of(wire);
    wire(figures);
  }
};

}  // namespace vigil::risk
