#include "engine/views/limit_json.h"

#include <cmath>

#include "engine/monitor/prediction_metrics.h"

namespace vigil::engine {
namespace {

Json amount(const orders::Measure& measure) {
  if (measure.unit == orders::Unit::None) return nullptr;
  return orders::Money::from_raw(measure.raw).to_string();
}

Json limit_json(const EngineConfig& config, const risk::LimitUse& use) {
  const auto part = use.utilization();
  Json contributor(nullptr);
  if (use.contributor != orders::kNoInstrument) {
    contributor = {{"symbol", symbol_name(config, use.contributor)},
                   {"amount", amount(use.contribution)},
                   {"unit", orders::to_string(use.contribution.unit)}};
  }
  return {{"limit_type", risk::to_string(use.type)},
          {"unit", orders::to_string(use.limit.unit)},
          {"limit", amount(use.limit)},
          {"used", amount(use.used)},
          {"headroom", amount(use.headroom())},
          {"utilization", part && std::isfinite(*part) ? Json(*part) : Json(nullptr)},
          {"top_contributor", std::move(contributor)}};
}

}  // namespace

Json limits_json(const EngineConfig& config, const risk::LimitReport& report) {
  Json rows = Json::array();
  for (const risk::LimitUse& use : report.uses()) rows.push_back(limit_json(config, use));
  return rows;
}

Json limits_json(const EngineConfig& config, monitoring::Registry& registry, std::size_t account,
                 const risk::LimitReport& report) {
  Json rows = Json::array();
  for (const risk::LimitUse& use : report.uses()) {
    Json row = limit_json(config, use);
    row["time_to_breach_seconds"] = nullptr;
    if (registry.enabled()) {
      const double seconds = registry
                                 .gauge(metric::kLimitTimeToBreach,
                                        {config.portfolio.accounts[account].name, risk::to_string(use.type)})
                                 .value();
      if (std::isfinite(seconds)) row["time_to_breach_seconds"] = seconds;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace vigil::engine
