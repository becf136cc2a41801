#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// Where a server listens: "127.0.0.1:9464", "[::1]:9464", "localhost:9464" (IPv4's), with "http://" or
/// "https://" (TLS) before it or neither. Port 0 = any free one.
struct ListenAddress {
  std::string host;  ///< an address in numbers, IPv6 without its brackets
  std::uint16_t port = 0;
  bool is_ipv6 = false;
  bool is_tls = false;

  [[nodiscard]] std::string socket_text() const;  ///< "127.0.0.1:9464"
  [[nodiscard]] std::string text() const;         ///< that, behind "https://" with TLS
};

/// Throws std::runtime_error that says what was expected and what was found.
[[nodiscard]] ListenAddress parse_listen_address(std::string_view text);

/// Why nobody can listen at an address, by the errno of the attempt: in use, not allowed, not an address of
/// this machine.
[[nodiscard]] std::string listen_failure(int error);

}  // namespace vigil::monitoring
