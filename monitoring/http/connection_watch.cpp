#include "monitoring/http/connection_watch.h"

#include <algorithm>

#include <sys/socket.h>

#include "monitoring/http/open_connections.h"

namespace vigil::monitoring {

ConnectionWatch::ConnectionWatch(const DeadlineLimits& limits, std::function<void(DropReason)> on_drop)
    : deadlines_(limits), on_drop_(std::move(on_drop)) {}

ConnectionWatch::~ConnectionWatch() {
  stop();
}

void ConnectionWatch::start(std::vector<std::uint16_t> own_ports) {
  own_ports_ = std::move(own_ports);
  is_stopping_ = false;
  thread_ = std::thread([this] { run(); });
}

void ConnectionWatch::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

void ConnectionWatch::enter(const ConnectionKey& key, ConnectionPhase phase) {
  const std::lock_guard lock(mutex_);
  deadlines_.enter(key, phase, std::chrono::steady_clock::now());
}

void ConnectionWatch::closed(const std::optional<ConnectionKey>& key) {
  const std::lock_guard lock(mutex_);  // whoever is unknown waits here, too, until no socket is looked at
  if (key) deadlines_.closed(*key);
}

std::optional<DropReason> ConnectionWatch::dropped(const ConnectionKey& key) {
  const std::lock_guard lock(mutex_);
  return deadlines_.dropped(key);
}

void ConnectionWatch::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, kReviewInterval, [this] { return is_stopping_; })) review();
}

/// With the mutex held.
void ConnectionWatch::review() {
  const std::vector<OpenConnection> open = open_connections(own_ports_);
  std::vector<ConnectionKey> keys;
  keys.reserve(open.size());
  for (const OpenConnection& each : open) keys.push_back(each.key);
  for (const auto& [key, reason] : deadlines_.review(keys, std::chrono::steady_clock::now())) {
    const auto found = std::ranges::find(open, key, &OpenConnection::key);
    if (found == open.end()) continue;
    // Reading ends at once, writing too unless the client is to be told.
    ::shutdown(found->socket, reason == DropReason::SlowRequest ? SHUT_RD : SHUT_RDWR);
    on_drop_(reason);
  }
}

}  // namespace vigil::monitoring
