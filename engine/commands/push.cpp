#include "engine/commands/push.h"

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "monitoring/exposition/exposition.h"

namespace vigil::engine {

std::unique_ptr<monitoring::PushGateway> push_gateway_of(const EngineConfig& config,
                                                         monitoring::Registry& registry,
                                                         monitoring::Logger& logger) {
  if (config.push_gateway.target.host.empty() || !config.metrics_enabled) return nullptr;
  const auto body = [&registry](std::string& out) {
    monitoring::Exposition(registry).write(monitoring::ExpositionFormat::Text, {}, out);
  };
  const auto report = [&logger](bool ok, std::string_view what) {
    monitoring::LogRecord entry = log_entry(
        machine_time().wall, ok ? monitoring::LogLevel::Info : monitoring::LogLevel::Warn, "monitoring",
        "push_gateway", ok ? "Push gateway takes metrics again" : "Push gateway did not take metrics");
    entry.add_long_text("what", what);
    logger.write(entry);
  };
  return std::make_unique<monitoring::PushGateway>(config.push_gateway, registry, body, report);
}

}  // namespace vigil::engine
