#include "monitoring/export/http_exchange.h"

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace vigil::monitoring {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Error = boost::system::error_code;

constexpr std::uint64_t kMaxAnswer = 65'536;
constexpr std::size_t kMaxReason = 200;

std::string one_line(std::string_view text) {
  std::string line{text.substr(0, kMaxReason)};
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.pop_back();
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  }
  return line;
}

/// The steps of one exchange, each begun by the end of the one before.
class Exchange {
 public:
  Exchange(const PushTarget& target, const HttpCall& call)
      : target_(target), resolver_(context_), stream_(context_) {
    request_.version(11);
    request_.method(call.verb == HttpVerb::Put ? http::verb::put : http::verb::delete_);
    request_.target(call.path);
    request_.set(http::field::host, target.authority());
    request_.set(http::field::user_agent, "vigil");
    request_.set(http::field::connection, "close");
    if (!call.content_type.empty()) request_.set(http::field::content_type, call.content_type);
    if (!target.user.empty()) {
      request_.set(http::field::authorization,
                   "Basic " + base64_encoded(target.user + ":" + target.password, false));
    }
    request_.body() = call.body;
    request_.prepare_payload();
    parser_.body_limit(kMaxAnswer);
  }

  HttpReply run(std::chrono::nanoseconds timeout) {
    resolver_.async_resolve(target_.host, std::to_string(target_.port),
                            net::ip::tcp::resolver::numeric_service,
                            [this](Error error, const net::ip::tcp::resolver::results_type& addresses) {
                              if (error) return fail("look up " + target_.host, error);
                              connect(addresses);
                            });
    context_.run_for(timeout);
    if (!done_) give_up(timeout);
    return reply_;
  }

 private:
  void connect(const net::ip::tcp::resolver::results_type& addresses) {
    stream_.async_connect(addresses, [this](Error error, const net::ip::tcp::endpoint&) {
      if (error) return fail("connect", error);
      http::async_write(stream_, request_, [this](Error write_error, std::size_t) {
        // A receiver that refuses early may have answered all the same.
        read(write_error);
      });
    });
  }
  void read(Error write_error) {
    http::async_read(stream_, buffer_, parser_, [this, write_error](Error error, std::size_t) {
      const bool answered = parser_.is_header_done();
      if (!answered) return write_error ? fail("send", write_error) : fail("read the answer", error);
      answer();
    });
  }
  void answer() {
    done_ = true;
    const auto& message = parser_.get();
    reply_.status = message.result_int();
    if (reply_.status >= 200 && reply_.status < 300) {
      reply_.outcome = HttpOutcome::Accepted;
      return;
    }
    reply_.outcome = HttpOutcome::Refused;
    reply_.reason = fmt::format("it answered {}: {}", reply_.status, one_line(message.body()));
  }
  void fail(const std::string& what, Error error) {
    done_ = true;
    reply_.outcome = HttpOutcome::Connection;
    reply_.reason = fmt::format("cannot {}: {}", what, one_line(error.message()));
  }
  void give_up(std::chrono::nanoseconds timeout) {
    resolver_.cancel();
    stream_.close();
    context_.restart();
    context_.poll();  // the cancelled step ends while what it refers to still lives
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(timeout);
    reply_ = {HttpOutcome::Timeout, 0, fmt::format("no answer within {} ms", milliseconds.count())};
  }

  const PushTarget& target_;
  net::io_context context_{1};
  net::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response_parser<http::string_body> parser_;
  HttpReply reply_;
  bool done_ = false;
};

}  // namespace

HttpReply exchange(const PushTarget& target, const HttpCall& call, std::chrono::nanoseconds timeout) {
  return Exchange(target, call).run(timeout);
}

}  // namespace vigil::monitoring
