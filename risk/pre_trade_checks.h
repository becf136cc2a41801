#pragma once

#include "orders/market.h"
#include "orders/order.h"
#include "risk/check_type.h"
#include "risk/risk_state.h"
#include "risk/verdict.h"

namespace vigil::risk {

class RiskMetrics;

/// Times the checks by position_limit, exposure_limit and circuit_breaker, on one order in `one_in`: the
/// clock belongs to the caller, as all time does.
struct CheckTimer {
  CheckClock clock;
  std::uint32_t one_in = 0;
  std::uint32_t countdown = 0;
};

/// What the checks look at. A new order is judged by its own terms, a replace by those it asks for.
struct CheckRequest {
  const orders::Order& order;
  const orders::OrderTerms& terms;
  bool replaces = false;
  const orders::Quote& reference;
  orders::EventTime now;
};

/// Runs the checks in the order of this table and stops at the first that refuses. What passes all of them is
/// taken up: it uses room in the account's message rate and, if new, enters the window of duplicates. A
/// refused request reaches no venue, so it takes no room.
///
///   group            refuses                                                    new  replace
///   instrument       UnknownInstrument, RestrictedInstrument (or not tradable)   x     x
///   account          UnknownAccount                                              x     x
///   strategy         UnknownStrategy, StrategyNotPermitted, StrategyDisabled,
///                    RepeatedExecutions (disabled by that check)                 x     x
///   venue            UnknownVenue (named and not configured)                     x     x
///   kill_switch      KillSwitch                                                  x     x
///   circuit_breaker  TradingHalted, TradingReducing                              x     x
///   order_terms      InvalidPrice, InvalidQuantity, TickSize, LotSize            x     x
///   order_quantity   MaxOrderQuantity                                            x     x
///   reference        MissingReference, StaleReference, MissingConversionRate     x     x
///   order_notional   MaxOrderNotional                                            x     x
///   price_collar     PriceCollar, PriceCollarPeriod                              x     x
///   duplicate_order  DuplicateOrder                                              x
///   message_rate     AccountMessageRate                                          x     x
///   position_limit   PositionLimit                                               x     x
///   exposure_limit   GrossExposureLimit, NetExposureLimit                        x     x
///   open_orders      OpenOrdersLimit                                             x
///   open_positions   OpenPositionsLimit                                          x
///   margin           MarginLimit                                                 x     x
///   loss_limit       DayLossLimit, DrawdownLimit                                 x     x
///
/// - A limit is the last value allowed. Limits on a worst case (position, exposure, margin) refuse only what
/// makes
///   it worse, so that a book already beyond a limit can be brought back.
/// - A replace counts the larger of old and new while it is pending; its own order is not counted twice.
/// - A limit that cannot be judged refuses: an order without a value or a rate where there is a limit in
/// money, an
///   account without equity where there is a margin or loss limit (unless the order only shrinks the
///   position).
/// - The collars compare the price at which the order would trade now: the limit, or the far touch of a
/// market
///   order. An order with a stop trades later, at a market that is not known yet: a stop-limit's limit is
///   compared with its stop price, a plain stop order has no collar.
/// - Prices must be positive, except of a linear instrument whose reference itself is quoted at or below
/// zero.
[[nodiscard]] Verdict check_order(RiskState& state, const CheckRequest& request, RiskMetrics* metrics,
                                  CheckTimer* timer) noexcept;

}  // namespace vigil::risk
