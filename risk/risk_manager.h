#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orders/execution_report.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "orders/order_manager.h"
#include "orders/reasons.h"
#include "positions/portfolio.h"
#include "risk/limits.h"
#include "risk/trading_state.h"

namespace vigil::risk {

/// The answer of the pre-trade checks. A denial carries what was seen and what was allowed.
struct Verdict {
  orders::DenyReason reason = orders::DenyReason::None;
  orders::Measure observed;
  orders::Measure limit;
  [[nodiscard]] bool allowed() const noexcept { return reason == orders::DenyReason::None; }
};

class RiskMetrics;

/// Every order, replace and cancel passes here. Core thread only; no allocation after construction; time is an
/// argument.
class RiskManager {
 public:
  RiskManager(const Limits& limits, const positions::Portfolio& portfolio,
              const std::vector<orders::Instrument>& instruments, std::size_t strategy_count,
              std::size_t venue_count, RiskMetrics* metrics);
  ~RiskManager();
  RiskManager(const RiskManager&) = delete;
  RiskManager& operator=(const RiskManager&) = delete;

  /// A new order (status Initialized). `reference` is the consolidated best bid and ask.
  [[nodiscard]] Verdict check_new(const orders::Order& order, const orders::Quote& reference,
                                  orders::EventTime now) noexcept;
  [[nodiscard]] Verdict check_replace(const orders::Order& order, const orders::OrderTerms& terms,
                                      const orders::Quote& reference, orders::EventTime now) noexcept;
  /// A cancel is refused only for the message rate; `by_kill_switch` cancels never are.
  [[nodiscard]] Verdict check_cancel(const orders::Order& order, bool by_kill_switch,
                                     orders::EventTime now) noexcept;
  /// Per venue, after routing: message rate, kill switch by venue, circuit breaker.
  [[nodiscard]] Verdict check_venue(orders::VenueId venue, orders::EventTime now) noexcept;

  /// Brings the exposure counted for `order` into line with its present status and terms. Call after every
  /// change of an order; idempotent. Slices of a parent are not counted, their parent is.
  void recount(orders::Order& order, const orders::Quote& reference) noexcept;
  /// After a fill was booked: position-based figures, repeated-execution check, day loss, drawdown.
  void on_fill(const orders::Order& order, const orders::ExecutionReport& fill, orders::EventTime now) noexcept;
  /// After marks moved (at most once an event): day loss, drawdown, exposure gauges.
  void on_mark(orders::InstrumentId instrument, const orders::Quote& reference, orders::EventTime now) noexcept;
  void tick(orders::EventTime now) noexcept;

  /// The venue's breaker learns from outcomes.
  void venue_succeeded(orders::VenueId venue, orders::EventTime now) noexcept;
  void venue_failed(orders::VenueId venue, orders::EventTime now) noexcept;
  [[nodiscard]] bool venue_open_for_orders(orders::VenueId venue, orders::EventTime now) noexcept;

  /// Latched; only a person's resume goes back.
  void set_trading_state(TradingState state, HaltReason reason, orders::EventTime now) noexcept;
  [[nodiscard]] TradingState trading_state() const noexcept;
  [[nodiscard]] HaltReason halt_reason() const noexcept;
  void enable_strategy(orders::StrategyId strategy, bool enabled) noexcept;
  [[nodiscard]] bool strategy_enabled(orders::StrategyId strategy) const noexcept;

  /// The kill switch: from now on orders in `scope` are denied. The core cancels what is working (see
  /// kill_matches) and reports each cancel acknowledged; trigger to last acknowledgement is measured.
  void engage_kill_switch(const KillScope& scope, std::size_t working_orders, orders::EventTime now) noexcept;
  void release_kill_switch(const KillScope& scope) noexcept;
  [[nodiscard]] bool kill_matches(const orders::Order& order) const noexcept;
  void kill_cancel_acknowledged(orders::EventTime now) noexcept;
  /// Trigger to last cancel acknowledged of the latest engagement; nothing while cancels are outstanding.
  [[nodiscard]] std::optional<orders::Duration> last_kill_duration() const noexcept;

  /// True once when a limit was crossed that asks the core to cancel what is working (halt by day loss or
  /// drawdown with cancel_on_halt).
  [[nodiscard]] bool take_cancel_all_request() noexcept;

  void reload(const Limits& limits) noexcept;
  [[nodiscard]] const Limits& limits() const noexcept;

  struct ExposureView {
    orders::Quantity position{};
    orders::Quantity working_buy{};
    orders::Quantity working_sell{};
    orders::Quantity worst_long{};   ///< Q + all working buys
    orders::Quantity worst_short{};  ///< Q - all working sells
  };
  [[nodiscard]] ExposureView exposure(orders::AccountId account, orders::InstrumentId instrument) const noexcept;
  struct AccountExposure {
    orders::Money gross{};  ///< account's base currency, working orders at their worst
    orders::Money net{};
    std::uint32_t open_orders = 0;
    std::uint32_t open_positions = 0;
  };
  [[nodiscard]] AccountExposure account_exposure(orders::AccountId account) const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::risk
