#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

/// The metrics of execution quality. See execution_analysis.h for how the figures come about.
namespace vigil::orders::metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 3> kQualityLabels{"symbol", "order_type", "exchange"};
inline constexpr std::array<std::string_view, 3> kCostLabels{"exchange", "order_type", "cost_component"};
inline constexpr std::array<std::string_view, 2> kMissingLabels{"symbol", "benchmark"};
inline constexpr std::array<std::string_view, 3> kBenchmarkLabels{"exchange", "order_type", "benchmark"};
inline constexpr std::array<std::string_view, 4> kMarkoutLabels{"exchange", "strategy", "liquidity",
                                                                "horizon"};
inline constexpr std::array<std::string_view, 1> kHorizonLabels{"horizon"};
inline constexpr std::array<std::string_view, 2> kSpreadLabels{"symbol", "exchange"};
inline constexpr std::array<std::string_view, 3> kSpreadHorizonLabels{"symbol", "exchange", "horizon"};
inline constexpr std::array<std::string_view, 2> kShortfallLabels{"strategy", "component"};
inline constexpr std::array<std::string_view, 2> kFillTimeLabels{"exchange", "order_type"};
inline constexpr std::array<std::string_view, 3> kSizeLabels{"exchange", "symbol", "side"};
inline constexpr std::array<std::string_view, 1> kSurpriseLabels{"exchange"};
inline constexpr std::array<std::string_view, 2> kEdgeLabels{"strategy", "horizon"};

inline constexpr std::array kSlippageBounds{0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0};
inline constexpr std::array kFillQualityBounds{0.975, 0.99, 0.995, 0.9975, 0.999, 0.9995, 0.9999, 1.0};
inline constexpr std::array kOrderSizeBounds{100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7};
inline constexpr std::array kSpreadRatioBounds{-1.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 5.0};
inline constexpr std::array kMarkoutBounds{-100.0, -50.0, -20.0, -10.0, -5.0, -2.0, -1.0, 0.0,
                                           1.0,    2.0,   5.0,   10.0,  20.0, 50.0, 100.0};
inline constexpr std::array kFillTimeBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                            0.025,  0.05,    0.1,    0.25,  0.5,    1.0,   2.0,
                                            5.0,    30.0,    60.0,   300.0, 1800.0};

inline constexpr MetricDefinition kSlippage{
    "execution_slippage_basis_points",
    MetricType::Histogram,
    "basis points",
    "Cost of an order's average fill price against the mid when it left the engine, one observation when the "
    "order ends; 0 for an improvement, which execution_price_improvement_basis_points has.",
    kQualityLabels,
    kSlippageBounds};
inline constexpr MetricDefinition kPriceImprovement{"execution_price_improvement_basis_points",
                                                    MetricType::Histogram,
                                                    "basis points",
                                                    "Gain of an order's average fill price against the mid "
                                                    "when it left the engine; 0 where there was slippage.",
                                                    kQualityLabels,
                                                    kSlippageBounds};
inline constexpr MetricDefinition kMeanSlippage{"orders_slippage_mean_basis_points", MetricType::Gauge,
                                                "basis points",
                                                "Signed mean since the start of the slippage per order; "
                                                "below 0 = improvement. Absent before the first sample.",
                                                kQualityLabels};
inline constexpr MetricDefinition kMissingBenchmark{
    "orders_slippage_missing_benchmark_total", MetricType::Counter, "1",
    "Filled orders without a slippage sample against the benchmark: no two-sided quote at the decision, or "
    "when the order left the engine. A market order has no limit and is not missing one.",
    kMissingLabels};
inline constexpr MetricDefinition kBenchmarkSlippage{
    "execution_benchmark_slippage_basis_points",
    MetricType::Histogram,
    "basis points",
    "Cost of an order's average fill price, as execution_slippage_basis_points, against the mid at the "
    "decision, the mid when it left the engine (arrival), the far side then (touch), and its limit.",
    kBenchmarkLabels,
    kSlippageBounds};
