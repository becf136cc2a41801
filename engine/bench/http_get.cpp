#include "engine/bench/http_get.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vigil::engine::bench {
namespace {

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    ::close(socket_);
    throw std::runtime_error("no connection to port " + std::to_string(port));
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server closed the connection before the request's end");
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// Bytes put into `piece`; 0 at the end.
  [[nodiscard]] std::size_t receive(std::vector<char>& piece) const {
    const auto size = ::recv(socket_, piece.data(), piece.size(), 0);
    if (size < 0) throw std::runtime_error("the server broke the connection within its answer");
    return static_cast<std::size_t>(size);
  }

 private:
  int socket_;
};

/// Calls `take(piece)` with the answer's bytes as they come.
template <typename Take>
void get(std::uint16_t port, std::string_view path, bool gzip, Take take) {
  constexpr std::string_view kExpected = "HTTP/1.1 200";
  const Connection connection(port);
  connection.send("GET " + std::string{path} + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n" +
                  (gzip ? "Accept-Encoding: gzip\r\n" : "") + "\r\n");
  std::vector<char> piece(std::size_t{256} * 1024);
  std::string begin;
  while (const std::size_t size = connection.receive(piece)) {
    if (begin.size() < kExpected.size()) begin.append(piece.data(), std::min(size, kExpected.size()));
    take(std::string_view(piece.data(), size));
  }
  if (!begin.starts_with(kExpected)) throw std::runtime_error("GET " + std::string{path} + ": " + begin);
}

}  // namespace

std::size_t http_get(std::uint16_t port, std::string_view path, bool gzip) {
  std::size_t received = 0;
  get(port, path, gzip, [&](std::string_view piece) { received += piece.size(); });
  return received;
}

std::string http_get_text(std::uint16_t port, std::string_view path) {
  std::string answer;
  get(port, path, false, [&](std::string_view piece) { answer += piece; });
  return answer;
}

}  // namespace vigil::engine::bench
