#include "monitoring/delivery/webhook_message.h"

#include <fmt/format.h>

#include "monitoring/delivery/message_json.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/http/digest.h"

namespace vigil::monitoring {
namespace {

using nlohmann::json;

/// How Alertmanager writes that there is no time.
constexpr const char* kNoTime = "0001-01-01T00:00:00Z";

}  // namespace

std::string alertmanager_body(std::span<const Alert> alerts) {
  json list = json::array();
  for (const Alert& alert : alerts) {
    json object{{"labels", labels_of(alert.labels)},
                {"annotations", labels_of(alert.annotations)},
                {"startsAt", rfc3339(alert.starts_at)},
                {"generatorURL", alert.generator_url}};
    if (alert.ends_at != 0) object["endsAt"] = rfc3339(alert.ends_at);
    list.push_back(std::move(object));
  }
  return text_of(list);
}

std::string webhook_body(const Notification& notification, std::string_view external_url) {
  json alerts = json::array();
  for (const Alert& alert : notification.alerts) {
    const bool fires = alert.ends_at == 0;
    alerts.push_back({{"status", fires ? "firing" : "resolved"},
                      {"labels", labels_of(alert.labels)},
                      {"annotations", labels_of(alert.annotations)},
                      {"startsAt", rfc3339(alert.starts_at)},
                      {"endsAt", fires ? std::string{kNoTime} : rfc3339(alert.ends_at)},
                      {"generatorURL", alert.generator_url},
                      {"fingerprint", fmt::format("{:016x}", alert.fingerprint())}});
  }
  return text_of({{"version", "4"},
                  {"groupKey", notification.group_key},
                  {"truncatedAlerts", notification.truncated},
                  {"status", notification.is_firing() ? "firing" : "resolved"},
                  {"receiver", notification.receiver},
                  {"groupLabels", labels_of(notification.group_labels)},
                  {"commonLabels", labels_of(common_labels(notification.alerts))},
                  {"commonAnnotations", labels_of(common_annotations(notification.alerts))},
                  {"externalURL", external_url},
                  {"alerts", std::move(alerts)}});
}

std::vector<std::pair<std::string, std::string>> webhook_headers(std::string_view idempotency_key,
                                                                 std::string_view body,
                                                                 std::string_view secret, long long seconds) {
  std::vector<std::pair<std::string, std::string>> headers{{"Idempotency-Key", std::string{idempotency_key}},
                                                           {"X-Vigil-Timestamp", fmt::format("{}", seconds)}};
  if (!secret.empty()) {
    headers.emplace_back("X-Vigil-Signature",
                         "sha256=" + hmac_sha256_hex(secret, fmt::format("{}.{}", seconds, body)));
  }
  return headers;
}

}  // namespace vigil::monitoring
