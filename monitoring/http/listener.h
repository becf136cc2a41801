#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "monitoring/http/connection_table.h"
#include "monitoring/http/listen_address.h"

namespace vigil::monitoring {

/// Accepts connections at one address while the table has room; others wait in the system. The I/O thread's,
/// once started.
class Listener {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Accepted = std::function<void(Socket socket, bool is_tls)>;
  using Report = std::function<void(std::string_view what)>;

  /// Listens from here on. Throws std::runtime_error naming the address and the reason if that fails.
  Listener(boost::asio::io_context& io, const ListenAddress& address, int backlog, ConnectionTable& table,
           Accepted accepted, Report report);

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  void start() { wait(); }
  /// The table has room again.
  void resume();
  void close();

 private:
  using Error = boost::system::error_code;

  void wait();
  void accept();
  [[nodiscard]] bool accept_one();
  void pause(const Error& reason);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer timer_;
  std::string address_;
  bool is_tls_;
  ConnectionTable& table_;
  Accepted accepted_;
  Report report_;
  std::uint16_t port_ = 0;
  bool awaits_room_ = false;
  bool is_starved_ = false;  ///< the last attempt found no descriptor or memory, and that was reported
};

}  // namespace vigil::monitoring
