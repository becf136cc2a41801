#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

/// Why the server gave up on a client: values of the label `reason` of http_connections_dropped_total.
enum class DropReason : std::uint8_t {
  SlowRequest,     ///< took longer than the request timeout to send its request
  SlowReader,      ///< took longer than the send timeout to take its answer
  TooMany,         ///< made the server wait while all its threads were taken
  HeaderTooLarge,  ///< answered 431
  BodyTooLarge,    ///< answered 413
  Malformed,       ///< answered 400: not HTTP, or not to its end
  TlsHandshake,    ///< agreed on no TLS connection
};
inline constexpr std::size_t kDropReasons = 7;
[[nodiscard]] std::string_view to_string(DropReason reason) noexcept;

/// A TCP connection of this server while it is open: no other one has the same three.
struct ConnectionKey {
  std::string peer;  ///< address in numbers
  std::uint16_t peer_port = 0;
  std::uint16_t own_port = 0;
  auto operator<=>(const ConnectionKey&) const = default;
};

/// What a connection's thread does. All but Answering wait for the client.
enum class ConnectionPhase : std::uint8_t {
  Opened,     ///< no request has come in whole: TLS handshake, first header, or no thread is free for it
  Receiving,  ///< a request's body
  Answering,
  Sending,
  Idle,  ///< between requests; the server's keep-alive timeout is CivetWeb's part
};

struct DeadlineLimits {
  std::size_t threads = 1;  ///< connections served at once
  std::chrono::milliseconds request_timeout{10'000};
  std::chrono::milliseconds send_timeout{30'000};
  /// How long a client may make a thread wait while all are taken.
  std::chrono::milliseconds patience{1'000};
};

/// Decides which connections have to go. Knows neither sockets nor clocks; not for several threads at once.
///
/// A phase has a time limit as a whole, whatever trickles meanwhile. When as many connections are open as
/// there are threads, the one that has waited longest for its client has to go once that is longer than
/// `patience`, one at each `review`: slow clients cannot keep others out for long.
class ConnectionDeadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Drop {
    ConnectionKey key;
    DropReason reason = DropReason::TooMany;
  };

  explicit ConnectionDeadlines(DeadlineLimits limits) : limits_(limits) {}

  void enter(const ConnectionKey& key, ConnectionPhase phase, Time now);
  void closed(const ConnectionKey& key) { connections_.erase(key); }
  /// Why the connection has to go, once `review` has named it.
  [[nodiscard]] std::optional<DropReason> dropped(const ConnectionKey& key) const;
  /// `open`: all connections there are now. Names each to be dropped once.
  [[nodiscard]] std::vector<Drop> review(const std::vector<ConnectionKey>& open, Time now);

 private:
  struct Connection {
    ConnectionPhase phase = ConnectionPhase::Opened;
    Time since;  ///< of the phase
    std::optional<DropReason> dropped = {};
    bool is_open = true;
  };
  void learn(const std::vector<ConnectionKey>& open, Time now);
  [[nodiscard]] std::optional<DropReason> overdue(const Connection& connection, Time now) const;
  /// The longest wait that keeps a thread, end() if none is longer than patience or threads are free.
  [[nodiscard]] std::map<ConnectionKey, Connection>::iterator in_the_way(Time now);

  DeadlineLimits limits_;
  std::map<ConnectionKey, Connection> connections_;
};

}  // namespace vigil::monitoring
