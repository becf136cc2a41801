#include "monitoring/template/text_escapes.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "monitoring/template/character_class.h"

namespace vigil::monitoring::text_template {

namespace {

constexpr std::string_view kHexadecimalDigits = "0123456789ABCDEF";

int hexadecimal_value(char character) {
  const std::size_t at =
      kHexadecimalDigits.find(character >= 'a' ? static_cast<char>(character - 32) : character);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

struct HostPort {
  std::string_view host;
  std::string_view port;
};
/// As Go's net.SplitHostPort.
std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  std::string_view after_opening = text;
  std::string_view after_closing = text;
  if (text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end + 1 != colon) return std::nullopt;
    host = text.substr(1, end - 1);
    after_opening = text.substr(1);
    after_closing = text.substr(end + 1);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (after_opening.find('[') != std::string_view::npos) return std::nullopt;
  if (after_closing.find(']') != std::string_view::npos) return std::nullopt;
  return HostPort{host, text.substr(colon + 1)};
}

bool is_address(std::string_view host) {
  std::array<unsigned char, 16> bytes{};
  const std::string text(host);
  if (text.find('\0') != std::string::npos) return false;
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

void append_js(std::string& out, char32_t character, std::string_view bytes) {
  switch (character) {
    case '\\':
      out += "\\\\";
      return;
    case '\'':
      out += "\\'";
      return;
    case '"':
      out += "\\\"";
      return;
    default:
      break;
  }
  const bool special =
      character < ' ' || character == '<' || character == '>' || character == '&' || character == '=';
  if (!special && (character < 0x80 || is_printable(character))) {
    out += bytes;
    return;
  }
  std::string digits;
  for (char32_t left = character; left > 0; left >>= 4U)
    digits.insert(digits.begin(), kHexadecimalDigits[left & 0xFU]);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  out += "\\u" + digits;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    switch (character) {
      case '\0':
        out += "\uFFFD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += character;
    }
  }
  return out;
}

std::string js_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    append_js(out, character.value, text.substr(at, character.bytes));
    at += character.bytes;
  }
  return out;
}

std::string query_escaped(std::string_view text) {
  std::string out;
  for (const char character : text) {
    const bool alphanumeric =
        static_cast<unsigned char>(character) < 0x80 && is_alphanumeric(static_cast<char32_t>(character));
    if (alphanumeric || character == '-' || character == '.' || character == '~') {
      out += character;
    } else if (character == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(character);
      out += '%';
      out += kHexadecimalDigits[byte >> 4U];
      out += kHexadecimalDigits[byte & 0xFU];
    }
  }
  return out;
}

std::string url_path(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::size_t path = url.find('/', scheme + 3);
    url = path == std::string_view::npos ? std::string_view{} : url.substr(path);
  }
  std::string out;
  for (std::size_t at = 0; at < url.size(); ++at) {
    const bool encoded = url[at] == '%' && at + 2 < url.size() && hexadecimal_value(url[at + 1]) >= 0 &&
                         hexadecimal_value(url[at + 2]) >= 0;
    if (!encoded) {
      out += url[at];
      continue;
    }
    out += static_cast<char>(hexadecimal_value(url[at + 1]) * 16 + hexadecimal_value(url[at + 2]));
    at += 2;
  }
  return out;
}

std::string without_port(std::string_view text) {
  const auto parts = split_host_port(text);
  return std::string(parts ? parts->host : text);
}

std::string without_domain(std::string_view text) {
  const auto parts = split_host_port(text);
  std::string_view host = parts ? parts->host : text;
  if (is_address(host)) return std::string(text);
  host = host.substr(0, host.find('.'));
  if (!parts || parts->port.empty()) return std::string(host);
  const bool brackets = host.find(':') != std::string_view::npos;
  return (brackets ? "[" + std::string(host) + "]" : std::string(host)) + ':' + std::string(parts->port);
}

}  // namespace vigil::monitoring::text_template
