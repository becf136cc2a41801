#include "monitoring/http/request_reader.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <boost/beast/http/basic_parser.hpp>

#include "monitoring/http/header_text.h"

namespace vigil::monitoring {
namespace {

namespace http = boost::beast::http;
using Error = boost::beast::error_code;
using boost::beast::string_view;

constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::string_view kChunked = "chunked";
constexpr int kVersion11 = 11;

/// What is wrong with the lines of a header, whatever they say, each with its end; empty = nothing. The
/// parser would take folded lines.
std::string_view fault_of_lines(std::string_view header) {
  bool is_first = true;
  while (!header.empty()) {
    const std::size_t end = header.find(kLineEnd);
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(line.size() + kLineEnd.size());
    if (has_controls(line)) return "there must be no control characters in a header";
    if (!is_first && is_folded(line)) return "lines of a header must not be folded";
    is_first = false;
  }
  return {};
}

/// Beast's parser of a header, with a request as its target.
class HeaderParser : public http::basic_parser<true> {
 public:
  explicit HeaderParser(HttpRequest& request) : request_(request) {
    header_limit(std::numeric_limits<std::uint32_t>::max());  // ours has been looked at already
    body_limit(std::numeric_limits<std::uint64_t>::max());    // and its body is not the parser's
  }

  std::string target;
  int version = 0;
  std::size_t lengths = 0;  ///< headers that say how long the body is
  std::size_t hosts = 0;
  std::optional<std::string> encoding;
  std::optional<std::string> length;

 private:
  void on_request_impl(http::verb, string_view method, string_view from_target, int from_version,
                       Error&) override {
    request_.method = parse_http_method({method.data(), method.size()});
    target.assign(from_target.data(), from_target.size());
    version = from_version;
  }
  void on_field_impl(http::field name, string_view text, string_view value, Error&) override {
    if (name == http::field::host) ++hosts;
    if (name == http::field::transfer_encoding || name == http::field::content_length) {
      ++lengths;
      (name == http::field::transfer_encoding ? encoding : length) = std::string(value);
    }
    request_.headers.emplace_back(std::string(text), std::string(value));
  }
  void on_header_impl(Error&) override {}
  void on_finish_impl(Error&) override {}

  // It is given no more than a request's header.
  void on_response_impl(int, string_view, int, Error&) override { assert(false); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override { assert(false); }
  std::size_t on_body_impl(string_view, Error&) override {
    assert(false);
    return 0;
  }
  void on_chunk_header_impl(std::uint64_t, string_view, Error&) override { assert(false); }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view, Error&) override {
    assert(false);
    return 0;
  }

  HttpRequest& request_;
};

/// What is wrong with a request that the parser has read, or stopped at with this error; empty = nothing.
std::string_view fault_of_request(const HeaderParser& parser, const Error& error) {
  const bool is_about_length =
      error == http::error::bad_content_length || error == http::error::bad_transfer_encoding;
  // The parser stops at a second one by itself if it is of another kind.
  if (parser.lengths > 1 || (parser.lengths == 1 && is_about_length)) {
    return "there must be one Content-Length or one Transfer-Encoding";
  }
  if (error || !parser.is_header_done()) return "this is not a request of HTTP/1.1";

  constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (parser.length && !std::ranges::all_of(*parser.length, is_digit)) {
    return "Content-Length must be one number";
  }
  // The parser would take what it does not know for no body at all.
  const bool is_11 = parser.version == kVersion11;
  const bool is_chunked = parser.chunked() && parser.encoding->size() == kChunked.size();
  if (parser.encoding && !(is_11 && is_chunked)) return "Transfer-Encoding must be chunked, and of HTTP/1.1";
  if (parser.hosts > 1 || (is_11 && parser.hosts == 0)) return "there must be one Host";
  return {};
}

}  // namespace

RequestReader::RequestReader(const RequestLimits& limits) : limits_(limits) {
  restart();
}

void RequestReader::restart() {
  stage_ = Stage::Header;
  chunks_.reset();
  left_ = 0;
  request_ = {};
  request_.method = HttpMethod::Other;  // unless it says so
  raw_path_ = {};
  has_body_ = false;
  wants_close_ = false;
  if (bytes_.empty()) bytes_ = {};  // an idle connection keeps no buffer
}

ReadResult RequestReader::next() {
  switch (stage_) {
    case Stage::Header:
      return read_header();
    case Stage::Body:
      return read_body();
    case Stage::Done:
      return ReadResult::Whole;
  }
  return ReadResult::Whole;
}

ReadResult RequestReader::malformed(std::string_view fault) {
  fault_ = fault;
  return ReadResult::Malformed;
}

ReadResult RequestReader::header_too_large() {
  fault_ = fmt::format("line and headers must not be longer than {} bytes, nor be more than {} headers",
                       limits_.header, kMaxHeaders);
  return ReadResult::HeaderTooLarge;
}

ReadResult RequestReader::body_too_large() {
  fault_ = fmt::format("the body must not be longer than {} bytes", limits_.body);
  return ReadResult::BodyTooLarge;
}

bool RequestReader::awaits_continue() const noexcept {
  // Who has begun to send does not wait.
  return has_body_ && stage_ == Stage::Body && bytes_.empty() && request_.body.empty() &&
         request_.header("Expect").has_value();
}

/// Of "/path?query", and of "http://host/path?query", which is for proxies but to be understood (RFC 9112,
/// 3.2.2).
void RequestReader::take_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    if (!target.starts_with('/')) raw_path_ = "/";
  }
  const std::size_t end = std::min(target.find('?'), target.size());
  raw_path_ += target.substr(0, end);
  if (end < target.size()) request_.query = parse_form(target.substr(end + 1));
}

