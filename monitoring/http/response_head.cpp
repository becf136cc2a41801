#include "monitoring/http/response_head.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

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

std::string response_head(const HttpResponse& response, bool is_last) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  if (!is_bodiless(response.status)) {
    append_header(head, "Content-Type", response.content_type);
    append_header(head, "Content-Length", std::to_string(response.body.size()));
    append_header(head, "Vary", "Accept-Encoding");
  }
  append_header(head, "Cache-Control", "no-store");
  append_header(head, "X-Content-Type-Options", "nosniff");
  append_header(head, "Connection", is_last ? "close" : "keep-alive");
  for (const auto& [name, value] : response.headers) append_header(head, name, value);
  head += "\r\n";
  return head;
}

}  // namespace vigil::monitoring
