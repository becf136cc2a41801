#include "monitoring/http/connection_deadlines.h"

#include <array>

namespace vigil::monitoring {

std::string_view to_string(DropReason reason) noexcept {
  constexpr std::array<std::string_view, kDropReasons> kNames{
      "slow_request",   "slow_reader", "too_many",     "header_too_large",
      "body_too_large", "malformed",   "tls_handshake"};
  return kNames[static_cast<std::size_t>(reason)];
}

void ConnectionDeadlines::enter(const ConnectionKey& key, ConnectionPhase phase, Time now) {
  Connection& connection = connections_[key];
  connection.phase = phase;
  connection.since = now;
}

std::optional<DropReason> ConnectionDeadlines::dropped(const ConnectionKey& key) const {
  const auto found = connections_.find(key);
  return found == connections_.end() ? std::nullopt : found->second.dropped;
}

void ConnectionDeadlines::learn(const std::vector<ConnectionKey>& open, Time now) {
  for (auto& [key, connection] : connections_) connection.is_open = false;
  for (const ConnectionKey& key : open) {
    const auto [found, is_new] = connections_.try_emplace(key, Connection{.since = now});
    found->second.is_open = true;
  }
  std::erase_if(connections_, [](const auto& each) { return !each.second.is_open; });
}

std::optional<DropReason> ConnectionDeadlines::overdue(const Connection& connection, Time now) const {
  const auto taken = now - connection.since;
  switch (connection.phase) {
    case ConnectionPhase::Opened:
    case ConnectionPhase::Receiving:
      if (taken >= limits_.request_timeout) return DropReason::SlowRequest;
      return std::nullopt;
    case ConnectionPhase::Sending:
      if (taken >= limits_.send_timeout) return DropReason::SlowReader;
      return std::nullopt;
    case ConnectionPhase::Answering:
    case ConnectionPhase::Idle:
      return std::nullopt;
  }
  return std::nullopt;
}

std::map<ConnectionKey, ConnectionDeadlines::Connection>::iterator ConnectionDeadlines::in_the_way(Time now) {
  if (connections_.size() < limits_.threads) return connections_.end();
  std::size_t in_request = 0;
  for (const auto& [key, connection] : connections_) {
    if (connection.dropped) return connections_.end();  // a thread comes free already
    const bool waits_for_request =
        connection.phase == ConnectionPhase::Opened || connection.phase == ConnectionPhase::Idle;
    if (!waits_for_request) ++in_request;
  }
  // With a request in every thread, those opened wait for a thread and not the other way around.
  const bool opened_have_threads = in_request < limits_.threads;
  auto longest = connections_.end();
  for (auto each = connections_.begin(); each != connections_.end(); ++each) {
    const Connection& connection = each->second;
    if (connection.phase == ConnectionPhase::Answering) continue;
    if (connection.phase == ConnectionPhase::Opened && !opened_have_threads) continue;
    if (now - connection.since < limits_.patience) continue;
    if (longest == connections_.end() || connection.since < longest->second.since) longest = each;
  }
  return longest;
}

std::vector<ConnectionDeadlines::Drop> ConnectionDeadlines::review(const std::vector<ConnectionKey>& open,
                                                                   Time now) {
  learn(open, now);
  std::vector<Drop> drops;
  for (auto& [key, connection] : connections_) {
    if (connection.dropped) continue;
    connection.dropped = overdue(connection, now);
    if (connection.dropped) drops.push_back({key, *connection.dropped});
  }
  if (!drops.empty()) return drops;
  if (const auto each = in_the_way(now); each != connections_.end()) {
    each->second.dropped = DropReason::TooMany;
    drops.push_back({each->first, DropReason::TooMany});
  }
  return drops;
}

}  // namespace vigil::monitoring
