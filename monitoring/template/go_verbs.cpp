#include "monitoring/template/go_verbs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "monitoring/template/character_class.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdef";
constexpr std::string_view kUpperDigits = "0123456789ABCDEF";

/// From this power of ten on the shortest form of a number has an exponent.
constexpr int kShortestExponent = 6;

std::string upper_ascii(std::string text) {
  for (char& character : text) {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 32);
  }
  return text;
}

std::string digits_of(std::uint64_t value, int base) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, base);
  return {buffer.data(), end};
}

FormatFlags without_zeros(FormatFlags flags) {
  flags.zero = false;
  return flags;
}

void append_quoted(std::string& out, Utf8Character character, unsigned char byte, char quote, bool ascii) {
  static constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  static constexpr std::string_view kNames = "abfnrtv";
  const auto escape = [&out](std::string_view prefix, char32_t value, std::size_t width) {
    const std::string digits = digits_of(value, 16);
    out.append(prefix).append(width - std::min(width, digits.size()), '0').append(digits);
  };
  const char32_t value = character.value;
  if (value == 0xFFFD && character.bytes == 1) return escape("\\x", byte, 2);
  if (value == static_cast<unsigned char>(quote) || value == '\\') {
    out += '\\';
    out += static_cast<char>(value);
  } else if ((!ascii || value < 0x80) && is_printable(value)) {
    append_utf8(out, value);
  } else if (const auto at = kNamed.find(static_cast<char>(value));
             value < ' ' && at != std::string_view::npos) {
    out += '\\';
    out += kNames[at];
  } else if (value < ' ' || value == 0x7F) {
    escape("\\x", value, 2);
  } else {
    escape(value < 0x10000 ? "\\u" : "\\U", value, value < 0x10000 ? 4 : 8);
  }
}

/// In quotes, what does not print escaped; `ascii`: also what is beyond ASCII.
std::string quoted(std::string_view text, char quote, bool ascii) {
  std::string out(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    append_quoted(out, character, static_cast<unsigned char>(text[at]), quote, ascii);
    at += character.bytes;
  }
  return out + quote;
}

bool can_be_in_back_quotes(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    if (character.value == 0xFFFD && character.bytes == 1) return false;
    if (character.value == 0xFEFF || character.value == '`' || character.value == 0x7F) return false;
    if (character.value < ' ' && character.value != '\t') return false;
    at += character.bytes;
  }
  return true;
}

void format_code_point(FormatBuffer& out, const FormatFlags& flags, std::uint64_t value) {
  std::string digits = upper_ascii(digits_of(value, 16));
  const auto width =
      static_cast<std::size_t>(flags.has_precision && flags.precision > 4 ? flags.precision : 4);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  std::string text = "U+" + digits;
  if (flags.sharp && value <= 0x10FFFF && is_printable(static_cast<char32_t>(value))) {
    text += " '";
    append_utf8(text, static_cast<char32_t>(value));
    text += '\'';
  }
  out.append_padded(text, without_zeros(flags));
}

void format_character(FormatBuffer& out, const FormatFlags& flags, std::uint64_t value, bool in_quotes) {
  const auto character = static_cast<char32_t>(value > 0x10FFFF ? 0xFFFD : value);
  std::string text;
  append_utf8(text, character);
  if (in_quotes) text = quoted(text, '\'', flags.plus);
  out.append_padded(text, flags);
}

