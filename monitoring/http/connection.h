#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "monitoring/http/drop_reason.h"
#include "monitoring/http/request_reader.h"
#include "monitoring/http/router.h"
#include "monitoring/http/server.h"
#include "monitoring/http/stream.h"
#include "monitoring/http/worker_pool.h"

namespace vigil::monitoring {

class Connection;

/// What the connections of a server share. Outlives them.
struct ConnectionHost {
  const HttpServerConfig& config;
  HttpRouter& router;
  boost::asio::io_context& io;           ///< one thread runs it, the I/O thread
  WorkerPool& workers;                   ///< run handlers, which may block
  const std::atomic<bool>& is_stopping;  ///< set by the I/O thread
  std::function<void(DropReason)> count;
  std::function<void(std::string_view what)> report;  ///< trouble of the server's own; any thread
  std::function<void(Connection&)> on_closed;         ///< I/O thread
};

/// One client: reads its requests, has them answered one after the other, and ends when he does, when he is
/// told that it ends, or when a step takes him too long. A step's time is one as a whole, whatever trickles
/// meanwhile. All of it is the I/O thread's but the making of answers, a worker's.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(ConnectionHost& host, std::unique_ptr<Stream> stream, std::string remote_address);

  void start();
  /// Since when the server has waited for the client; nullopt while he waits for it.
  [[nodiscard]] std::optional<Clock::time_point> waiting_since() const;
  /// Ends it for others who want to be served.
  void make_room();
  /// Ends it, behind the answer that is under way if there is one.
  void end_soon();
  /// Ends it at once. Nothing of it runs any more but a handler that a worker is in.
  void close();

 private:
  using Error = Stream::Error;
  /// What it waits for. All but Answering wait for the client.
  enum class Phase : std::uint8_t {
    Handshake,
    Receiving,  ///< the rest of a request, or the first one
    Answering,
    Sending,
    Idle,     ///< the next request
    Closing,  ///< that the client has taken the last answer
    Closed,
  };
  struct Answer {
    std::string head;
    std::string body;
    bool is_last = false;  ///< the connection is closed behind it
  };

  void enter(Phase phase, Clock::time_point deadline);
  void set_deadline(Clock::time_point deadline);
  void on_timer();
  void on_deadline();

  void on_handshake(const Error& error);
  void read();
  void on_read(const Error& error, std::size_t size);
  void on_end_of_input(const Error& error);
  void advance();
  void admit();
  void receive_more();

  void refuse(DropReason reason, int status, std::string_view text);
  void hand_to_worker();
  /// Nothing when there was no memory for it. A worker's.
  [[nodiscard]] std::optional<Answer> make_answer() noexcept;
  [[nodiscard]] static Answer packed(HttpResponse response, bool is_head, bool is_last);

  void send(Answer answer);
  void write();
  void on_written(const Error& error, std::size_t size);
  void on_sent();
  void finish();
  void discard();
  void abort();

  ConnectionHost& host_;
  std::unique_ptr<Stream> stream_;
  boost::asio::steady_timer timer_;
  std::string remote_address_;
  RequestReader reader_;
  HttpRouter::Admission admission_;

  Phase phase_ = Phase::Handshake;
  Clock::time_point since_;  ///< of the phase
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point armed_for_ = Clock::time_point::max();  ///< when the timer looks again

  Answer answer_;            ///< being sent
  std::size_t sent_ = 0;     ///< bytes of it
  bool is_interim_ = false;  ///< it is a 100 Continue
  bool was_continued_ = false;
  std::size_t discarded_ = 0;  ///< bytes read in Closing
  std::array<char, 4096> piece_;
};

}  // namespace vigil::monitoring