inline constexpr MetricDefinition kBenchmarkImprovement{
    "execution_benchmark_improvement_basis_points",
    MetricType::Histogram,
    "basis points",
    "Gain of an order's average fill price against the benchmark; 0 where there was slippage.",
    kBenchmarkLabels,
    kSlippageBounds};
inline constexpr MetricDefinition kBenchmarkMean{
    "execution_benchmark_slippage_mean_basis_points", MetricType::Gauge, "basis points",
    "Signed mean since the start of the slippage per order against the benchmark; below 0 = improvement. "
    "Absent before the first sample.",
    kBenchmarkLabels};
inline constexpr MetricDefinition kFillQuality{"execution_fill_quality_ratio",
                                               MetricType::Histogram,
                                               "ratio",
                                               "Per fill, arrival mid over fill price for a buy, fill price "
                                               "over arrival mid for a sell; 1 = as expected, above 1 "
                                               "= better.",
                                               kQualityLabels,
                                               kFillQualityBounds};
inline constexpr MetricDefinition kEffectiveSpreadRatio{
    .name = "orders_effective_spread_ratio",
    .type = MetricType::Histogram,
    .unit = "ratio",
    .help =
        "Per fill, effective over quoted spread at arrival (E/Q): 0 = filled at the mid, 1 = at the "
        "touch, below 0 = better than the mid. Locked and crossed quotes give no sample.",
    .labels = kQualityLabels,
    .buckets = kSpreadRatioBounds,
    .signed_values = true};
inline constexpr MetricDefinition kCost{
    .name = "execution_cost_basis_points",
    .type = MetricType::Histogram,
    .unit = "basis points",
    .help =
        "Cost of a fill against the arrival mid in parts that add up: spread = half the quoted spread at "
        "arrival, slippage = the rest of the price paid, fees = commission over notional. slippage is "
        "below 0 for a fill inside the touch, fees for a rebate: such values count in the lowest bucket "
        "and lower the sum.",
    .labels = kCostLabels,
    .buckets = kSlippageBounds,
    .signed_values = true};
inline constexpr MetricDefinition kMarkout{
    .name = "execution_markout_basis_points",
    .type = MetricType::Histogram,
    .unit = "basis points",
    .help =
        "Per fill, 10^4 * s * (mid after the horizon - price) / price, s = +1 for a buy and -1 for a "
        "sell: positive = the market went our way. The mid is the last one known at that time. The sum "
        "may decrease.",
    .labels = kMarkoutLabels,
    .buckets = kMarkoutBounds,
    .signed_values = true};
inline constexpr MetricDefinition kMarkoutMean{
    "execution_markout_mean_basis_points", MetricType::Gauge, "basis points",
    "Mean of execution_markout_basis_points since the start.", kMarkoutLabels};
inline constexpr MetricDefinition kMarkoutsMissing{
    "execution_markouts_missing_total", MetricType::Counter, "1",
    "Markouts without a sample: no two-sided quote after the horizon, or more fills waiting than there is "
    "room for.",
    kHorizonLabels};
inline constexpr MetricDefinition kMarkoutsPending{
    "execution_markouts_pending", MetricType::Gauge, "1", "Fills that wait for their last horizon.", {}};
inline constexpr MetricDefinition kEffectiveSpread{
    "execution_effective_spread_basis_points", MetricType::Gauge, "basis points",
    "Since the start: sum of quantity * 2s(price - mid at the fill) over sum of quantity * mid at the fill. "
    "Absent before the first fill with a mid.",
    kSpreadLabels};
inline constexpr MetricDefinition kRealizedSpread{
    "execution_realized_spread_basis_points", MetricType::Gauge, "basis points",
    "Since the start: sum of quantity * 2s(price - mid after the horizon) over sum of quantity * mid at the "
    "fill: what is left of the effective spread once the market has moved. Fills with both mids only.",
    kSpreadHorizonLabels};
inline constexpr MetricDefinition kPriceImpact{
    "execution_price_impact_basis_points", MetricType::Gauge, "basis points",
    "Effective less realized spread of the same fills: how far the market moved with us.",
    kSpreadHorizonLabels};
