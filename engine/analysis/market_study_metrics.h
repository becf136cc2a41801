#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::engine::metric {

inline constexpr std::array<std::string_view, 2> kCorrelatedSymbolLabels{"symbol_a", "symbol_b"};
inline constexpr std::array<std::string_view, 1> kRegimeLabels{"regime"};
inline constexpr std::array<std::string_view, 2> kStrategyRegimeLabels{"strategy", "regime"};
inline constexpr std::array<std::string_view, 1> kAlphaLabels{"strategy"};
inline constexpr std::array<std::string_view, 2> kAlphaRateLabels{"strategy", "window"};

inline constexpr monitoring::MetricDefinition kSymbolCorrelation{
    "risk_manager_correlation_coefficient", monitoring::MetricType::Gauge, "1",
    "S(a, b) / sqrt(S(a, a) * S(b, b)) of logarithmic returns over aligned intervals "
    "(correlations.interval), "
    "each S a sum in which older returns count less (correlations.half_life), over the intervals in which "
    "both "
    "were quoted. Of the first 45 symbols; /api/correlations has all.",
    kCorrelatedSymbolLabels};
inline constexpr monitoring::MetricDefinition kCorrelationTime{
    "risk_manager_correlation_timestamp_seconds",
    monitoring::MetricType::Gauge,
    "seconds",
    "End of the last interval that the correlations have in them; time() less this is their age.",
    {}};
inline constexpr monitoring::MetricDefinition kRegimeActive{
    "trading_regime_active", monitoring::MetricType::Gauge, "1",
    "1 for the regime that the market of regimes.symbol is in; unknown until it has moved for "
    "regimes.warm_up.",
    kRegimeLabels};
inline constexpr monitoring::MetricDefinition kRegimePnl{
    "trading_regime_pnl_usd", monitoring::MetricType::Gauge, "USD",
    "P&L of the strategy while that regime was active, seen once a sample; the regimes add up to all of it.",
    kStrategyRegimeLabels};
inline constexpr monitoring::MetricDefinition kAlpha{
    "trading_alpha_usd", monitoring::MetricType::Gauge, "USD",
    "P&L of the strategy - its capital * growth of the benchmark (performance.benchmark) since the start. "
    "Absent without capital, and until the benchmark is quoted.",
    kAlphaLabels};
inline constexpr monitoring::MetricDefinition kAlphaRate{
    "trading_alpha_generation_rate_usd_per_second", monitoring::MetricType::Gauge, "USD/second",
    "Change of trading_alpha_usd over the window, by its length; over what there is while that is shorter.",
    kAlphaRateLabels};

inline constexpr std::array kMarketStudyAll{&kSymbolCorrelation, &kCorrelationTime, &kRegimeActive,
                                            &kRegimePnl,         &kAlpha,           &kAlphaRate};

}  // namespace vigil::engine::metric
