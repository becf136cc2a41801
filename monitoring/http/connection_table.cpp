#include "monitoring/http/connection_table.h"

#include <utility>
#include <vector>

namespace vigil::monitoring {

ConnectionTable::ConnectionTable(boost::asio::io_context& io, std::size_t limit,
                                 std::chrono::milliseconds patience, std::function<void()> on_room)
    : limit_(limit), patience_(patience), on_room_(std::move(on_room)), timer_(io) {}

void ConnectionTable::add(std::shared_ptr<Connection> connection) {
  const Connection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
}

void ConnectionTable::remove(const Connection& connection) {
  connections_.erase(&connection);
  if (connections_.empty()) timer_.cancel();
  if (!std::exchange(is_room_wanted_, false)) return;
  timer_.cancel();
  on_room_();
}

std::shared_ptr<Connection> ConnectionTable::longest_waiting() const {
  std::shared_ptr<Connection> longest;
  for (const auto& [key, connection] : connections_) {
    const auto since = connection->waiting_since();
    if (!since) continue;
    if (longest == nullptr || *since < *longest->waiting_since()) longest = connection;
  }
  return longest;
}

bool ConnectionTable::drop_longest() {
  const auto longest = longest_waiting();
  if (longest == nullptr || Clock::now() - *longest->waiting_since() < patience_) return false;
  longest->make_room();
  return true;
}

void ConnectionTable::want_room() {
  is_room_wanted_ = true;
  review();
}

void ConnectionTable::review() {
  if (!is_room_wanted_ || drop_longest()) return;
  const auto longest = longest_waiting();
  // Whoever begins to wait later has his patience still before him.
  timer_.expires_at((longest == nullptr ? Clock::now() : *longest->waiting_since()) + patience_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) review();
  });
}

void ConnectionTable::end_soon() {
  is_room_wanted_ = false;
  const auto all = connections_;  // those that end leave the table
  for (const auto& [key, connection] : all) connection->end_soon();
}

void ConnectionTable::close_all() {
  const auto all = connections_;
  for (const auto& [key, connection] : all) connection->close();
}

void ConnectionTable::close_after(std::chrono::milliseconds time) {
  is_room_wanted_ = false;
  if (connections_.empty()) return;
  timer_.expires_after(time);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) close_all();
  });
}

}  // namespace vigil::monitoring
