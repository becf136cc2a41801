#include "monitoring/http/listener.h"

#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>

namespace vigil::monitoring {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// Taken in one go, before connections that are open have their turn.
constexpr int kAcceptsAtOnce = 16;
/// Between attempts while the process has no descriptors left: the connection that waits would wake us at
/// once.
constexpr std::chrono::milliseconds kStarvedPause{100};

bool is_starvation(const boost::system::error_code& error) {
  return error == net::error::no_descriptors || error == net::error::no_buffer_space ||
         error == net::error::no_memory || error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

Listener::Listener(net::io_context& io, const ListenAddress& address, int backlog, ConnectionTable& table,
                   Accepted accepted, Report report)
    : acceptor_(io),
      timer_(io),
      address_(address.text()),
      is_tls_(address.is_tls),
      table_(table),
      accepted_(std::move(accepted)),
      report_(std::move(report)) {
  const tcp::endpoint endpoint(net::ip::make_address(address.host), address.port);
  try {
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    // Else [::] would take the port of 0.0.0.0 too.
    if (address.is_ipv6) acceptor_.set_option(net::ip::v6_only(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(backlog);
    acceptor_.non_blocking(true);
    port_ = acceptor_.local_endpoint().port();
    ListenAddress own = address;
    own.port = port_;
    address_ = own.text();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error(
        fmt::format("http: cannot listen on {}: {}", address_, listen_failure(error.code().value())));
  }
}

void Listener::resume() {
  if (!std::exchange(awaits_room_, false)) return;
  wait();
}

void Listener::close() {
  Error ignored;
  acceptor_.close(ignored);
  timer_.cancel();
}

void Listener::wait() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const Error& error) {
    if (!error) accept();
  });
}

void Listener::accept() {
  if (!acceptor_.is_open()) return;
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (!table_.has_room()) {
      awaits_room_ = true;
      return table_.want_room();
    }
    if (!accept_one()) return;
  }
  wait();
}

/// False: that was all for now, and what comes next is arranged.
bool Listener::accept_one() {
  Error error;
  Socket socket = acceptor_.accept(error);
  if (is_starvation(error)) {
    pause(error);
    return false;
  }
  if (error == net::error::would_block || error == net::error::try_again) {
    wait();
    return false;
  }
  if (error) return true;  // that client has gone again
  is_starved_ = false;
  try {
    accepted_(std::move(socket), is_tls_);
  } catch (const std::exception& failure) {
    report_(failure.what());
  }
  return true;
}

void Listener::pause(const Error& reason) {
  if (!std::exchange(is_starved_, true)) {
    report_(fmt::format("cannot accept connections at {}: {}", address_, reason.message()));
  }
  (void)table_.drop_longest();
  timer_.expires_after(kStarvedPause);
  timer_.async_wait([this](const Error& error) {
    if (!error) accept();
  });
}

}  // namespace vigil::monitoring
