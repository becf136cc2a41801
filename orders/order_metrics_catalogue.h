#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/distribution_layout.h"

/// The metrics of the orders module. Names, labels and buckets of the first groups are a contract with rules
/// and dashboards. See order_metrics.h for when they move.
namespace vigil::orders::metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 5> kOperationLabels{"operation", "exchange", "order_type",
                                                                  "execution_mode", "status"};
inline constexpr std::array<std::string_view, 2> kQuantileLabels{"operation", "quantile"};
inline constexpr std::array<std::string_view, 5> kOrderLabels{"exchange", "symbol", "side", "order_type",
                                                              "status"};
inline constexpr std::array<std::string_view, 3> kFailureLabels{"exchange", "symbol", "reason"};
inline constexpr std::array<std::string_view, 3> kRejectionLabels{"exchange", "reason", "symbol"};
inline constexpr std::array<std::string_view, 2> kVenueTypeLabels{"exchange", "order_type"};
inline constexpr std::array<std::string_view, 2> kSymbolTypeLabels{"symbol", "order_type"};
inline constexpr std::array<std::string_view, 2> kFeeLabels{"exchange", "fee_type"};
inline constexpr std::array<std::string_view, 2> kSymbolVenueLabels{"symbol", "exchange"};
inline constexpr std::array<std::string_view, 1> kVenueLabels{"exchange"};
inline constexpr std::array<std::string_view, 2> kImmediateLabels{"symbol", "time_in_force"};
inline constexpr std::array<std::string_view, 2> kTransitionLabels{"from", "event"};

inline constexpr std::array kDurationBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                            0.05,   0.1,     0.25,   0.5,   1.0,    2.0,   5.0};
inline constexpr std::array kSubmissionBounds{2.5e-05, 5e-05,  0.0001, 0.00025, 0.0005,
                                              0.001,   0.0025, 0.005,  0.01,    0.05};

// Orders and operations

inline constexpr MetricDefinition kOrderDuration{
    "execution_order_duration_seconds",
    MetricType::Histogram,
    "seconds",
    "Round trip of an operation on an order at a venue, one observation each. place: from the order's "
    "acceptance by "
    "the order manager to the venue's final answer, which is the first answer for an order that may rest in "
    "the book "
    "(status=accepted, or how it ended with that answer) and its end for a market, IOC or FOK order. modify, "
    "cancel: "
    "from the request to its answer; status=closed where the order ended otherwise first. "
    "execution_mode=router where "
    "the router chose the venue, else direct. Denied orders never reach a venue and are not in here. "
    "order_type=stop_loss covers stop and stop-limit orders.",
    kOperationLabels,
    kDurationBounds,
    {},
    &monitoring::kTimeLayout,
    true};
inline constexpr MetricDefinition kOrderDurationQuantile{
    "execution_order_duration_quantile_seconds", MetricType::Gauge, "seconds",
    "Quantile (nearest rank, off by at most 0.55 %) of the durations in execution_order_duration_seconds "
    "over the "
    "last 5 minutes, in steps of 30 seconds. Absent when none ended. Not to be aggregated.",
    kQuantileLabels};
inline constexpr MetricDefinition kOrders{"execution_orders_total", MetricType::Counter, "1",
                                          "Orders placed at a venue, counted with the venue's final answer "
                                          "to the placing; status=failure where it rejected "
                                          "the order.",
                                          kOrderLabels};
inline constexpr MetricDefinition kOrderFailures{"execution_order_failures_total", MetricType::Counter, "1",
                                                 "Technical failures of operations on orders: reason=timeout "
                                                 "(no answer in time) or transport (could not be sent).",
                                                 kFailureLabels};
inline constexpr MetricDefinition kRejections{
    "execution_rejection_total", MetricType::Counter, "1",
    "Refused orders and requests by reason: by the engine's own checks (exchange=none) or by the venue.",
    kRejectionLabels};
inline constexpr MetricDefinition kSubmissionLatency{"execution_engine_order_submission_latency_seconds",
                                                     MetricType::Histogram,
                                                     "seconds",
                                                     "Inside the engine only: from the core's taking up the "
                                                     "request to handing the order to the venue's transport.",
                                                     kVenueTypeLabels,
                                                     kSubmissionBounds,
                                                     {},
                                                     &monitoring::kTimeLayout};
inline constexpr MetricDefinition kFillRatio{
    "trading_order_fill_ratio", MetricType::Gauge, "ratio",
    "Filled over ordered quantity of submitted orders that ended in the window; absent when none did. A "
    "split order "
    "counts as one. Limit orders that are IOC or FOK are left out: they are meant to go unfilled.",
    kSymbolTypeLabels};

inline constexpr MetricDefinition kImmediateFillRatio{
    "trading_immediate_order_fill_ratio", MetricType::Gauge, "ratio",
    "Filled over ordered quantity of orders of time in force IOC or FOK that were submitted and ended in the "
    "window; absent when none did. A split order counts as one.",
    kImmediateLabels};
inline constexpr MetricDefinition kDenyRatio{
    "execution_deny_ratio",
    MetricType::Gauge,
    "ratio",
    "New orders that the engine refused over all that were asked for, in the window; absent when none was.",
    {}};
inline constexpr MetricDefinition kRejectRatio{
    "execution_reject_ratio", MetricType::Gauge, "ratio",
    "New orders that the venue rejected over those sent to it, in the window; absent when none was.",
    kVenueLabels};
