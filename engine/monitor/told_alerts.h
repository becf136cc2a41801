#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "engine/config/alerting_config.h"
#include "monitoring/alerting/rule_group.h"
#include "monitoring/delivery/alert_delivery.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// How long an orderly end waits for receivers to take what there is to tell; a second more at most.
inline constexpr std::chrono::seconds kLastTelling{5};

/// Those of the running engine: the machine's time and disk, the network; what goes wrong is logged.
[[nodiscard]] monitoring::DeliveryLinks delivery_links(monitoring::Registry& registry,
                                                       monitoring::Logger& logger);

/// The delivery that the section `alerting` asks for; log receivers write to `logger`. `folder`: see
/// AlertDeliveryConfig. Throws std::runtime_error as AlertDelivery does.
[[nodiscard]] std::unique_ptr<monitoring::AlertDelivery> make_alert_delivery(const AlertingConfig& config,
                                                                             std::string folder,
                                                                             std::string external_url,
                                                                             monitoring::DeliveryLinks links,
                                                                             monitoring::Logger& logger);

/// The changes of a group's evaluation as the history keeps them. What fires at once was not pending before.
[[nodiscard]] std::vector<monitoring::HistoryEntry> history_entries(const monitoring::GroupOutcome& outcome);

}  // namespace vigil::engine
