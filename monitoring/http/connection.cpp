#include "monitoring/http/connection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include "monitoring/http/gzip.h"
#include "monitoring/http/response_head.h"

namespace vigil::monitoring {
namespace {

namespace net = boost::asio;

constexpr auto kNever = Connection::Clock::time_point::max();
/// For the client to see its last answer, before the system throws away what it has not taken.
constexpr std::chrono::seconds kFarewell{1};
/// Bytes that a client may still send meanwhile.
constexpr std::size_t kDiscardLimit = std::size_t{64} * 1024;

net::const_buffer rest_of(const std::string& text, std::size_t sent) {
  return net::buffer(text) + std::min(sent, text.size());
}

bool is_end_of_input(const Stream::Error& error) {
  return error == net::error::eof || error == net::ssl::error::stream_truncated;
}

}  // namespace

Connection::Connection(ConnectionHost& host, std::unique_ptr<Stream> stream, std::string remote_address)
    : host_(host),
      stream_(std::move(stream)),
      timer_(host.io),
      remote_address_(std::move(remote_address)),
      reader_({.header = host.config.header_limit, .body = host.config.body_limit}) {}

void Connection::start() {
  enter(Phase::Handshake, Clock::now() + host_.config.request_timeout);
  stream_->handshake([self = shared_from_this()](const Error& error) { self->on_handshake(error); });
}

std::optional<Connection::Clock::time_point> Connection::waiting_since() const {
  if (phase_ == Phase::Answering || phase_ == Phase::Closed) return std::nullopt;
  if (phase_ == Phase::Closing) return Clock::time_point{};  // it has what it came for
  return since_;
}

void Connection::make_room() {
  if (phase_ != Phase::Closing) host_.count(DropReason::TooMany);
  abort();
}

void Connection::end_soon() {
  if (phase_ == Phase::Answering) return;  // the worker sees that it is the last answer
  if (phase_ == Phase::Sending) {
    answer_.is_last = true;
    return;
  }
  close();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  timer_.cancel();
  Error ignored;
  stream_->socket().close(ignored);
  host_.on_closed(*this);
}

/// Without it the system would keep for the client what he does not take.
void Connection::abort() {
  Error ignored;
  stream_->socket().set_option(net::socket_base::linger(true, 0), ignored);
  close();
}

// Time.

void Connection::enter(Phase phase, Clock::time_point deadline) {
  phase_ = phase;
  since_ = Clock::now();
  set_deadline(deadline);
}

/// A deadline that moves away leaves the timer as it is: moving it for every step of every request would cost
/// more than a timer that looks in vain.
void Connection::set_deadline(Clock::time_point deadline) {
  deadline_ = deadline;
  if (deadline >= armed_for_) return;
  armed_for_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error) self->on_timer();
  });
}

void Connection::on_timer() {
  if (phase_ == Phase::Closed) return;
  armed_for_ = kNever;
  if (Clock::now() < deadline_) return set_deadline(deadline_);
  on_deadline();
}

void Connection::on_deadline() {
  deadline_ = kNever;
  switch (phase_) {
    case Phase::Handshake:
      host_.count(DropReason::SlowRequest);
      return close();
    case Phase::Receiving:
      if (reader_.has_begun() && !is_interim_) {
        return refuse(
            DropReason::SlowRequest, 408,
            fmt::format("the request did not come within {} ms", host_.config.request_timeout.count()));
      }
      host_.count(DropReason::SlowRequest);
      return close();
    case Phase::Sending:
      host_.count(DropReason::SlowReader);
      return abort();
    case Phase::Idle:
    case Phase::Closing:
      return close();
    case Phase::Answering:
    case Phase::Closed:
      return;
  }
}

// Receiving.

void Connection::on_handshake(const Error& error) {
  if (phase_ != Phase::Handshake) return;
  if (error) {
    host_.count(DropReason::TlsHandshake);
    return close();
  }
  phase_ = Phase::Receiving;  // within the same time
  read();
}

void Connection::read() {
  stream_->read_some(net::buffer(piece_), [self = shared_from_this()](const Error& error, std::size_t size) {
    self->on_read(error, size);
  });
}

void Connection::on_read(const Error& error, std::size_t size) {
  if (phase_ != Phase::Receiving && phase_ != Phase::Idle) return;  // the request was given up meanwhile
  if (error) return on_end_of_input(error);
  if (phase_ == Phase::Idle) enter(Phase::Receiving, Clock::now() + host_.config.request_timeout);
  reader_.feed({piece_.data(), size});
  advance();
}

void Connection::on_end_of_input(const Error& error) {
  if (!is_end_of_input(error) || !reader_.has_begun()) return close();
  refuse(DropReason::Malformed, 400, "the request ended before its announced end");
}

void Connection::advance() {
  try {
    switch (reader_.next()) {
      case ReadResult::NeedsMore:
        return receive_more();
      case ReadResult::Header:
        return admit();
      case ReadResult::Whole:
        return hand_to_worker();
      case ReadResult::HeaderTooLarge:
        return refuse(DropReason::HeaderTooLarge, 431, reader_.fault());
      case ReadResult::BodyTooLarge:
        return refuse(DropReason::BodyTooLarge, 413, reader_.fault());
      case ReadResult::Malformed:
        return refuse(DropReason::Malformed, 400, reader_.fault());
    }
  } catch (const std::exception& error) {  // of the gate, or there is no memory
    host_.report(error.what());
    close();
  }
}

