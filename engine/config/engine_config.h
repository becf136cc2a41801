#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/feed/synthetic_config.h"
#include "engine/signals/strategy_config.h"
#include "engine/venue/router_config.h"
#include "engine/venue/simulated_venue_config.h"
#include "monitoring/log/logger.h"
#include "orders/instrument.h"
#include "orders/order_manager.h"
#include "positions/portfolio.h"
#include "risk/limits.h"

namespace vigil::engine {

/// What the engine does with working orders when it is asked to stop.
enum class OnShutdown : std::uint8_t { CancelOrders, KeepOrders };

/// Bounds of the operator-configured histograms.
struct BucketConfig {
  std::vector<double> order_size_usd;
  std::vector<double> trade_duration_seconds;
  std::vector<double> trade_pnl_usd;
};

/// Everything the engine reads from its YAML file, resolved to ids: names were looked up, defaults filled in.
struct EngineConfig {
  std::string listen = "127.0.0.1:9464";
  bool metrics_enabled = true;
  std::uint32_t http_threads = 4;
  monitoring::LogConfig log;
  orders::OrderTableConfig orders;
  std::vector<orders::Currency> currencies;
  std::vector<orders::Instrument> instruments;
  std::vector<SimulatedVenueConfig> venues;     ///< VenueId = place
  positions::PortfolioConfig portfolio;
  std::vector<StrategyConfig> strategies;       ///< StrategyId = place
  RouterConfig router;
  risk::Limits limits;
  SyntheticMarketConfig synthetic;
  RetryConfig retry;
  BucketConfig buckets;
  OnShutdown on_shutdown = OnShutdown::CancelOrders;
  orders::Duration session_end{};               ///< time of day (UTC) at which DAY orders expire
  /// replay: instruments and venues that a feed names and the file does not are defined from the feed's format
  bool define_from_feed = true;
  std::size_t market_queue_capacity = 65536;
  std::size_t report_queue_capacity = 65536;
  std::size_t command_queue_capacity = 65536;
};

}  // namespace vigil::engine
