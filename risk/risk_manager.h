#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "orders/order_manager.h"
#include "orders/reasons.h"
#include "positions/portfolio.h"
#include "risk/check_type.h"
#include "risk/limit_report.h"
#include "risk/limits.h"
#include "risk/trading_state.h"
#include "risk/venue_exposure.h"
#include "risk/verdict.h"

namespace vigil::risk {

class RiskMetrics;

/// Every order, replace and cancel passes here. Core thread only; time is an argument. All tables are sized
/// at construction; a reload with limits for more instruments or accounts than there were is the only
/// allocation after.
///
/// A halt by one account's day loss or drawdown holds for the whole firm: there is one trading state. Before
/// the first call the portfolio may hold positions; they are read when they are first needed, at the latest
/// by tick.
class RiskManager {
 public:
  /// `instruments` must outlive it, as must `portfolio` and `metrics` (null: nothing is published).
  RiskManager(const Limits& limits, const positions::Portfolio& portfolio,
              const std::vector<orders::Instrument>& instruments, std::size_t strategy_count,
              std::size_t venue_count, RiskMetrics* metrics);
  ~RiskManager();
  RiskManager(const RiskManager&) = delete;
  RiskManager& operator=(const RiskManager&) = delete;

  /// A new order (status Initialized), before it is routed: slices are not checked here. `reference` is the
  /// consolidated best bid and ask. The order of the checks stands in risk/pre_trade_checks.h.
  [[nodiscard]] Verdict check_new(const orders::Order& order, const orders::Quote& reference,
                                  orders::EventTime now) noexcept;
  /// The same with other terms.
  [[nodiscard]] Verdict check_replace(const orders::Order& order, const orders::OrderTerms& terms,
                                      const orders::Quote& reference, orders::EventTime now) noexcept;
  /// A cancel is refused only for the message rates of account and venue; `by_kill_switch` cancels never are.
  [[nodiscard]] Verdict check_cancel(const orders::Order& order, bool by_kill_switch,
                                     orders::EventTime now) noexcept;
  /// For each venue that a new order, a slice or a replace goes to: pause, kill switch by venue, message
  /// rate, circuit breaker. Cancels have their venue's message rate in their own check.
  [[nodiscard]] Verdict check_venue(orders::VenueId venue, orders::EventTime now) noexcept;

  /// Brings the exposure counted for `order` into line with its present status and terms. Call after every
  /// change of an order; idempotent. Slices of a parent are not counted, their parent is.
  void recount(orders::Order& order, const orders::Quote& reference) noexcept;
  /// After a fill of `order` was booked: what is left of it as `recount` does, position-based figures,
  /// repeated-execution check, day loss, drawdown.
  void on_fill(orders::Order& order, const orders::Quote& reference, orders::EventTime now) noexcept;
  /// The fill was made at this venue; the signed quantity.
  void booked_at(orders::VenueId venue, orders::AccountId account, orders::InstrumentId instrument,
                 orders::Quantity quantity) noexcept;
  /// The account's value at risk at the highest confidence, in its base currency; nothing: not known.
  void value_at_risk(orders::AccountId account, std::optional<double> loss) noexcept;
  /// After the portfolio's marks moved (at most once an event): day loss, drawdown, collar range, exposures.
  void on_mark(orders::InstrumentId instrument, const orders::Quote& reference,
               orders::EventTime now) noexcept;
  /// At least once a second: rates of other currencies, breakers, what moves with time.
  void tick(orders::EventTime now) noexcept;

  /// The venue's breaker learns from outcomes: an answer, or a send that failed.
  void venue_succeeded(orders::VenueId venue, orders::EventTime now) noexcept;
  void venue_failed(orders::VenueId venue, orders::EventTime now) noexcept;
  /// For the router: neither paused, killed nor kept off by its breaker. Changes nothing.
  [[nodiscard]] bool venue_open_for_orders(orders::VenueId venue, orders::EventTime now) noexcept;

  /// Keeps new orders, and replaces, off a venue; what works there goes on, and cancels pass. Latched.
  void pause_venue(orders::VenueId venue, bool paused) noexcept;
  [[nodiscard]] bool venue_paused(orders::VenueId venue) const noexcept;

