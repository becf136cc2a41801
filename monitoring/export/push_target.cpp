#include "monitoring/export/push_target.h"

#include <charconv>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kMaxUrlSize = 2048;
constexpr std::string_view kScheme = "http://";

[[noreturn]] void refuse(std::string_view expected) {
  throw std::runtime_error(fmt::format("http://[USER:PASSWORD@]HOST[:PORT][/PREFIX], {}", expected));
}

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_unreserved(char c) noexcept {
  return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc{} || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

void parse_user(std::string_view text, PushTarget& target) {
  const std::size_t colon = text.find(':');
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password =
      percent_decoded(colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1));
  if (!user || !password) refuse("with %XX for special characters in user and password");
  if (user->empty() || user->find(':') != std::string::npos) refuse("with a user before the @");
  target.user = *user;
  target.password = *password;
}

void parse_host(std::string_view text, PushTarget& target) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) refuse("with ] behind the IPv6 address");
    target.host = text.substr(1, end - 1);
    if (target.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos ||
        target.host.find(':') == std::string::npos) {
      refuse("with an IPv6 address in the brackets");
    }
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) refuse("with nothing but :PORT behind the brackets");
  } else {
    const std::size_t colon = text.find(':');
    target.host = text.substr(0, colon);
    for (const char c : target.host) {
      if (!is_letter_or_digit(c) && c != '-' && c != '.' && c != '_') {
        refuse("with a host of letters, digits and . _ -");
      }
    }
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (target.host.empty()) refuse("with a host");
  if (port.empty()) return;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (error != std::errc{} || end != port.data() + port.size() || target.port == 0) {
    refuse("with a port from 1 to 65535");
  }
}

}  // namespace

std::string PushTarget::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
  return port == 80 ? name : fmt::format("{}:{}", name, port);
}

std::string PushTarget::text() const {
  return fmt::format("{}{}{}", kScheme, authority(), prefix);
}

PushTarget parse_push_url(std::string_view url) {
  if (url.size() > kMaxUrlSize) refuse("at most 2048 characters long");
  for (const char c : url) {
    if (c <= ' ' || c > '~') refuse("without spaces, control characters and characters beyond ASCII");
  }
  if (url.starts_with("https://")) refuse("as HTTPS is not supported: push through a proxy on this machine");
  if (!url.starts_with(kScheme)) refuse("beginning with http://");
  std::string_view rest = url.substr(kScheme.size());
  if (rest.find_first_of("?#") != std::string_view::npos) refuse("without ? and #");

  PushTarget target;
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    target.prefix = rest.substr(slash);
    while (target.prefix.ends_with('/')) target.prefix.pop_back();
    rest = rest.substr(0, slash);
  }
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    parse_user(rest.substr(0, at), target);
    rest = rest.substr(at + 1);
  }
  parse_host(rest, target);
  return target;
}

std::string push_url(const PushTarget& target) {
  std::string url{kScheme};
  if (!target.user.empty()) {
    append_percent_encoded(url, target.user);
    url += ':';
    append_percent_encoded(url, target.password);
    url += '@';
  }
  return url + target.authority() + target.prefix;
}

bool is_grouping_label(std::string_view name) noexcept {
  if (name.empty() || name == "job" || name.starts_with("__")) return false;
  if (name.front() >= '0' && name.front() <= '9') return false;
  for (const char c : name) {
    if (!is_letter_or_digit(c) && c != '_') return false;
  }
  return true;
}

std::string push_path(const PushTarget& target, std::string_view job, const PushGrouping& grouping) {
  std::string path = target.prefix + "/metrics";
  const auto append = [&](std::string_view name, std::string_view value) {
    path.append("/").append(name);
    if (value.empty()) {
      path += "@base64/=";
    } else if (value.find('/') != std::string_view::npos) {
      path.append("@base64/").append(base64_encoded(value, true));
    } else {
      path += '/';
      append_percent_encoded(path, value);
    }
  };
  append("job", job);
  for (const auto& [name, value] : grouping) append(name, value);
  return path;
}

std::string base64_encoded(std::string_view bytes, bool url_safe) {
  const std::string_view last_two = url_safe ? "-_" : "+/";
  const auto digit = [&](unsigned value) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return value < kDigits.size() ? kDigits[value] : last_two[value - kDigits.size()];
  };
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= group.size() ? digit(bits >> (18 - 6 * static_cast<unsigned>(j)) & 63U) : '=';
    }
  }
  return text;
}

}  // namespace vigil::monitoring
