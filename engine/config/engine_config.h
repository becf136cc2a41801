#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/analysis/analysis_config.h"
#include "engine/config/alerting_config.h"
#include "engine/config/http_config.h"
#include "engine/core/reconciliation.h"
#include "engine/feed/synthetic_config.h"
#include "engine/incidents/incident_config.h"
#include "engine/journal/journal_config.h"
#include "engine/monitor/monitor_config.h"
#include "engine/reports/report_config.h"
#include "engine/signals/experiments.h"
#include "engine/signals/signal_config.h"
#include "engine/signals/strategy_config.h"
#include "engine/venue/router_config.h"
#include "engine/venue/simulated_venue_config.h"
#include "monitoring/api/prometheus_api_config.h"
#include "monitoring/export/push_gateway_config.h"
#include "monitoring/log/logger.h"
#include "monitoring/time/clock_choice.h"
#include "orders/instrument.h"
#include "orders/order_manager.h"
#include "positions/portfolio.h"
#include "risk/limits.h"
#include "risk/scenario_book.h"

namespace vigil::engine {

/// What the engine does with working orders when it is asked to stop.
enum class OnShutdown : std::uint8_t { CancelOrders, KeepOrders };

/// Bounds of the operator-configured histograms.
struct BucketConfig {
  std::vector<double> order_size_usd = {100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7};
  std::vector<double> trade_duration_seconds = {0.1, 0.3, 1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4};
  std::vector<double> trade_pnl_usd = {-1e5, -1e4, -1e3, -100, -10, -1, 0, 1, 10, 100, 1e3, 1e4, 1e5};
  std::vector<double> training_duration_seconds = {0.1, 0.3, 1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4};
};

/// What the file says by name, kept so that limits can be resolved to ids again when a feed defines
/// instruments or venues, or when the file's limits are read anew. Limits are complete: defaults applied.
struct ConfigByName {
  std::map<std::string, risk::InstrumentLimits> instrument_limits;  ///< by symbol
  std::map<std::string, risk::AccountLimits> account_limits;
  std::map<std::string, std::uint32_t> venue_messages_per_second;
  std::map<std::string, std::vector<std::string>> permissions;  ///< strategy to accounts; empty = all may
  std::vector<std::vector<std::string>> strategy_instruments;   ///< by StrategyId; empty = all
  std::vector<std::vector<std::string>> model_instruments;      ///< by place in models; empty = all
  std::vector<std::vector<std::pair<std::string, double>>> stress_shocks;  ///< by place in scenarios.stress

  std::optional<std::string> benchmark;  ///< symbol
  std::optional<std::string> regimes;    ///< symbol; none: the first instrument

  /// A name that nothing in the file defines; a feed has to.
  struct Expected {
    enum class Kind : std::uint8_t { Instrument, Venue };
    Kind kind = Kind::Instrument;
    std::string name;
    std::string where;  ///< "FILE:LINE: key.path"
  };
  std::vector<Expected> expected;
};

/// Everything the engine reads from its YAML file, resolved to ids: names were looked up, defaults filled in.
struct EngineConfig {
  std::vector<std::string> listen = {"127.0.0.1:9464"};  ///< one at least, see parse_listen_address
  bool metrics_enabled = true;
  bool native_histograms = true;  ///< beside the classic ones of order and venue latencies
  bool exemplars = false;         ///< of order durations
  HttpLimits http;
  monitoring::HttpTlsConfig http_tls;
  HttpAuthConfig http_auth;
  /// POST /api/control from this machine without credentials, while http_auth.control asks for none.
  bool control_from_loopback = false;
  /// What `vigil run` takes the time from; a replay's comes from its data.
  monitoring::ClockChoice clock = monitoring::ClockChoice::Automatic;
  monitoring::LogConfig log;
  monitoring::PushGatewayConfig push_gateway;
  std::string data_folder;  ///< what survives the process; empty: nothing does
  JournalConfig journal;    ///< in the data folder
  IncidentConfig incidents;
  ReportConfig reports;
  AnalysisConfig analysis;
  MonitorConfig monitor;
  monitoring::PrometheusApiConfig query;
  AlertingConfig alerting;
  orders::OrderTableConfig orders;
  std::vector<orders::Currency> currencies;
  std::vector<orders::Instrument> instruments;
  std::vector<SimulatedVenueConfig> venues;  ///< VenueId = place
  positions::PortfolioConfig portfolio;
  std::vector<StrategyConfig> strategies;  ///< StrategyId = place
  std::vector<ExperimentConfig> experiments;
  std::vector<ModelConfig> models;  ///< place = Signal::model
  SignalConfig signals;
  RouterConfig router;
  risk::Limits limits;
  risk::ScenarioConfig scenarios;
  SyntheticMarketConfig synthetic;
  RetryConfig retry;
  ReconciliationConfig reconciliation;
  BucketConfig buckets;
  OnShutdown on_shutdown = OnShutdown::CancelOrders;
  orders::Duration session_end{};  ///< time of day (UTC) at which DAY orders expire
  /// replay: instruments and venues that a feed names and the file does not are defined from the feed's
  /// format
  bool define_from_feed = true;
  /// What a venue has where its own entry says nothing, and what a venue defined from a feed has.
  SimulatedVenueConfig venue_defaults;
  /// Limits of instruments and accounts without an entry of their own.
  risk::InstrumentLimits default_instrument_limits;
  risk::AccountLimits default_account_limits;
  ConfigByName by_name;
  std::size_t market_queue_capacity = 16384;
  std::size_t report_queue_capacity = 8192;
  std::size_t command_queue_capacity = 8192;
};

}  // namespace vigil::engine
