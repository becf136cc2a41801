#pragma once

#include <chrono>
#include <cstddef>

#include "engine/analysis/market_study.h"
#include "orders/execution_analysis.h"
#include "positions/performance_analysis.h"

namespace vigil::engine {

/// Of what is computed beside the core.
struct AnalysisConfig {
  /// What waits for it at most. Quotes leave the last quarter to fills and orders.
  std::size_t buffer_bytes = std::size_t{4} << 20U;
  orders::ExecutionQualityConfig execution;
  /// How often the values of accounts and strategies are looked at, at whole intervals.
  orders::Duration sample_interval = std::chrono::seconds{1};
  positions::PerformanceConfig performance;
  MarketStudyConfig market;
};

}  // namespace vigil::engine
