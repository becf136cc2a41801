#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::engine::metric {

inline constexpr std::array<std::string_view, 2> kVariantLabels{"experiment", "variant"};

inline constexpr monitoring::MetricDefinition kAssignments{
    "trading_ab_test_assignments_total", monitoring::MetricType::Counter, "1",
    "Slots of instruments that were given to the variant, a strategy; counted with the slot's first quote.",
    kVariantLabels};
inline constexpr monitoring::MetricDefinition kExperimentPnl{
    "trading_ab_test_pnl_usd", monitoring::MetricType::Gauge, "USD",
    "P&L of the variant's strategy since the start, realized and unrealized, seen once a sample.",
    kVariantLabels};

}  // namespace vigil::engine::metric
