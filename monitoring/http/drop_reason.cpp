#include "monitoring/http/drop_reason.h"

#include <array>

namespace vigil::monitoring {

std::string_view to_string(DropReason reason) noexcept {
  constexpr std::array<std::string_view, kDropReasons> kNames{
      "slow_request",   "slow_reader", "too_many",     "header_too_large",
      "body_too_large", "malformed",   "tls_handshake"};
  return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace vigil::monitoring
