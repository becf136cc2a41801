#include "monitoring/template/go_literal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <system_error>

#include "monitoring/promql/quoted_text.h"
#include "monitoring/template/character_class.h"

namespace vigil::monitoring::text_template {

namespace {

int digit_value(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  const char lower = static_cast<char>(character | 0x20);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return 16;
}

/// A character of a quoted text. `is_byte`: written as a byte, not as a character.
struct Unquoted {
  char32_t value = 0;
  std::size_t length = 0;
  bool is_byte = false;
};

/// The digits of an escape, which begin at `at`.
std::optional<char32_t> escaped_digits(std::string_view text, std::size_t at, std::size_t count, int base) {
  if (text.size() < at + count) return std::nullopt;
  char32_t value = 0;
  for (const char digit : text.substr(at, count)) {
    if (digit_value(digit) >= base) return std::nullopt;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit_value(digit));
  }
  return value;
}

std::optional<Unquoted> unquoted_escape(std::string_view text, char quote) {
  static constexpr std::string_view kNames = "abfnrtv\\";
  static constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
  if (text.size() < 2) return std::nullopt;
  const char name = text[1];
  if (const std::size_t known = kNames.find(name); known != std::string_view::npos) {
    return Unquoted{static_cast<unsigned char>(kValues[known]), 2};
  }
  if (name == quote) return Unquoted{static_cast<unsigned char>(name), 2};
  const auto made = [&text](std::size_t at, std::size_t count, int base, char32_t most,
                            bool is_byte) -> std::optional<Unquoted> {
    const auto value = escaped_digits(text, at, count, base);
    if (!value || *value > most || (!is_byte && *value >= 0xD800 && *value <= 0xDFFF)) return std::nullopt;
    return Unquoted{*value, at + count, is_byte};
  };
  switch (name) {
    case 'x':
      return made(2, 2, 16, 0xFF, true);
    case 'u':
      return made(2, 4, 16, 0x10FFFF, false);
    case 'U':
      return made(2, 8, 16, 0x10FFFF, false);
    default:
      return made(1, 3, 8, 0xFF, true);
  }
}

std::optional<Unquoted> unquoted_character(std::string_view text, char quote) {
  if (text.empty() || text[0] == quote) return std::nullopt;
  if (text[0] == '\\') return unquoted_escape(text, quote);
  const Utf8Character character = decode_utf8(text, 0);
  return Unquoted{character.value, character.bytes};
}

bool has_base_prefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return false;
  const char letter = static_cast<char>(text[1] | 0x20);
  return letter == 'x' || letter == 'o' || letter == 'b';
}

/// Underscores stand only between digits, or between a base's prefix and a digit. `text` has no sign.
bool underscores_are_well_placed(std::string_view text) {
  char before = 'x';  // 0: a digit, _: an underscore, x: something else
  std::size_t at = 0;
  const bool prefixed = has_base_prefix(text);
  const bool hexadecimal = prefixed && (text[1] | 0x20) == 'x';
  if (prefixed) {
    before = '0';
    at = 2;
  }
  for (; at < text.size(); ++at) {
    const char character = text[at];
    if (digit_value(character) < (hexadecimal ? 16 : 10)) {
      before = '0';
    } else if (character == '_') {
      if (before != '0') return false;
      before = '_';
    } else {
      if (before == '_') return false;
      before = 'x';
    }
  }
  return before != '_';
}

std::optional<std::string> without_underscores(std::string_view text) {
  if (text.find('_') == std::string_view::npos) return std::string(text);
  if (!underscores_are_well_placed(text)) return std::nullopt;
  std::string out(text);
  std::erase(out, '_');
  return out;
}