inline constexpr MetricDefinition kOrderToTradeRatio{
    "execution_order_to_trade_ratio", MetricType::Gauge, "ratio",
    "Messages sent to the venue (new orders, replaces, cancels) over fills, less 1, in the window; absent "
    "without fills.",
    kVenueLabels};

// Fees

inline constexpr MetricDefinition kFees{"trading_fees_usd_total", MetricType::Counter, "USD",
                                        "Commissions paid by the liquidity of the fill (maker, taker, "
                                        "unknown); fee_type=rebate has the amounts received, "
                                        "counted positive.",
                                        kFeeLabels};
inline constexpr MetricDefinition kFeeBasisPoints{
    "trading_fee_basis_points", MetricType::Gauge, "basis points",
    "Commissions less rebates over traded notional in the window; absent without fills.", kVenueTypeLabels};

// Volume

inline constexpr MetricDefinition kDailyVolume{
    "execution_daily_volume_notional", MetricType::Gauge, "USD",
    "Traded notional since 00:00 UTC, in the reporting currency at the rate of each fill.",
    kSymbolVenueLabels};
inline constexpr MetricDefinition kTradedNotional{
    "execution_traded_notional_total", MetricType::Counter, "USD",
    "Traded notional since the start, in the reporting currency at the rate of each fill.",
    kSymbolVenueLabels};
inline constexpr MetricDefinition kUnvaluedFills{
    "orders_unvalued_fills_total",
    MetricType::Counter,
    "1",
    "Fills missing from volume, fees and order size: no rate into the reporting currency.",
    {}};

// The order manager

inline constexpr MetricDefinition kSent{
    "orders_sent_total", MetricType::Counter, "1",
    "New orders handed to a venue's transport: the base of reject and deny ratios.", kVenueLabels};
inline constexpr MetricDefinition kFills{"orders_fills_total", MetricType::Counter, "1",
                                         "Fills applied, late ones and overfills included.", kVenueLabels};
inline constexpr MetricDefinition kIllegalTransitions{"orders_illegal_transitions_total", MetricType::Counter,
                                                      "1",
                                                      "Events that met a status which does not allow them; "
                                                      "they changed nothing (a fill is booked all the same).",
                                                      kTransitionLabels};
inline constexpr MetricDefinition kDuplicateFills{"orders_duplicate_fills_total",
                                                  MetricType::Counter,
                                                  "1",
                                                  "Fills reported again with equal data, and dropped.",
                                                  {}};
inline constexpr MetricDefinition kConflictingFills{
    "orders_conflicting_fills_total",
    MetricType::Counter,
    "1",
    "Fills reported again with different data, and dropped: positions may differ from the venue's.",
    {}};
inline constexpr MetricDefinition kOverfills{
    "orders_overfills_total",
    MetricType::Counter,
    "1",
    "Fills beyond what the order could still trade; they are booked.",
    {}};
inline constexpr MetricDefinition kLateFills{
    "orders_late_fills_total",
    MetricType::Counter,
    "1",
    "Fills of canceled or expired orders; they are booked and the order stays closed.",
    {}};
inline constexpr MetricDefinition kUnknownOrders{"orders_unknown_order_reports_total",
                                                 MetricType::Counter,
                                                 "1",
                                                 "Reports that named no order the engine remembers.",
                                                 {}};
inline constexpr MetricDefinition kIdentitiesLost{
    "orders_fill_identities_lost_total",
    MetricType::Counter,
    "1",
    "Fills whose identity found no room in the table: a repeat of them would be booked twice.",
    {}};
inline constexpr MetricDefinition kInDoubt{
    "orders_in_doubt",
    MetricType::Gauge,
    "1",
    "Orders with a request unanswered past its time-out; they still count as working.",
    {}};
inline constexpr MetricDefinition kInDoubtOldestAge{
    "orders_in_doubt_oldest_age_seconds",
    MetricType::Gauge,
    "seconds",
    "Age of the oldest request in doubt; 0 when there is none.",
    {}};
inline constexpr MetricDefinition kLive{
    "orders_live", MetricType::Gauge, "1", "Orders that are not closed; a split order counts as one.", {}};
inline constexpr MetricDefinition kCapacity{
    "orders_capacity", MetricType::Gauge, "1", "Orders the table can hold, open and lately closed.", {}};
inline constexpr MetricDefinition kRemembered{"orders_remembered",
                                              MetricType::Gauge,
                                              "1",
                                              "Orders in the table, open and lately closed, slices included.",
                                              {}};

/// Of OrderTimes.
inline constexpr std::array kTimesAll{&kOrderDuration, &kOrderDurationQuantile, &kSubmissionLatency};
/// Of OrderMetrics.
inline constexpr std::array kAll{&kOrders,
                                 &kOrderFailures,
                                 &kRejections,
                                 &kFillRatio,
                                 &kImmediateFillRatio,
                                 &kDenyRatio,
                                 &kRejectRatio,
                                 &kOrderToTradeRatio,
                                 &kFees,
                                 &kFeeBasisPoints,
                                 &kDailyVolume,
                                 &kTradedNotional,
                                 &kUnvaluedFills,
                                 &kSent,
                                 &kFills,
                                 &kIllegalTransitions,
                                 &kDuplicateFills,
                                 &kConflictingFills,
                                 &kOverfills,
                                 &kLateFills,
                                 &kUnknownOrders,
                                 &kIdentitiesLost,
                                 &kInDoubt,
                                 &kInDoubtOldestAge,
                                 &kLive,
                                 &kCapacity,
                                 &kRemembered};

}  // namespace vigil::orders::metric