void format_number(FormatBuffer& out, const FormatFlags& flags, std::uint64_t value, bool negative,
                   char32_t verb) {
  int base = 10;
  if (verb == 'b') base = 2;
  if (verb == 'o' || verb == 'O') base = 8;
  if (verb == 'x' || verb == 'X') base = 16;
  if (flags.has_precision && flags.precision == 0 && value == 0) {
    if (flags.has_width) out.append_times(' ', flags.width);
    return;
  }
  int least = 0;
  if (flags.has_precision) {
    least = flags.precision;
  } else if (flags.zero && flags.has_width) {
    least = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  std::string text = digits_of(value, base);
  if (verb == 'X') text = upper_ascii(text);
  if (static_cast<int>(text.size()) < least)
    text.insert(0, static_cast<std::size_t>(least) - text.size(), '0');
  if (flags.sharp) {
    if (base == 2) text.insert(0, "0b");
    if (base == 8 && text.front() != '0') text.insert(0, "0");
    if (base == 16) text.insert(0, verb == 'X' ? "0X" : "0x");
  }
  if (verb == 'O') text.insert(0, "0o");
  if (negative) {
    text.insert(0, "-");
  } else if (flags.plus) {
    text.insert(0, "+");
  } else if (flags.space) {
    text.insert(0, " ");
  }
  out.append_padded(text, without_zeros(flags));
}

/// A finite value as `0x1.8p+01`; its first digit is 1 unless it is zero.
std::string hexadecimal_text(double value, int precision) {
  constexpr int kFractionBits = 52;
  constexpr int kFractionDigits = kFractionBits / 4;
  int exponent = 0;
  auto mantissa = static_cast<std::uint64_t>(std::ldexp(std::frexp(value, &exponent), kFractionBits + 1));
  if (value != 0) --exponent;
  if (precision >= 0 && precision < kFractionDigits) {
    const int dropped = 4 * (kFractionDigits - precision);
    const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
    const std::uint64_t rest = mantissa & (2 * half - 1);
    mantissa >>= dropped;
    if (rest > half || (rest == half && (mantissa & 1U) != 0)) ++mantissa;
    mantissa <<= dropped;
    if (mantissa >> (kFractionBits + 1) != 0) {
      mantissa >>= 1U;
      ++exponent;
    }
  }
  // A one before the fraction keeps its zeros.
  constexpr std::uint64_t kOne = std::uint64_t{1} << kFractionBits;
  std::string fraction = digits_of((mantissa & (kOne - 1)) | kOne, 16).substr(1);
  fraction.resize(precision < 0 ? fraction.find_last_not_of('0') + 1 : static_cast<std::size_t>(precision),
                  '0');
  const std::string power = std::to_string(std::abs(exponent));
  return "0x" + std::to_string(mantissa >> kFractionBits) + (fraction.empty() ? "" : "." + fraction) + 'p' +
         (exponent < 0 ? '-' : '+') + (power.size() < 2 ? "0" : "") + power;
}

/// A finite value as its mantissa and the power of two of that: `6755399441055744p-52`.
std::string binary_text(double value) {
  constexpr int kLeastExponent = -1074;
  int exponent = 0;
  std::frexp(value, &exponent);
  exponent = value == 0 ? kLeastExponent : std::max(exponent - 53, kLeastExponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(value, -exponent));
  return std::to_string(mantissa) + 'p' + (exponent < 0 ? "" : "+") + std::to_string(exponent);
}

/// The size of a finite value as Go's strconv.FormatFloat has it; a negative precision: as many digits as it
/// takes.
std::string unsigned_float_text(double value, char verb, int precision) {
  const auto text = [value](std::chars_format format, int digits) {
    // Enough for the largest value, and the precision.
    std::vector<char> buffer(400 + static_cast<std::size_t>(std::max(digits, 0)));
    char* const end = buffer.data() + buffer.size();
    const auto result = digits < 0 ? std::to_chars(buffer.data(), end, value, format)
                                   : std::to_chars(buffer.data(), end, value, format, digits);
    return std::string(buffer.data(), result.ptr);
  };
  switch (verb) {
    case 'e':
      return text(std::chars_format::scientific, precision);
    case 'f':
      return text(std::chars_format::fixed, precision);
    case 'x':
      return hexadecimal_text(value, precision);
    case 'b':
      return binary_text(value);
    default:
      break;
  }
  if (precision >= 0) return text(std::chars_format::general, precision);
  std::string scientific = text(std::chars_format::scientific, -1);
  const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
  // Where %e would be shorter to read: without a precision Go decides as for six digits.
  if (exponent < -4 || exponent >= kShortestExponent) return scientific;
  return text(std::chars_format::fixed, -1);
}

/// %#g and relatives: a decimal point, and where `fills` zeros up to the precision.
std::string with_decimal_point(std::string text, char verb, int precision, bool fills) {
  int digits = 0;
  if (fills) digits = precision < 0 ? 6 : precision;
  const std::size_t mark = text.find_first_of(verb == 'x' ? "p" : "e");
  const std::string tail = mark == std::string::npos ? "" : text.substr(mark);
  text.resize(std::min(mark, text.size()));
  bool nonzero = false;
  for (const char character : text) {
    if (character == '.') continue;
    nonzero = nonzero || character != '0';
    if (nonzero) --digits;
  }
  if (text.find('.') == std::string::npos) {
    if (text == "0") --digits;
    text += '.';
  }
  text.append(static_cast<std::size_t>(std::max(digits, 0)), '0');
  return text + tail;
}

}  // namespace

void FormatBuffer::need(std::size_t bytes) const {
  if (text_.size() + bytes > kMaxTemplateText) {
    throw CallFailure("a text must have at most " + std::to_string(kMaxTemplateText) + " bytes");
  }
}