/// An integer without a sign, of the base its prefix tells.
std::optional<std::uint64_t> parse_go_unsigned(std::string_view text) {
  const auto plain = without_underscores(text);
  if (!plain) return std::nullopt;
  int base = 10;
  std::size_t prefix = 0;
  if (has_base_prefix(*plain)) {
    const char letter = static_cast<char>((*plain)[1] | 0x20);
    base = letter == 'x' ? 16 : letter == 'o' ? 8 : 2;
    prefix = 2;
  } else if (plain->size() > 1 && plain->front() == '0') {
    base = 8;
    prefix = 1;
  }
  std::uint64_t value = 0;
  const char* end = plain->data() + plain->size();
  const auto [at, error] = std::from_chars(plain->data() + prefix, end, value, base);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_go_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto size = parse_go_unsigned(text);
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (!size || *size > kMost + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~*size + 1 : *size);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

/// Is it so small that it is zero? The power of ten (of two) of the first digit that is not zero says so.
bool is_tiny(std::string_view digits, bool hexadecimal) {
  const std::size_t mark = digits.find_first_of(hexadecimal ? "pP" : "eE");
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view written = digits.substr(mark + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    if (std::from_chars(written.data(), written.data() + written.size(), exponent).ec != std::errc{}) {
      return written.starts_with('-');
    }
  }
  const std::string_view mantissa = digits.substr(0, mark);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return true;
  return exponent + (point - static_cast<std::int64_t>(first)) * (hexadecimal ? 4 : 1) < 0;
}

template <class T>
bool holds(double value) {
  return std::floor(value) == value && value >= static_cast<double>(std::numeric_limits<T>::min()) &&
         value < static_cast<double>(std::numeric_limits<T>::max());
}

/// A whole float is an integer too.
void take_float(NumberLiteral& out, double value) {
  out.is_float = true;
  out.float_value = value;
  if (!out.is_int && holds<std::int64_t>(value)) {
    out.is_int = true;
    out.int_value = static_cast<std::int64_t>(value);
  }
  if (!out.is_uint && holds<std::uint64_t>(value)) {
    out.is_uint = true;
    out.uint_value = static_cast<std::uint64_t>(value);
  }
}

NumberLiteral complex_literal(std::complex<double> value) {
  NumberLiteral out;
  out.is_complex = true;
  out.complex_value = value;
  if (value.imag() == 0) take_float(out, value.real());
  return out;
}

NumberLiteral character_literal(std::string_view text) {
  const auto character = unquoted_character(text.substr(1), '\'');
  if (!character) throw std::invalid_argument("invalid syntax");
  if (text.substr(1 + character->length) != "'") {
    throw std::invalid_argument("malformed character constant: " + std::string(text));
  }
  NumberLiteral out;
  out.is_int = out.is_uint = out.is_float = true;
  out.int_value = static_cast<std::int64_t>(character->value);
  out.uint_value = character->value;
  out.float_value = static_cast<double>(character->value);
  return out;
}

/// `1+2i`: where the sign of the imaginary part stands; npos: there is none.
std::size_t imaginary_sign(std::string_view text) {
  for (std::size_t at = text.size(); at-- > 1;) {
    const bool exponent = digit_value(text[at - 1]) == 14 || (text[at - 1] | 0x20) == 'p';
    if ((text[at] == '+' || text[at] == '-') && !exponent) return at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::string> unquoted_go_string(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return std::nullopt;
  std::string_view inside = quoted.substr(1, quoted.size() - 2);
  std::string out;
  if (quoted.front() == '`') {
    out = inside;
    std::erase(out, '\r');
    return out;
  }
  while (!inside.empty()) {
    const auto character = unquoted_character(inside, '"');
    if (!character) return std::nullopt;
    if (character->is_byte) {
      out += static_cast<char>(static_cast<unsigned char>(character->value));
    } else {
      append_utf8(out, character->value);
    }
    inside.remove_prefix(character->length);
  }
  return out;
}

ParsedFloat parse_go_float(std::string_view text) {
  constexpr ParsedFloat kBad{.fault = FloatFault::Syntax};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const double sign = negative ? -1 : 1;
  if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
    return {.value = sign * std::numeric_limits<double>::infinity()};
  }
  if (equals_ignoring_case(text, "nan")) return {.value = std::numeric_limits<double>::quiet_NaN()};
  const auto plain = without_underscores(text);
  if (!plain) return kBad;
  std::string_view digits = *plain;
  const bool hexadecimal = digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x';
  if (hexadecimal) digits.remove_prefix(2);
  // A hexadecimal float must have an exponent; from_chars() would take a sign and words.
  if (hexadecimal && digits.find_first_of("pP") == std::string_view::npos) return kBad;
  if (digits.empty() || (digits[0] != '.' && digit_value(digits[0]) >= (hexadecimal ? 16 : 10))) return kBad;
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value,
                                           hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument || at != end) return kBad;
  if (error == std::errc{}) return {.value = sign * value};
  if (is_tiny(digits, hexadecimal)) return {.value = sign * 0.0};
  return {.value = sign * std::numeric_limits<double>::infinity(), .fault = FloatFault::Range};
}

NumberLiteral parse_number_literal(std::string_view text) {
  if (text.starts_with('\'')) return character_literal(text);
  const auto illegal = [&text] {
    return std::invalid_argument("illegal number syntax: " + promql::quoted_text(text));
  };
  if (text.ends_with('i')) {
    const std::string_view body = text.substr(0, text.size() - 1);
    const std::size_t sign = imaginary_sign(body);
    const ParsedFloat real =
        sign == std::string_view::npos ? ParsedFloat{} : parse_go_float(body.substr(0, sign));
    const ParsedFloat imaginary = parse_go_float(sign == std::string_view::npos ? body : body.substr(sign));
    if (real.fault != FloatFault::None || imaginary.fault != FloatFault::None) throw illegal();
    return complex_literal({real.value, imaginary.value});
  }
  NumberLiteral out;
  if (!text.starts_with('+') && !text.starts_with('-')) {
    if (const auto value = parse_go_unsigned(text)) {
      out.is_uint = true;
      out.uint_value = *value;
    }
  }
  if (const auto value = parse_go_signed(text)) {
    out.is_int = true;
    out.int_value = *value;
    if (*value == 0) out.is_uint = true;
  }
  if (out.is_int || out.is_uint) {
    out.is_float = true;
    out.float_value = out.is_int ? static_cast<double>(out.int_value) : static_cast<double>(out.uint_value);
    return out;
  }
  const ParsedFloat value = parse_go_float(text);
  if (value.fault != FloatFault::None) throw illegal();
  if (text.find_first_of(".eEpP") == std::string_view::npos) {
    throw std::invalid_argument("integer overflow: " + promql::quoted_text(text));
  }
  take_float(out, value.value);
  return out;
}

}  // namespace vigil::monitoring::text_template
