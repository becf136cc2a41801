#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace vigil::monitoring::test {

/// Takes mails on a port of the loopback, one connection after the other, without TLS.
class SmtpSink {
 public:
  struct Taken {
    std::string from;
    std::vector<std::string> to;
    std::string message;
    std::string login;  ///< what followed AUTH PLAIN
  };
  /// Answers given to RCPT instead of "250 ok", one after the other.
  explicit SmtpSink(std::vector<std::string> recipient_answers = {})
      : answers_(std::move(recipient_answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) == 0 && ::listen(listener_, 4) == 0 &&
        ::getsockname(listener_, generic, &size) == 0) {
      port_ = ntohs(address.sin_port);
    }
    thread_ = std::thread([this] { run(); });
  }
  ~SmtpSink() { end(); }
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  [[nodiscard]] std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  /// Ends it; what it took.
  std::vector<Taken> end() {
    if (thread_.joinable()) {
      is_ended_ = true;
      ::shutdown(listener_, SHUT_RDWR);
      if (const int peer = peer_; peer >= 0) ::shutdown(peer, SHUT_RDWR);
      thread_.join();
      ::close(listener_);
    }
    return taken_;
  }

 private:
  void run() {
    while (!is_ended_) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      peer_ = peer;
      talk(peer);
      peer_ = -1;
      ::close(peer);
    }
  }
  static void say(int peer, std::string_view text) {
    const std::string line = std::string{text} + "\r\n";
    (void)::send(peer, line.data(), line.size(), MSG_NOSIGNAL);
  }
  bool read_until(int peer, std::string_view end, std::string& text) {
    while (pending_.find(end) == std::string::npos) {
      char bytes[4096];
      const ssize_t n = ::recv(peer, bytes, sizeof bytes, 0);
      if (n <= 0) return false;
      pending_.append(bytes, static_cast<std::size_t>(n));
    }
    text = pending_.substr(0, pending_.find(end));
    pending_.erase(0, text.size() + end.size());
    return true;
  }
  void talk(int peer) {
    pending_.clear();
    Taken mail;
    say(peer, "220 sink");
    for (std::string line; read_until(peer, "\r\n", line);) {
      if (line.starts_with("EHLO")) {
        say(peer, "250-sink");
        say(peer, "250 AUTH PLAIN");
      } else if (line == "AUTH PLAIN") {
        say(peer, "334 ");
        if (!read_until(peer, "\r\n", mail.login)) return;
        say(peer, "235 ok");
      } else if (line.starts_with("MAIL FROM:")) {
        mail.from = line.substr(std::strlen("MAIL FROM:"));
        say(peer, "250 ok");
      } else if (line.starts_with("RCPT TO:")) {
        mail.to.push_back(line.substr(std::strlen("RCPT TO:")));
        if (answers_.empty()) {
          say(peer, "250 ok");
        } else {
          say(peer, answers_.front());
          answers_.erase(answers_.begin());
        }
      } else if (line == "DATA") {
        say(peer, "354 go on");
        if (!read_until(peer, "\r\n.\r\n", mail.message)) return;
        taken_.push_back(mail);
        mail.to.clear();
        say(peer, "250 taken");
      } else if (line == "QUIT") {
        say(peer, "221 bye");
        return;
      } else {
        say(peer, "250 ok");
      }
    }
  }

  std::vector<std::string> answers_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> peer_ = -1;
  std::atomic<bool> is_ended_ = false;
  std::string pending_;
  std::vector<Taken> taken_;
  std::thread thread_;
};

}  // namespace vigil::monitoring::test
