#include "engine/config/value_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "orders/fixed_point.h"

namespace vigil::engine {
namespace {

using orders::Duration;

struct DurationUnit {
  std::string_view name;
  std::int64_t nanoseconds;
  int digits;           ///< decimals of a number in this unit that are still whole nanoseconds,
  std::int64_t factor;  ///< after which one counts this often
};

/// Largest first.
constexpr std::array<DurationUnit, 6> kDurationUnits{{
    {"h", 3'600'000'000'000, 9, 3600},
    {"m", 60'000'000'000, 9, 60},
    {"s", 1'000'000'000, 9, 1},
    {"ms", 1'000'000, 6, 1},
    {"us", 1'000, 3, 1},
    {"ns", 1, 0, 1},
}};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string two_digits(std::int64_t value) {
  std::string text = std::to_string(value);
  return text.size() < 2 ? "0" + text : text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) noexcept {
  if (text == "0") return Duration::zero();
  const std::size_t end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos || end == 0 || !is_digit(text[0])) return std::nullopt;
  for (const DurationUnit& unit : kDurationUnits) {
    if (text.substr(end) != unit.name) continue;
    const orders::ParsedDecimal parsed = orders::parse_decimal(text.substr(0, end), unit.digits);
    if (parsed.error != orders::ParseError::None) return std::nullopt;
    constexpr orders::Int128 kMost = std::numeric_limits<std::int64_t>::max();
    if (parsed.raw > kMost / unit.factor) return std::nullopt;
    return Duration{static_cast<std::int64_t>(parsed.raw) * unit.factor};
  }
  return std::nullopt;
}

std::string duration_text(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  for (const DurationUnit& unit : kDurationUnits) {
    if (duration.count() % unit.nanoseconds != 0) continue;
    return std::to_string(duration.count() / unit.nanoseconds).append(unit.name);
  }
  return {};  // not reached: everything is whole in nanoseconds
}

std::optional<Duration> parse_time_of_day(std::string_view text) noexcept {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2) {
      if (text[i] != ':') return std::nullopt;
      continue;
    }
    if (!is_digit(text[i])) return std::nullopt;
    parts[i / 3] = parts[i / 3] * 10 + (text[i] - '0');
  }
  if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return std::chrono::hours{parts[0]} + std::chrono::minutes{parts[1]} + std::chrono::seconds{parts[2]};
}

std::string time_of_day_text(Duration time) {
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return two_digits(seconds / 3600) + ":" + two_digits(seconds / 60 % 60) + ":" + two_digits(seconds % 60);
}

std::optional<double> parse_real(std::string_view text) noexcept {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::string real_text(double value) {
  constexpr std::size_t kEasilyRead = 12;
  std::array<char, 400> buffer{};
  const auto plain =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string text{buffer.data(), plain.ptr};
  if (text.size() <= kEasilyRead) return text;
  const auto shortest = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), shortest.ptr};
}

std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  const auto value = parse_whole(text);
  if (!value || *value > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  std::string scheme;
  for (const std::string_view each : {"http://", "https://"}) {
    if (text.starts_with(each)) scheme = each;
  }
  text.remove_prefix(scheme.size());
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  const std::string_view host = text.substr(0, colon);
  const bool bracketed = host.front() == '[';
  if (bracketed && (host.size() < 4 || host.back() != ']')) return std::nullopt;
  const std::string_view inner = bracketed ? host.substr(1, host.size() - 2) : host;
  for (const char c : inner) {
    if (!is_digit(c) && !is_letter(c) && c != '.' && c != '-' && !(bracketed && c == ':'))
      return std::nullopt;
  }
  return ListenAddress{std::move(scheme), std::string(host), *port};
}

std::string yaml_text(std::string_view text) {
  bool plain = !text.empty() && (is_letter(text[0]) || is_digit(text[0])) && text.back() != ':';
  for (const char c : text) {
    plain =
        plain && (is_letter(c) || is_digit(c) || std::string_view("_./:-").find(c) != std::string_view::npos);
  }
  if (plain && text != "null" && text != "Null" && text != "NULL") return std::string(text);

  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out.append("\\x").append(1, kHex[byte >> 4]).append(1, kHex[byte & 15]);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace vigil::engine