void Connection::admit() {
  HttpRequest& request = reader_.request();
  request.remote_address = remote_address_;
  admission_ = host_.router.admit(request, reader_.raw_path());
  if (!admission_.refusal) return advance();
  send(packed(std::move(*admission_.refusal), request.method == HttpMethod::Head,
              reader_.has_body() || reader_.wants_close()));
}

void Connection::receive_more() {
  if (was_continued_ || !reader_.awaits_continue()) return read();
  was_continued_ = true;
  is_interim_ = true;
  answer_ = {.head = "HTTP/1.1 100 Continue\r\n\r\n", .body = {}};
  sent_ = 0;
  write();
}

// Answering.

void Connection::refuse(DropReason reason, int status, std::string_view text) {
  const HttpMethod method = reader_.request().method;
  host_.count(reason);
  host_.router.count_refused(method, status);
  send(packed(http_error(status, "bad_request", text), method == HttpMethod::Head, true));
}

void Connection::hand_to_worker() {
  enter(Phase::Answering, kNever);
  host_.workers.post([self = shared_from_this()]() mutable {
    std::optional<Answer> answer = self->make_answer();
    net::io_context& io = self->host_.io;
    // The last reference must end on the I/O thread.
    net::post(io, [self = std::move(self), answer = std::move(answer)]() mutable {
      if (self->phase_ != Phase::Answering) return;
      if (!answer) return self->close();
      self->send(std::move(*answer));
    });
  });
}

std::optional<Connection::Answer> Connection::make_answer() noexcept {
  try {
    const HttpRequest& request = reader_.request();
    const bool is_head = request.method == HttpMethod::Head;
    if (host_.is_stopping) {
      host_.router.count_refused(request.method, 503);
      return packed(http_error(503, "unavailable", "the server is about to end"), is_head, true);
    }
    HttpResponse response = host_.router.answer(admission_, request);
    const bool may_gzip = response.body.size() >= host_.config.gzip_minimum &&
                          accepts_gzip(request.header("Accept-Encoding").value_or(""));
    if (may_gzip && !is_bodiless(response.status)) {
      response.body = gzip(response.body);
      response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return packed(std::move(response), is_head, reader_.wants_close() || host_.is_stopping);
  } catch (const std::exception& error) {
    host_.report(error.what());
  } catch (...) {
    host_.report("an exception of unknown type");
  }
  return std::nullopt;
}

Connection::Answer Connection::packed(HttpResponse response, bool is_head, bool is_last) {
  Answer answer{.head = response_head(response, is_last), .body = {}, .is_last = is_last};
  if (!is_head && !is_bodiless(response.status)) answer.body = std::move(response.body);
  return answer;
}

// Sending.

void Connection::send(Answer answer) {
  answer_ = std::move(answer);
  sent_ = 0;
  enter(Phase::Sending, Clock::now() + host_.config.send_timeout);
  write();
}

void Connection::write() {
  const std::size_t head = answer_.head.size();
  stream_->write_some(
      {rest_of(answer_.head, sent_), rest_of(answer_.body, sent_ > head ? sent_ - head : 0)},
      [self = shared_from_this()](const Error& error, std::size_t size) { self->on_written(error, size); });
}

void Connection::on_written(const Error& error, std::size_t size) {
  if (phase_ != Phase::Sending && !(phase_ == Phase::Receiving && is_interim_)) return;
  if (error) return close();
  sent_ += size;
  if (sent_ < answer_.head.size() + answer_.body.size()) return write();
  if (!is_interim_) return on_sent();
  is_interim_ = false;
  read();
}

void Connection::on_sent() {
  const bool is_last = answer_.is_last || host_.is_stopping;
  answer_ = {};
  if (is_last) return finish();
  admission_ = {};
  was_continued_ = false;
  reader_.restart();
  if (reader_.has_begun()) {
    enter(Phase::Receiving, Clock::now() + host_.config.request_timeout);
    return advance();
  }
  enter(Phase::Idle, Clock::now() + host_.config.keep_alive_timeout);
  read();
}

/// Closing on bytes that nobody has read would make the system throw away the answer: it is closed when the
/// client has closed, with a bound.
void Connection::finish() {
  if (host_.is_stopping) return close();
  enter(Phase::Closing, Clock::now() + kFarewell);
  stream_->say_goodbye([self = shared_from_this()](const Error&) {
    if (self->phase_ != Phase::Closing) return;
    Error ignored;
    self->stream_->socket().shutdown(Stream::Socket::shutdown_send, ignored);
    self->discard();
  });
}

void Connection::discard() {
  const auto on_discarded = [self = shared_from_this()](const Error& error, std::size_t size) {
    if (self->phase_ != Phase::Closing) return;
    self->discarded_ += size;
    if (error || self->discarded_ > kDiscardLimit) return self->close();
    self->discard();
  };
  stream_->socket().async_read_some(net::buffer(piece_), on_discarded);
}

}  // namespace vigil::monitoring
