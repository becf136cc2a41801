#include "engine/feed/feed_error.h"

namespace vigil::engine {
namespace {

std::string located(const std::string& path, std::uint64_t line, std::string_view text) {
  std::string result = path;
  if (line != 0) result += ":" + std::to_string(line);
  result += ": ";
  result += text;
  return result;
}

}  // namespace

FeedError::FeedError(const std::string& path, std::uint64_t line, std::string_view text)
    : std::runtime_error(located(path, line, text)), path_(path), line_(line) {}

bool LineFault::set(std::string_view at_field, std::string_view must, std::string_view was) {
  field = at_field;
  expected = must;
  found = was;
  return false;
}

std::string LineFault::text() const {
  return field + ": must " + expected + ", was " + in_quotes(found);
}

std::string in_quotes(std::string_view value) {
  constexpr std::size_t kShown = 40;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : value.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte < 0x20 || byte > 0x7e) {
      result += "\\x";
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    } else {
      result += c;
    }
  }
  if (value.size() > kShown) result += "...";
  result += '"';
  return result;
}

}  // namespace vigil::engine
