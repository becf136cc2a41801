#include "monitoring/http/listen_address.h"

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace vigil::monitoring {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  throw std::runtime_error(
      fmt::format("listen address '{}': must be HOST:PORT or https://HOST:PORT with an IPv4 address, "
                  "an [IPv6 address] or localhost, and a port 0 to 65535",
                  text));
}

/// Whether it is an address in numbers.
bool is_address(const std::string& host, bool is_ipv6) {
  in6_addr unused{};  // room for both
  return ::inet_pton(is_ipv6 ? AF_INET6 : AF_INET, host.c_str(), &unused) == 1;
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
  if (!is_address(address.host, address.is_ipv6)) refuse(whole);
  return address;
}

std::string listen_failure(int error) {
  if (error == EADDRINUSE) return "the address is in use by another program";
  if (error == EACCES) return "not permitted (ports below 1024 need a privilege)";
  if (error == EADDRNOTAVAIL) return "not an address of this machine";
  return std::generic_category().message(error);
}

}  // namespace vigil::monitoring
