#include "engine/monitor/threshold_keeper.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "monitoring/process/memory_limit.h"
#include "positions/conversion_table.h"

namespace vigil::engine {

ThresholdSources threshold_sources(const EngineConfig& config) {
  ThresholdSources sources;
  if (const auto limit = monitoring::memory_limit()) sources.memory_limit_bytes = static_cast<double>(*limit);

  const positions::ConversionTable rates(config.currencies.size(), config.portfolio.conversions);
  double least = std::numeric_limits<double>::infinity();
  for (const positions::AccountConfig& account : config.portfolio.accounts) {
    const auto capital =
        rates.convert(account.initial_capital, account.base_currency, config.portfolio.reporting_currency);
    if (capital) least = std::min(least, capital->to_double());
  }
  if (std::isfinite(least)) sources.least_initial_capital_usd = least;
  return sources;
}

ThresholdKeeper::ThresholdKeeper(const EngineConfig& config, monitoring::Registry& registry,
                                 monitoring::Logger& logger)
    : sources_(threshold_sources(config)), gauges_(registry), logger_(logger) {
  apply(config.monitor.thresholds);
}

void ThresholdKeeper::apply(const AlertThresholdSettings& settings) {
  const auto values = threshold_values(settings, sources_);
  gauges_.publish(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) continue;
    monitoring::LogRecord entry =
        log_entry(machine_time().wall, monitoring::LogLevel::Warn, "monitoring", "rules",
                  "Threshold not set, rules that compare with it never hold");
    entry.add_text("threshold", kAlertThresholds[i].name);
    logger_.write(entry);
  }
}

}  // namespace vigil::engine
