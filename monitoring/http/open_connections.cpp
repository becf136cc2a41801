#include "monitoring/http/open_connections.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vigil::monitoring {
namespace {

/// One end of a connection.
struct End {
  std::string host;
  std::uint16_t port = 0;
};

std::optional<End> end_of(int socket, decltype(&::getpeername) ask) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (ask(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;

  std::array<char, INET6_ADDRSTRLEN> text{};
  if (storage.ss_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &ipv4.sin_addr, text.data(), text.size());
    return End{text.data(), ntohs(ipv4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &ipv6.sin6_addr, text.data(), text.size());
    return End{text.data(), ntohs(ipv6.sin6_port)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ConnectionKey> connection_of(int socket) {
  const auto own = end_of(socket, &::getsockname);
  if (!own) return std::nullopt;
  const auto peer = end_of(socket, &::getpeername);
  if (!peer) return std::nullopt;  // it listens, or the peer is gone
  return ConnectionKey{peer->host, peer->port, own->port};
}

std::vector<OpenConnection> open_connections(const std::vector<std::uint16_t>& own_ports) {
  std::vector<OpenConnection> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
  if (folder == nullptr) return found;

  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own
  while (const dirent* const entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    int socket = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), socket).ec != std::errc{}) continue;
    auto key = connection_of(socket);
    if (!key || std::ranges::find(own_ports, key->own_port) == own_ports.end()) continue;
    found.push_back({std::move(*key), socket});
  }
  return found;
}

}  // namespace vigil::monitoring
