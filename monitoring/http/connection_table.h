#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "monitoring/http/connection.h"

namespace vigil::monitoring {

/// The open connections of a server, of which there is a bound. When somebody wants in and there is no room,
/// the one that has waited longest for its client goes, once that is longer than `patience`. The I/O
/// thread's.
class ConnectionTable {
 public:
  /// `on_room` is called when there is room again, after it was wanted.
  ConnectionTable(boost::asio::io_context& io, std::size_t limit, std::chrono::milliseconds patience,
                  std::function<void()> on_room);

  [[nodiscard]] bool has_room() const noexcept { return connections_.size() < limit_; }
  void add(std::shared_ptr<Connection> connection);
  void remove(const Connection& connection);
  /// Somebody waits to come in.
  void want_room();
  /// Drops the connection that has waited longest if that is longer than `patience`.
  bool drop_longest();

  /// Ends all that are not being answered, and those behind their answer.
  void end_soon();
  /// Ends all, after this time.
  void close_after(std::chrono::milliseconds time);

 private:
  using Clock = Connection::Clock;

  /// nullptr: all are being answered.
  [[nodiscard]] std::shared_ptr<Connection> longest_waiting() const;
  void review();
  void close_all();

  std::size_t limit_;
  std::chrono::milliseconds patience_;
  std::function<void()> on_room_;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
  boost::asio::steady_timer timer_;  ///< of the next review, or of the end
  bool is_room_wanted_ = false;
};

}  // namespace vigil::monitoring
