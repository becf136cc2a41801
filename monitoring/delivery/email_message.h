#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/notification.h"

namespace vigil::monitoring {

/// A bare address, local@domain, of printable ASCII without spaces, commas, brackets and quotes.
[[nodiscard]] bool is_mail_address(std::string_view text) noexcept;

/// A message of RFC 5322 with lines that end in CR LF: plain text in UTF-8, in base64. Nothing that stands in
/// an alert makes a header or ends one. Its Message-ID comes from the idempotency key. The addresses are
/// such.
[[nodiscard]] std::string email_message(const Notification& notification, std::string_view external_url,
                                        std::string_view from, const std::vector<std::string>& to);

}  // namespace vigil::monitoring
