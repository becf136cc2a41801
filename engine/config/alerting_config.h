#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/config/secret.h"
#include "monitoring/delivery/inhibition.h"
#include "monitoring/delivery/outbox.h"
#include "monitoring/delivery/receiver_config.h"
#include "monitoring/delivery/routing.h"
#include "orders/time.h"

namespace vigil::engine {

/// How to reach a server that is told of alerts, see monitoring::TransferSettings.
struct AlertTransferConfig {
  orders::Duration connect_timeout = std::chrono::seconds{5};
  orders::Duration timeout = std::chrono::seconds{10};
  std::string proxy_url = {};  ///< empty: none
  std::string ca_file = {};    ///< empty: the system's authorities
  bool insecure_skip_verify = false;
  std::string user = {};  ///< empty if and only if there is no password
  Secret password = {};
  Secret token = {};  ///< not together with a user
  friend bool operator==(const AlertTransferConfig&, const AlertTransferConfig&) = default;
};

struct AlertmanagerTarget {
  std::string url = {};
  std::size_t batch = 256;
  AlertTransferConfig transfer = {};
  friend bool operator==(const AlertmanagerTarget&, const AlertmanagerTarget&) = default;
};

enum class AlertReceiverKind : std::uint8_t { Log, Webhook, Slack, PagerDuty, Email };

/// A receiver of notifications. Members that its kind has no use for are as they were made.
struct AlertReceiver {
  std::string name = {};
  AlertReceiverKind kind = AlertReceiverKind::Log;
  bool send_resolved = true;
  Secret url = {};                    ///< without a source the file has it in clear; all kinds but log
  Secret secret = {};                 ///< webhook: of the signature
  std::string channel = {};           ///< slack
  std::string username = {};          ///< slack: the name shown
  Secret routing_key = {};            ///< pagerduty
  std::string hello = {};             ///< email
  bool require_tls = true;            ///< email
  std::string from = {};              ///< email
  std::vector<std::string> to = {};   ///< email
  AlertTransferConfig transfer = {};  ///< all kinds but log
  friend bool operator==(const AlertReceiver&, const AlertReceiver&) = default;
};

/// Who is told of alerts, and when: section `alerting`.
struct AlertingConfig {
  std::vector<AlertmanagerTarget> alertmanagers = {};
  std::vector<AlertReceiver> receivers = {AlertReceiver{.name = "log"}};
  /// The uppermost route has everything; those below what they do not have from it.
  monitoring::RouteConfig route = {.receiver = "log",
                                   .group_by = std::vector<std::string>{"alertname"},
                                   .group_wait = std::chrono::seconds{1},
                                   .group_interval = std::chrono::seconds{10},
                                   .repeat_interval = std::chrono::hours{4}};
  std::vector<monitoring::InhibitionRule> inhibit_rules = {};
  monitoring::RetryPolicy retry = {};
  monitoring::OutboxLimits outbox = {};
  friend bool operator==(const AlertingConfig&, const AlertingConfig&) = default;
};

}  // namespace vigil::engine
