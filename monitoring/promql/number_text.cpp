#include "monitoring/promql/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

#include "monitoring/promql/characters.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

int digit_value(char character) {
  if (is_digit(character)) return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return 16;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

/// The digits without underscores; none when one stands elsewhere than between two digits (or a base's prefix
/// and a digit).
std::optional<std::string> without_underscores(std::string_view digits, int base, bool behind_prefix) {
  std::string out;
  bool digit_before = behind_prefix;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (digits[at] == '_') {
      const bool digit_behind = at + 1 < digits.size() && digit_value(digits[at + 1]) < base;
      if (!digit_before || !digit_behind) return std::nullopt;
      digit_before = false;
      continue;
    }
    out += digits[at];
    digit_before = digit_value(digits[at]) < base;
  }
  return out;
}

/// A whole number with a prefix that tells its base, as Go reads them; 64 bits.
std::optional<std::int64_t> parse_prefixed(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return std::nullopt;
  int base = 8;
  std::size_t prefix = 1;
  switch (text[1] | 0x20) {
    case 'x':
      base = 16;
      prefix = 2;
      break;
    case 'o':
      prefix = 2;
      break;
    case 'b':
      base = 2;
      prefix = 2;
      break;
    default:
      break;
  }
  const auto digits = without_underscores(text.substr(prefix), base, true);
  if (!digits || digits->empty()) return std::nullopt;
  std::int64_t value = 0;
  const char* end = digits->data() + digits->size();
  const auto [at, error] = std::from_chars(digits->data(), end, value, base);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

enum class NumberFault : std::uint8_t { None, Syntax, Range };

NumberFault read_decimal(std::string_view text, double& value) {
  const auto plain = without_underscores(text, 10, false);
  if (!plain || plain->empty()) return NumberFault::Syntax;
  // from_chars() takes words and a leading minus; those are for the caller.
  if (!is_digit(plain->front()) && plain->front() != '.') return NumberFault::Syntax;
  const char* end = plain->data() + plain->size();
  const auto [at, error] = std::from_chars(plain->data(), end, value);
  if (error == std::errc::invalid_argument || at != end) return NumberFault::Syntax;
  if (error == std::errc{}) return NumberFault::None;
  // Too small is zero, as in Go; too large is not a number.
  const std::size_t exponent = plain->find_first_of("eE");
  const bool small = exponent == std::string::npos ? (*plain)[plain->find_first_not_of('0')] == '.'
                                                   : (*plain)[exponent + 1] == '-';
  if (!small) return NumberFault::Range;
  value = 0;
  return NumberFault::None;
}

NumberFault read_number(std::string_view text, double& value) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  NumberFault fault = NumberFault::None;
  if (equal_ignoring_case(text, "inf") || equal_ignoring_case(text, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else if (equal_ignoring_case(text, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else if (const auto whole = parse_prefixed(text)) {
    value = static_cast<double>(*whole);
  } else {
    fault = read_decimal(text, value);
  }
  if (negative) value = -value;
  return fault;
}

/// The shortest digits of a finite value without its sign, and the power of ten of the first of them.
struct Digits {
  std::string digits;
  int exponent = 0;
};
Digits shortest_digits(double value) {
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                          std::chars_format::scientific);
  Digits out;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  for (const char character : text.substr(0, e)) {
    if (character != '.') out.digits += character;
  }
  std::string_view exponent = text.substr(e + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), out.exponent);
  return out;
}

std::string special_text(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

std::string fixed_text(double value, const Digits& shortest) {
  std::string out = std::signbit(value) ? "-" : "";
  const auto count = static_cast<int>(shortest.digits.size());
  if (shortest.exponent < 0) {
    out += "0." + std::string(static_cast<std::size_t>(-shortest.exponent - 1), '0') + shortest.digits;
  } else if (count <= shortest.exponent + 1) {
    out += shortest.digits + std::string(static_cast<std::size_t>(shortest.exponent + 1 - count), '0');
  } else {
    const std::size_t whole = static_cast<std::size_t>(shortest.exponent) + 1;
    out += shortest.digits.substr(0, whole) + '.' + shortest.digits.substr(whole);
  }
  return out;
}

/// With an exponent where it would be less than the smallest, or more than the largest.
std::string text_with_exponent(double value, int smallest, int largest) {
  const Digits shortest = shortest_digits(value);
  if (value == 0 || (shortest.exponent >= smallest && shortest.exponent <= largest))
    return fixed_text(value, shortest);
  std::string out = std::signbit(value) ? "-" : "";
  out += shortest.digits.front();
  if (shortest.digits.size() > 1) out += '.' + shortest.digits.substr(1);
  const std::string exponent = std::to_string(std::abs(shortest.exponent));
  return out + 'e' + (shortest.exponent < 0 ? '-' : '+') + (exponent.size() < 2 ? "0" : "") + exponent;
}

struct DurationUnit {
  std::string_view name;
  std::int64_t milliseconds;
  bool exact;  ///< written only where nothing is left over
};
constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;
constexpr DurationUnit kUnits[] = {
    {"y", 365 * kDay, true},   {"w", 7 * kDay, true}, {"d", kDay, false}, {"h", 60LL * 60 * 1000, false},
    {"m", 60LL * 1000, false}, {"s", 1000, false},    {"ms", 1, false},
};
/// What 64 bits of nanoseconds hold.
constexpr std::int64_t kLongestDuration = std::numeric_limits<std::int64_t>::max() / 1'000'000;

enum class DurationFault : std::uint8_t { None, Syntax, Range };

DurationFault read_duration(std::string_view text, std::int64_t& total) {
  total = 0;
  if (text == "0") return DurationFault::None;
  if (text.empty()) return DurationFault::Syntax;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (!is_digit(text.front())) return DurationFault::Syntax;
    if (error != std::errc{}) return DurationFault::Range;
    text.remove_prefix(static_cast<std::size_t>(at - text.data()));
    const std::size_t length = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view name = text.substr(0, length);
    const auto unit = std::find_if(std::begin(kUnits) + next_unit, std::end(kUnits),
                                   [name](const DurationUnit& known) { return known.name == name; });
    if (unit == std::end(kUnits)) return DurationFault::Syntax;
    if (count > (kLongestDuration - total) / unit->milliseconds) return DurationFault::Range;
    total += count * unit->milliseconds;
    next_unit = static_cast<std::size_t>(unit - std::begin(kUnits)) + 1;
    text.remove_prefix(length);
  }
  return DurationFault::None;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  if (read_number(text, value) != NumberFault::None) return std::nullopt;
  return value;
}

std::string_view number_error(std::string_view text) {
  double value = 0;
  return read_number(text, value) == NumberFault::Range ? "value out of range" : "invalid syntax";
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return special_text(value);
  return fixed_text(value, shortest_digits(value));
}

std::string short_number_text(double value) {
  if (!std::isfinite(value)) return special_text(value);
  return text_with_exponent(value, -4, 5);
}

std::string sample_value_text(double value) {
  if (!std::isfinite(value)) return special_text(value);
  return text_with_exponent(value, -6, 20);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  if (read_duration(text, total) != DurationFault::None) return std::nullopt;
  return std::chrono::milliseconds{total};
}

std::string duration_error(std::string_view text) {
  std::int64_t total = 0;
  if (text.empty()) return "empty duration string";
  if (read_duration(text, total) == DurationFault::Range) return "duration out of range";
  return "not a valid duration string: " + quoted_text(text);
}

std::string duration_text(std::chrono::milliseconds duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string out;
  for (const DurationUnit& unit : kUnits) {
    if (unit.exact && left % unit.milliseconds != 0) continue;
    const std::int64_t count = left / unit.milliseconds;
    if (count <= 0) continue;
    out += std::to_string(count);
    out += unit.name;
    left -= count * unit.milliseconds;
  }
  return out;
}

}  // namespace vigil::monitoring::promql
