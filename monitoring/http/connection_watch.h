#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "monitoring/http/connection_deadlines.h"

namespace vigil::monitoring {

/// A thread that holds a server's connections to ConnectionDeadlines: it shuts the sockets of those that have
/// to go, and whoever waits on them finds the connection ended. A client that is too slow with its request is
/// only not listened to any more, so that it can still be told.
///
/// The server tells what its connections do, and calls `closed` before it closes a socket: the sockets that
/// the thread sees are open, and the server's, for as long as it looks at them.
class ConnectionWatch {
 public:
  static constexpr std::chrono::milliseconds kReviewInterval{100};

  /// `on_drop` is called by the watch's thread, once for each connection it shuts.
  ConnectionWatch(const DeadlineLimits& limits, std::function<void(DropReason)> on_drop);
  ~ConnectionWatch();  ///< stops
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;

  void start(std::vector<std::uint16_t> own_ports);
  void stop();

  // For any thread.
  void enter(const ConnectionKey& key, ConnectionPhase phase);
  /// Before the socket is closed; nullopt for a connection that has lost its peer already.
  void closed(const std::optional<ConnectionKey>& key);
  [[nodiscard]] std::optional<DropReason> dropped(const ConnectionKey& key);

 private:
  void run();
  void review();

  std::mutex mutex_;
  std::condition_variable stopping_;
  ConnectionDeadlines deadlines_;
  std::function<void(DropReason)> on_drop_;
  std::vector<std::uint16_t> own_ports_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace vigil::monitoring