ReadResult RequestReader::read_header() {
  // Empty lines before a request are to be ignored (RFC 9112, 2.2).
  while (searched_ == 0 && bytes_.starts_with(kLineEnd)) bytes_.erase(0, kLineEnd.size());
  const std::size_t found = bytes_.find(kHeaderEnd, searched_);
  const std::size_t size = found == std::string::npos ? bytes_.size() : found + kHeaderEnd.size();
  if (size > limits_.header) return header_too_large();
  if (found == std::string::npos) {
    searched_ = size < kHeaderEnd.size() ? 0 : size - (kHeaderEnd.size() - 1);
    return ReadResult::NeedsMore;
  }
  searched_ = 0;
  const std::string_view header = std::string_view(bytes_).substr(0, size);
  std::string_view fault = fault_of_lines(header.substr(0, found + kLineEnd.size()));
  if (!fault.empty()) return malformed(fault);

  HeaderParser parser(request_);
  Error error;
  const std::size_t used = parser.put(boost::asio::const_buffer(header.data(), header.size()), error);
  if (request_.headers.size() > kMaxHeaders) return header_too_large();
  fault = fault_of_request(parser, error);
  if (!fault.empty()) return malformed(fault);
  assert(used == size);
  bytes_.erase(0, size);
  take_target(parser.target);
  left_ = parser.content_length().value_or(0);
  if (parser.chunked()) chunks_.emplace(limits_.header, limits_.body);
  has_body_ = chunks_.has_value() || left_ > 0;
  wants_close_ = !parser.keep_alive();
  stage_ = has_body_ ? Stage::Body : Stage::Done;
  return ReadResult::Header;
}

ReadResult RequestReader::read_body() {
  if (chunks_) return read_chunks();
  if (left_ > limits_.body - request_.body.size()) return body_too_large();
  const std::size_t size = std::min<std::uint64_t>(left_, bytes_.size());
  request_.body.append(bytes_, 0, size);
  bytes_.erase(0, size);
  left_ -= size;
  if (left_ > 0) return ReadResult::NeedsMore;
  stage_ = Stage::Done;
  return ReadResult::Whole;
}

ReadResult RequestReader::read_chunks() {
  std::size_t used = 0;
  const ChunkResult result = chunks_->take(bytes_, request_.body, used);
  bytes_.erase(0, used);
  switch (result) {
    case ChunkResult::NeedsMore:
      return ReadResult::NeedsMore;
    case ChunkResult::Whole:
      stage_ = Stage::Done;
      return ReadResult::Whole;
    case ChunkResult::TooLarge:
      return body_too_large();
    case ChunkResult::LineTooLong:
      return header_too_large();
    case ChunkResult::Malformed:
      break;
  }
  return malformed("this is not a body in chunks");
}

}  // namespace vigil::monitoring