void FormatBuffer::append(std::string_view text) {
  need(text.size());
  text_ += text;
}

void FormatBuffer::append_times(char character, int count) {
  if (count <= 0) return;
  need(static_cast<std::size_t>(count));
  text_.append(static_cast<std::size_t>(count), character);
}

void FormatBuffer::append_padded(std::string_view text, const FormatFlags& flags) {
  if (!flags.has_width || flags.width == 0) return append(text);
  const int missing = flags.width - static_cast<int>(character_count(text));
  const char fill = flags.zero ? '0' : ' ';
  if (!flags.minus) append_times(fill, missing);
  append(text);
  if (flags.minus) append_times(fill, missing);
}

void format_integer(FormatBuffer& out, const FormatFlags& flags, std::uint64_t bits, bool is_signed,
                    char32_t verb) {
  switch (verb) {
    case 'c':
      return format_character(out, flags, bits, false);
    case 'q':
      return format_character(out, flags, bits, true);
    case 'U':
      return format_code_point(out, flags, bits);
    case 'v':
      if (flags.sharp_v && !is_signed) {
        FormatFlags sharp = flags;
        sharp.sharp = true;
        return format_number(out, sharp, bits, false, 'x');
      }
      break;
    default:
      break;
  }
  const bool negative = is_signed && static_cast<std::int64_t>(bits) < 0;
  format_number(out, flags, negative ? ~bits + 1 : bits, negative, verb);
}

void format_float(FormatBuffer& out, const FormatFlags& flags, double value, char32_t verb) {
  char form = 'g';
  int precision = -1;
  switch (verb) {
    case 'e':
    case 'E':
      form = 'e';
      precision = 6;
      break;
    case 'f':
    case 'F':
      form = 'f';
      precision = 6;
      break;
    case 'x':
    case 'X':
      form = 'x';
      break;
    case 'b':
      form = 'b';
      break;
    default:
      break;
  }
  if (flags.has_precision) precision = flags.precision;
  char sign = std::signbit(value) ? '-' : '+';
  if (std::isnan(value)) sign = '+';
  if (flags.space && sign == '+' && !flags.plus) sign = ' ';
  if (!std::isfinite(value)) {
    std::string text = std::isnan(value) ? "NaN" : "Inf";
    if (!std::isnan(value) || flags.space || flags.plus) text.insert(text.begin(), sign);
    return out.append_padded(text, without_zeros(flags));
  }
  std::string text = unsigned_float_text(std::fabs(value), form, precision);
  if (flags.sharp && form != 'b') {
    // Go forgets %X here.
    const bool fills = form == 'g' || verb == 'x';
    text = with_decimal_point(std::move(text), form, precision, fills);
  }
  if (verb == 'E' || verb == 'G' || verb == 'X') text = upper_ascii(std::move(text));
  if (!flags.plus && sign == '+') return out.append_padded(text, flags);
  const int missing = flags.width - static_cast<int>(text.size()) - 1;
  if (flags.zero && flags.has_width && missing > 0) {
    out.append(sign);
    out.append_times('0', missing);
    return out.append(text);
  }
  text.insert(text.begin(), sign);
  out.append_padded(text, flags);
}

void format_string(FormatBuffer& out, const FormatFlags& flags, std::string_view text, char32_t verb) {
  const bool hexadecimal = verb == 'x' || verb == 'X';
  if (flags.has_precision && !hexadecimal) {
    std::size_t end = 0;
    for (int left = flags.precision; left > 0 && end < text.size(); --left)
      end += decode_utf8(text, end).bytes;
    text = text.substr(0, end);
  }
  if (verb == 'q' || (verb == 'v' && flags.sharp_v)) {
    if (flags.sharp && can_be_in_back_quotes(text))
      return out.append_padded('`' + std::string(text) + '`', flags);
    return out.append_padded(quoted(text, '"', flags.plus), flags);
  }
  if (!hexadecimal) return out.append_padded(text, flags);
  if (flags.has_precision) text = text.substr(0, static_cast<std::size_t>(flags.precision));
  const std::string_view digits = verb == 'x' ? kLowerDigits : kUpperDigits;
  std::string written;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (flags.space && !written.empty()) written += ' ';
    if (flags.sharp && (flags.space || written.empty())) written += verb == 'x' ? "0x" : "0X";
    written += digits[byte >> 4U];
    written += digits[byte & 0xFU];
  }
  out.append_padded(written, flags);
}

std::string four_digits_text(double value) {
  FormatBuffer out;
  format_float(out, {.has_precision = true, .precision = 4}, value, 'g');
  return out.take();
}

}  // namespace vigil::monitoring::text_template
