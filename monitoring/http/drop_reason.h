#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vigil::monitoring {

/// Why the server gave up on a client: values of the label `reason` of http_connections_dropped_total.
enum class DropReason : std::uint8_t {
  SlowRequest,     ///< took longer than the request timeout to send its request
  SlowReader,      ///< took longer than the send timeout to take its answer
  TooMany,         ///< made the server wait while as many connections were open as there may be
  HeaderTooLarge,  ///< answered 431
  BodyTooLarge,    ///< answered 413
  Malformed,       ///< answered 400: not HTTP, or not to its end
  TlsHandshake,    ///< agreed on no TLS connection
};
inline constexpr std::size_t kDropReasons = 7;
[[nodiscard]] std::string_view to_string(DropReason reason) noexcept;

}  // namespace vigil::monitoring
