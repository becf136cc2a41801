#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "monitoring/delivery/notification.h"

namespace vigil::monitoring {

/// The text of a notification for people: its title, then a few lines for each alert.
[[nodiscard]] std::string plain_text(const Notification& notification, std::string_view external_url);

/// The body for Slack's incoming webhooks: a title and one coloured attachment an alert, up to
/// `kSlackAttachments`; what is left out is said. Control sequences in the alerts' texts are escaped.
inline constexpr std::size_t kSlackAttachments = 20;
[[nodiscard]] std::string slack_body(const Notification& notification, std::string_view external_url,
                                     std::string_view channel, std::string_view username);

/// An event for PagerDuty's Events API v2: triggers while any alert fires, else resolves the incident of the
/// group.
[[nodiscard]] std::string pagerduty_body(const Notification& notification, std::string_view external_url,
                                         std::string_view routing_key);

/// At most so many bytes of the text, not ending within a character of UTF-8.
[[nodiscard]] std::string_view shortened(std::string_view text, std::size_t bytes);

}  // namespace vigil::monitoring
