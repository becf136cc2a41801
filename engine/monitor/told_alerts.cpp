#include "engine/monitor/told_alerts.h"

#include <chrono>
#include <utility>

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"

namespace vigil::engine {
namespace {

using monitoring::ActiveAlert;
using monitoring::AlertPhase;
using monitoring::AlertState;
using monitoring::HistoryEntry;
using std::chrono::milliseconds;

milliseconds in_milliseconds(orders::Duration time) {
  return std::chrono::duration_cast<milliseconds>(time);
}

monitoring::TransferSettings transfer_of(const AlertTransferConfig& config) {
  return {.connect_timeout = in_milliseconds(config.connect_timeout),
          .timeout = in_milliseconds(config.timeout),
          .verify_tls = !config.insecure_skip_verify,
          .ca_file = config.ca_file,
          .proxy = config.proxy_url,
          .user = config.user,
          .password = config.password.text,
          .bearer_token = config.token.text};
}

monitoring::LogRecord alert_entry(monitoring::LogLevel level, const char* module, const char* message) {
  return log_entry(machine_time().wall, level, "monitoring", module, message);
}

monitoring::LogReceiverConfig::Write write_to(monitoring::Logger& logger) {
  return [&logger](bool fires, std::string_view severity, std::string_view text) {
    auto entry = alert_entry(fires ? monitoring::LogLevel::Warn : monitoring::LogLevel::Info, "alerts",
                             fires ? "Alerts fire" : "Alerts resolved");
    if (!severity.empty()) entry.add_text("severity", severity);
    entry.add_long_text("text", text);
    logger.write(entry);
  };
}

monitoring::ReceiverKind kind_of(const AlertReceiver& receiver, monitoring::Logger& logger) {
  switch (receiver.kind) {
    case AlertReceiverKind::Log:
      return monitoring::LogReceiverConfig{.write = write_to(logger)};
    case AlertReceiverKind::Webhook:
      return monitoring::WebhookConfig{.url = receiver.url.text,
                                       .secret = receiver.secret.text,
                                       .transfer = transfer_of(receiver.transfer)};
    case AlertReceiverKind::Slack:
      return monitoring::SlackConfig{.url = receiver.url.text,
                                     .channel = receiver.channel,
                                     .username = receiver.username,
                                     .transfer = transfer_of(receiver.transfer)};
    case AlertReceiverKind::PagerDuty:
      return monitoring::PagerDutyConfig{.url = receiver.url.text,
                                         .routing_key = receiver.routing_key.text,
                                         .transfer = transfer_of(receiver.transfer)};
    case AlertReceiverKind::Email:
      return monitoring::EmailConfig{.url = receiver.url.text,
                                     .hello = receiver.hello,
                                     .require_starttls = receiver.require_tls,
                                     .from = receiver.from,
                                     .to = receiver.to,
                                     .transfer = transfer_of(receiver.transfer)};
  }
  return monitoring::WebhookConfig{};
}

/// How long the alert was in the state before `change`.
milliseconds duration_of(const monitoring::AlertChange& change) {
  const ActiveAlert& alert = change.alert;
  if (alert.state == AlertPhase::Pending) return milliseconds{0};
  if (alert.state == AlertPhase::Firing) return milliseconds{alert.fired_at - alert.active_at};
  const bool has_fired = change.from == AlertPhase::Firing;
  return milliseconds{alert.resolved_at - (has_fired ? alert.fired_at : alert.active_at)};
}

}  // namespace

monitoring::DeliveryLinks delivery_links(monitoring::Registry& registry, monitoring::Logger& logger) {
  return {.registry = registry,
          .now = [] { return in_milliseconds(machine_time().wall.time_since_epoch()).count(); },
          .report =
              [&logger](bool ok, std::string_view what) {
                auto entry =
                    alert_entry(ok ? monitoring::LogLevel::Info : monitoring::LogLevel::Warn,
                                "alert_delivery", ok ? "Alerts delivered again" : "Alerts not delivered");
                entry.add_long_text("what", what);
                logger.write(entry);
              }};
}

std::unique_ptr<monitoring::AlertDelivery> make_alert_delivery(const AlertingConfig& config,
                                                               std::string folder, std::string external_url,
                                                               monitoring::DeliveryLinks links,
                                                               monitoring::Logger& logger) {
  monitoring::AlertDeliveryConfig delivery{.folder = std::move(folder),
                                           .external_url = std::move(external_url),
                                           .route = config.route,
                                           .inhibition = config.inhibit_rules,
                                           .outbox = config.outbox,
                                           .retry = config.retry};
  for (const AlertmanagerTarget& each : config.alertmanagers) {
    delivery.alertmanagers.push_back(
        {.url = each.url, .batch = each.batch, .transfer = transfer_of(each.transfer)});
  }
  for (const AlertReceiver& each : config.receivers) {
    delivery.receivers.push_back(
        {.name = each.name, .kind = kind_of(each, logger), .send_resolved = each.send_resolved});
  }
  return std::make_unique<monitoring::AlertDelivery>(std::move(delivery), std::move(links));
}

std::vector<HistoryEntry> history_entries(const monitoring::GroupOutcome& outcome) {
  std::vector<HistoryEntry> entries;
  for (const auto& [rule, change] : outcome.changes) {
    const ActiveAlert& alert = change.alert;
    const bool fires_at_once = rule->hold.count() == 0 && alert.no_data_since == 0;
    if (alert.state == AlertPhase::Pending && fires_at_once) continue;
    HistoryEntry entry{.labels = alert.labels,
                       .annotations = alert.annotations,
                       .value = alert.value,
                       .duration = duration_of(change)};
    switch (alert.state) {
      case AlertPhase::Pending:
        entry.state = AlertState::Pending;
        entry.time = alert.active_at;
        break;
      case AlertPhase::Firing:
        entry.state = AlertState::Firing;
        entry.time = alert.fired_at;
        break;
      case AlertPhase::Inactive:
        entry.state = AlertState::Resolved;
        entry.time = alert.resolved_at;
        break;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace vigil::engine
