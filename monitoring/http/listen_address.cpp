#include "monitoring/http/listen_address.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vigil::monitoring {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  throw std::runtime_error(
      fmt::format("listen address '{}': must be HOST:PORT or https://HOST:PORT with an IPv4 address, "
                  "an [IPv6 address] or localhost, and a port 0 to 65535",
                  text));
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// False if the host is no address in numbers.
bool fill(const ListenAddress& address, SocketAddress& to) {
  if (address.is_ipv6) {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(to.storage);
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(address.port);
    to.size = sizeof(ipv6);
    return ::inet_pton(AF_INET6, address.host.c_str(), &ipv6.sin6_addr) == 1;
  }
  auto& ipv4 = reinterpret_cast<sockaddr_in&>(to.storage);
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(address.port);
  to.size = sizeof(ipv4);
  return ::inet_pton(AF_INET, address.host.c_str(), &ipv4.sin_addr) == 1;
}

std::string_view reason_of(int error) {
  if (error == EADDRINUSE) return "the address is in use by another program";
  if (error == EACCES) return "not permitted (ports below 1024 need a privilege)";
  if (error == EADDRNOTAVAIL) return "not an address of this machine";
  return std::strerror(error);
}

}  // namespace

std::string ListenAddress::socket_text() const {
  return is_ipv6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::string ListenAddress::text() const {
  return is_tls ? "https://" + socket_text() : socket_text();
}

ListenAddress parse_listen_address(std::string_view whole) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  std::string_view text = whole;
  const bool is_tls = text.starts_with(kHttps);
  if (is_tls || text.starts_with(kHttp)) text.remove_prefix(is_tls ? kHttps.size() : kHttp.size());
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse(whole);

  ListenAddress address{.host = {}, .is_tls = is_tls};
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size()) refuse(whole);

  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    address.is_ipv6 = true;
    host = host.substr(1, host.size() - 2);
  }
  address.host = host == "localhost" ? "127.0.0.1" : host;
  SocketAddress unused;
  if (!fill(address, unused)) refuse(whole);
  return address;
}

void check_listen_address(const ListenAddress& address) {
  SocketAddress to;
  (void)fill(address, to);
  int error = 0;
  const int probe = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  if (probe < 0 || ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
      ::bind(probe, reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0) {
    error = errno;
  }
  if (probe >= 0) ::close(probe);
  if (error != 0) {
    throw std::runtime_error(fmt::format("http: cannot listen on {}: {}", address.text(), reason_of(error)));
  }
}

void knock(const ListenAddress& address) noexcept {
  SocketAddress to;
  if (!fill(address, to)) return;
  const int caller = ::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (caller < 0) return;
  (void)::connect(caller, reinterpret_cast<const sockaddr*>(&to.storage), to.size);
  ::close(caller);
}

}  // namespace vigil::monitoring
