#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/delivery/notification.h"

namespace vigil::monitoring {

/// The body of POST /api/v2/alerts, as Prometheus sends it. An alert with ends_at 0 has no endsAt: the
/// Alertmanager then resolves it after its own resolve_timeout.
[[nodiscard]] std::string alertmanager_body(std::span<const Alert> alerts);

/// Alertmanager's webhook format, version 4.
[[nodiscard]] std::string webhook_body(const Notification& notification, std::string_view external_url);

/// Idempotency-Key, X-Vigil-Timestamp (`seconds` since 1970) and, with a secret, X-Vigil-Signature:
/// "sha256=" and the HMAC-SHA-256 of "TIMESTAMP.BODY".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> webhook_headers(
    std::string_view idempotency_key, std::string_view body, std::string_view secret, long long seconds);

}  // namespace vigil::monitoring
