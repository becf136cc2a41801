#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

// A client that says exactly what a test tells it to say.

namespace vigil::monitoring::test {

struct HttpReply {
  int status = 0;
  std::string header;  ///< status line and header lines, with their line ends
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : HttpClient() { connect(port); }
  /// Not connected yet.
  HttpClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) { REQUIRE(socket_ >= 0); }
  /// Takes a socket that is connected.
  static HttpClient of(int socket) { return HttpClient(Taken{socket}); }
  ~HttpClient() { ::close(socket_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void connect(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // the server has seen enough; its answer says why
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// The next answer. Status 0: the server closed the connection instead.
  HttpReply receive(bool is_head = false) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!read()) return {};
    }
    HttpReply reply;
    reply.header = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    reply.status = std::stoi(reply.header.substr(std::string_view("HTTP/1.1 ").size()));
    const std::size_t length = reply.header.find("Content-Length: ");
    if (is_head || length == std::string::npos) return reply;
    const std::size_t size =
        std::stoul(reply.header.substr(length + std::string_view("Content-Length: ").size()));
    while (buffer_.size() < size && read()) {
    }
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return reply;
  }
  HttpReply exchange(std::string_view text) {
    send(text);
    return receive(text.starts_with("HEAD "));
  }
  HttpReply get(std::string_view path) {
    return exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  /// Says that nothing more comes; answers still may.
  void end_sending() { ::shutdown(socket_, SHUT_WR); }
  /// Whether the server has closed its side; waits for it to say something.
  bool is_closed() { return buffer_.empty() && !read(); }

 private:
  struct Taken {
    int socket;
  };
  explicit HttpClient(Taken taken) : socket_(taken.socket) {}

  bool read() {
    char piece[4096];
    const auto size = ::recv(socket_, piece, sizeof(piece), 0);
    if (size <= 0) return false;
    buffer_.append(piece, static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  std::string buffer_;
};

}  // namespace vigil::monitoring::test
