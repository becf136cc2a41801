#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "monitoring/http/connection_deadlines.h"

namespace vigil::monitoring {

struct OpenConnection {
  ConnectionKey key;
  int socket = -1;
};

/// This process's TCP connections whose own end is one of these ports. CivetWeb does not tell the socket of a
/// connection, the kernel does: every descriptor is asked for its addresses.
[[nodiscard]] std::vector<OpenConnection> open_connections(const std::vector<std::uint16_t>& own_ports);

/// The connection of a socket; nullopt when it has none (any more).
[[nodiscard]] std::optional<ConnectionKey> connection_of(int socket);

}  // namespace vigil::monitoring