inline constexpr MetricDefinition kShortfallUsd{
    "execution_shortfall_usd", MetricType::Gauge, "USD",
    "Implementation shortfall since the start, over orders that were sent and have ended: delay = the market "
    "moved between decision and arrival, execution = price paid beyond the arrival mid, opportunity = what "
    "was not filled, at the mid when the order ended, fees. Positive = cost. A split order counts as one.",
    kShortfallLabels};
inline constexpr MetricDefinition kShortfallBasisPoints{
    "execution_shortfall_basis_points", MetricType::Gauge, "basis points",
    "execution_shortfall_usd over the value of those orders at the decision's mid.", kShortfallLabels};
inline constexpr MetricDefinition kOrderSize{"order_size_usd",
                                             MetricType::Histogram,
                                             "USD",
                                             "Filled quantity times average price of an order that has ended "
                                             "with fills, in the reporting currency, each fill at its rate. "
                                             "No sample if a fill had none.",
                                             kSizeLabels,
                                             kOrderSizeBounds};
inline constexpr MetricDefinition kIncompleteOrders{
    "execution_incomplete_orders_total",
    MetricType::Counter,
    "1",
    "Ended orders of which not all fills were told to the analysis, or more were open than there is room "
    "for: they have no size, no shortfall, and no weight in slippage by value.",
    {}};
inline constexpr MetricDefinition kTimeToFirstFill{
    "execution_time_to_first_fill_seconds",
    MetricType::Histogram,
    "seconds",
    "From sending an order to its first fill, observed when the order ends.",
    kFillTimeLabels,
    kFillTimeBounds};
inline constexpr MetricDefinition kTimeToFullFill{"execution_time_to_full_fill_seconds",
                                                  MetricType::Histogram,
                                                  "seconds",
                                                  "From sending an order to the fill that filled it.",
                                                  kFillTimeLabels,
                                                  kFillTimeBounds};
inline constexpr MetricDefinition kCostSurprise{
    "execution_cost_surprise_basis_points", MetricType::Gauge, "basis points",
    "Mean since the start, per fill, of realized less expected cost. Realized: price against the arrival "
    "mid. "
    "Expected: half the quoted spread at arrival, paid by a taker and earned by a maker.",
    kSurpriseLabels};
inline constexpr MetricDefinition kCostSurpriseScore{
    "execution_cost_surprise_score_basis_points", MetricType::Gauge, "basis points",
    "One-sided CUSUM of the surprise: S = max(0, S + surprise - slack) with each fill. Rises while "
    "executions "
    "cost more than expected by more than the slack (analysis.surprise_slack_bp).",
    kSurpriseLabels};
inline constexpr MetricDefinition kEdgeDecay{
    "trading_edge_decay_ratio", MetricType::Gauge, "ratio",
    "Mean markout after the horizon over the mean edge at the fill, 10^4 * s * (mid at the fill - price) / "
    "price, of the strategy's fills that have both. 1 = nothing of it was lost. Absent while the mean edge "
    "at the fill is not positive.",
    kEdgeLabels};

inline constexpr std::array kExecutionAll{&kOrderSize,
                                          &kIncompleteOrders,
                                          &kSlippage,
                                          &kPriceImprovement,
                                          &kMeanSlippage,
                                          &kMissingBenchmark,
                                          &kBenchmarkSlippage,
                                          &kBenchmarkImprovement,
                                          &kBenchmarkMean,
                                          &kFillQuality,
                                          &kEffectiveSpreadRatio,
                                          &kCost,
                                          &kMarkout,
                                          &kMarkoutMean,
                                          &kMarkoutsMissing,
                                          &kMarkoutsPending,
                                          &kEffectiveSpread,
                                          &kRealizedSpread,
                                          &kPriceImpact,
                                          &kShortfallUsd,
                                          &kShortfallBasisPoints,
                                          &kTimeToFirstFill,
                                          &kTimeToFullFill,
                                          &kCostSurprise,
                                          &kCostSurpriseScore,
                                          &kEdgeDecay};

}  // namespace vigil::orders::metric