  /// Latched: anyone makes it stricter, only a person (reason None or Operator) looser; other calls change
  /// nothing. Of several reasons the one that brought the present state stays. While the loss that halted
  /// lasts, a resume holds only until the next fill, mark or tick: raise the limit first.
  void set_trading_state(TradingState state, HaltReason reason, orders::EventTime now) noexcept;
  [[nodiscard]] TradingState trading_state() const noexcept;
  [[nodiscard]] HaltReason halt_reason() const noexcept;
  /// By a person. Enabling also ends a disabling by the repeated-execution check and starts its count afresh.
  void enable_strategy(orders::StrategyId strategy, bool enabled) noexcept;
  [[nodiscard]] bool strategy_enabled(orders::StrategyId strategy) const noexcept;

  /// The kill switch: from now on orders in `scope` are denied. The core cancels what is working (see
  /// kill_matches) and reports each cancel acknowledged; trigger to last acknowledgement is measured.
  /// `working_orders` counts the orders that `scope` covers (see covers) and no earlier engagement waits for.
  /// An order that ends otherwise (filled) is reported as well. A scope that names no known id is ignored.
  void engage_kill_switch(const KillScope& scope, std::size_t working_orders, orders::EventTime now) noexcept;
  void release_kill_switch(const KillScope& scope) noexcept;
  [[nodiscard]] bool kill_engaged(const KillScope& scope) const noexcept;
  [[nodiscard]] bool kill_matches(const orders::Order& order) const noexcept;
  void kill_cancel_acknowledged(orders::EventTime now) noexcept;
  /// Trigger to last cancel acknowledged of the latest engagement; nothing while cancels are outstanding.
  [[nodiscard]] std::optional<orders::Duration> last_kill_duration() const noexcept;

  /// True once when a limit was crossed that asks the core to cancel what is working (halt by day loss or
  /// drawdown with cancel_on_halt).
  [[nodiscard]] bool take_cancel_all_request() noexcept;

  /// New limits from the next check on; windows, latches, breakers and the trading state stay.
  void reload(const Limits& limits) noexcept;
  [[nodiscard]] const Limits& limits() const noexcept;

  struct ExposureView {
    orders::Quantity position{};
    orders::Quantity working_buy{};
    orders::Quantity working_sell{};
    orders::Quantity worst_long{};   ///< Q + all working buys
    orders::Quantity worst_short{};  ///< Q - all working sells
    orders::Money position_value{};  ///< signed, at the mid, in the account's base currency
  };
  [[nodiscard]] ExposureView exposure(orders::AccountId account,
                                      orders::InstrumentId instrument) const noexcept;
  struct AccountExposure {
    /// Account's base currency. Gross: sum over instruments of max(|Q + buys|, |Q - sells|) in value. Net:
    /// the larger in size of all positions + all buys and all positions - all sells, signed.
    orders::Money gross{};
    orders::Money net{};
    std::uint32_t open_orders = 0;
    std::uint32_t open_positions =
        0;  ///< other than flat; the limit counts instruments with working orders too
  };
  [[nodiscard]] AccountExposure account_exposure(orders::AccountId account) const noexcept;

  /// What the account has open at the venue alone, each symbol at the mid of its last fill there or of the
  /// last tick; nothing where a mid or a rate is missing.
  [[nodiscard]] std::optional<VenueExposure::Worth> venue_exposure(orders::AccountId account,
                                                                   orders::VenueId venue) const noexcept;
  /// How far each limit of the account is used.
  [[nodiscard]] LimitReport limit_report(orders::AccountId account, const std::optional<LossAtRisk>& at_risk,
                                         orders::EventTime now) const noexcept;

  /// Times single check groups on one new order in `one_in` with the caller's monotonic clock, into
  /// risk_manager_pretrade_check_latency_seconds{check_type}. No clock or 0: off, as it is at first.
  void time_checks(CheckClock clock, std::uint32_t one_in) noexcept;

  /// All but the limits, written, or read after reload() with those that were in force then:
  /// risk/risk_manager_impl.h.
  template <typename Wire>
  void state(Wire& wire);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::risk
