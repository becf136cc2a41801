#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "monitoring/delivery/curl/transfer.h"

namespace vigil::monitoring {

/// One Alertmanager: gets every alert as it is handed over, and groups and silences by itself.
struct AlertmanagerConfig {
  std::string url = "http://127.0.0.1:9093";  ///< a path in front of /api/v2/alerts included
  std::size_t batch = 256;                    ///< alerts in one request
  TransferSettings transfer = {};
};

/// Any receiver of Alertmanager's webhook format (version 4).
struct WebhookConfig {
  std::string url = {};
  std::string secret = {};  ///< of the signature; empty: requests are not signed
  TransferSettings transfer = {};
};

/// Slack's incoming webhooks, and Mattermost's.
struct SlackConfig {
  std::string url = {};
  std::string channel = {};   ///< empty: the webhook's own
  std::string username = {};  ///< empty: the webhook's own
  TransferSettings transfer = {};
};

/// PagerDuty's Events API v2.
struct PagerDutyConfig {
  std::string url = "https://events.pagerduty.com/v2/enqueue";
  std::string routing_key = {};
  TransferSettings transfer = {};
};

struct EmailConfig {
  std::string url = {};  ///< smtp://HOST[:PORT] or smtps://HOST[:PORT]
  std::string hello = {};
  bool require_starttls = true;
  std::string from = {};  ///< bare addresses
  std::vector<std::string> to = {};
  TransferSettings transfer = {};
};

/// Hands a text to a function, called by the receiver's thread, which must not throw.
struct LogReceiverConfig {
  using Write = std::function<void(bool fires, std::string_view severity, std::string_view text)>;
  Write write = {};
};

/// The kinds of receivers that notifications of groups go to.
using ReceiverKind =
    std::variant<WebhookConfig, SlackConfig, PagerDutyConfig, EmailConfig, LogReceiverConfig>;

struct ReceiverConfig {
  std::string name = {};
  ReceiverKind kind = {};
  bool send_resolved = true;
};

/// How often something that failed for now is tried again: after `first`, then twice as long each time up to
/// `longest`, each time shortened by up to half by chance, so that receivers are not asked in step.
struct RetryPolicy {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{60'000};
  /// What a receiver asked for (Retry-After) is kept to up to here.
  std::chrono::milliseconds longest_asked = std::chrono::hours{1};
  /// What has waited for so long is given up, and counted.
  std::chrono::milliseconds give_up_after = std::chrono::hours{72};
  std::uint64_t seed = 1;
  friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// What a receiver's URL must be otherwise ("begin with http:// or https://"); empty: nothing. Repeats
/// nothing of it.
[[nodiscard]] std::string url_fault(std::string_view url, std::string_view scheme,
                                    std::string_view other_scheme);

/// Throws std::runtime_error that says what must be otherwise ("receivers[desk].url: must begin with ...").
/// Repeats nothing of URLs and keys: they may be secret.
void check(const ReceiverConfig& config);
void check(const AlertmanagerConfig& config);

}  // namespace vigil::monitoring
