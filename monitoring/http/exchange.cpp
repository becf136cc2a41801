#include "monitoring/http/exchange.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "monitoring/http/gzip.h"

namespace vigil::monitoring {
namespace {

constexpr std::size_t kReadPiece = std::size_t{16} * 1024;
constexpr std::size_t kDiscardLimit = std::size_t{64} * 1024;
/// Up to here an answer is one write, and one packet where it fits.
constexpr std::size_t kCopyLimit = std::size_t{16} * 1024;

std::string_view text_or_empty(const char* text) {
  return text == nullptr ? std::string_view{} : text;
}

/// `word` in lower case.
bool contains_word(std::string_view header, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto equal = [&](char a, char b) { return lower(a) == b; };
  return std::search(header.begin(), header.end(), word.begin(), word.end(), equal) != header.end();
}

bool is_chunked(const HttpRequest& request) {
  return request.header("Transfer-Encoding").has_value();
}

/// A line of the header; line ends within it would start another one.
void append_header(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t begin = out.size();
  out.append(name).append(": ").append(value);
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
      [](char c) { return c == '\r' || c == '\n'; }, ' ');
  out += "\r\n";
}

}  // namespace

HttpRequest request_of(const mg_request_info& info) {
  HttpRequest request;
  request.method = parse_http_method(text_or_empty(info.request_method));
  request.query = parse_form(text_or_empty(info.query_string));
  request.remote_address = info.remote_addr;
  for (int i = 0; i < info.num_headers; ++i) {
    request.headers.emplace_back(text_or_empty(info.http_headers[i].name),
                                 text_or_empty(info.http_headers[i].value));
  }
  return request;
}

bool wants_close(const mg_request_info& info) {
  std::string_view connection;
  for (int i = 0; i < info.num_headers; ++i) {
    if (mg_strcasecmp(info.http_headers[i].name, "Connection") == 0) connection = info.http_headers[i].value;
  }
  if (contains_word(connection, "close")) return true;
  return text_or_empty(info.http_version) == "1.0" && !contains_word(connection, "keep-alive");
}

std::size_t header_size(const mg_request_info& info) {
  constexpr std::size_t kLineExtra = 4;  // ": " and the line end
  std::size_t size = text_or_empty(info.request_method).size() + text_or_empty(info.request_uri).size() +
                     text_or_empty(info.query_string).size() + std::string_view(" ? HTTP/1.1\r\n\r\n").size();
  for (int i = 0; i < info.num_headers; ++i) {
    size += text_or_empty(info.http_headers[i].name).size() +
            text_or_empty(info.http_headers[i].value).size() + kLineExtra;
  }
  return size;
}

bool has_body(const mg_request_info& info, const HttpRequest& request) {
  return info.content_length > 0 || is_chunked(request);
}

bool has_two_lengths(const HttpRequest& request) {
  const auto is_length = [](const auto& header) {
    return mg_strcasecmp(header.first.c_str(), "Content-Length") == 0 ||
           mg_strcasecmp(header.first.c_str(), "Transfer-Encoding") == 0;
  };
  return std::ranges::count_if(request.headers, is_length) > 1;
}

BodyResult read_body(mg_connection* connection, const mg_request_info& info, std::size_t limit,
                     HttpRequest& request) {
  const long long length = is_chunked(request) ? -1 : info.content_length;
  if (length > 0 && static_cast<std::size_t>(length) > limit) return BodyResult::TooLarge;

  if (request.header("Expect").has_value()) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    if (mg_write(connection, kContinue.data(), kContinue.size()) <= 0) return BodyResult::Incomplete;
  }
  std::vector<char> piece(kReadPiece);
  while (length < 0 || request.body.size() < static_cast<std::size_t>(length)) {
    const int size = mg_read(connection, piece.data(), piece.size());
    if (size < 0) return BodyResult::Incomplete;
    if (size == 0) break;
    if (request.body.size() + static_cast<std::size_t>(size) > limit) return BodyResult::TooLarge;
    request.body.append(piece.data(), static_cast<std::size_t>(size));
  }
  const bool is_whole = length < 0 || request.body.size() == static_cast<std::size_t>(length);
  return is_whole ? BodyResult::Read : BodyResult::Incomplete;
}

void discard_body(mg_connection* connection) {
  std::vector<char> piece(kReadPiece);
  std::size_t read = 0;
  while (read < kDiscardLimit) {
    const int size = mg_read(connection, piece.data(), piece.size());
    if (size <= 0) return;
    read += static_cast<std::size_t>(size);
  }
}

void send(mg_connection* connection, HttpResponse response, const Sending& sending) {
  const bool is_bodiless = response.status == 204 || response.status == 304;
  if (sending.may_gzip) {
    response.body = gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  if (!is_bodiless) {
    append_header(out, "Content-Type", response.content_type);
    append_header(out, "Content-Length", std::to_string(response.body.size()));
    append_header(out, "Vary", "Accept-Encoding");
  }
  append_header(out, "Cache-Control", "no-store");
  append_header(out, "X-Content-Type-Options", "nosniff");
  append_header(out, "Connection", sending.is_last ? "close" : "keep-alive");
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  out += "\r\n";
  if (sending.is_last) mg_disable_connection_keep_alive(connection);

  const bool has_text = !is_bodiless && !sending.is_head && !response.body.empty();
  const bool is_one_write = has_text && response.body.size() <= kCopyLimit;
  if (is_one_write) out += response.body;
  const bool is_sent = mg_write(connection, out.data(), out.size()) == static_cast<int>(out.size());
  if (!is_sent || !has_text || is_one_write) return;
  (void)mg_write(connection, response.body.data(), response.body.size());
}

}  // namespace vigil::monitoring
