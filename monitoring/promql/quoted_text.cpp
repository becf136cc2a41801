#include "monitoring/promql/quoted_text.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "monitoring/promql/characters.h"
#include "monitoring/utf8.h"

namespace vigil::monitoring::promql {

namespace {

constexpr char32_t kBroken = 0xFFFD;

void append_hex(std::string& out, std::uint32_t value, int digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 0xFU];
}

void append_utf8(std::string& out, char32_t value) {
  const auto byte = [&out](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (value < 0x80) {
    byte(value);
  } else if (value < 0x800) {
    byte(0xC0U | (value >> 6));
    byte(0x80U | (value & 0x3FU));
  } else if (value < 0x10000) {
    byte(0xE0U | (value >> 12));
    byte(0x80U | ((value >> 6) & 0x3FU));
    byte(0x80U | (value & 0x3FU));
  } else {
    byte(0xF0U | (value >> 18));
    byte(0x80U | ((value >> 12) & 0x3FU));
    byte(0x80U | ((value >> 6) & 0x3FU));
    byte(0x80U | (value & 0x3FU));
  }
}

/// Blocks of controls, separators, marks of direction and characters without a meaning of their own.
bool is_printable(char32_t value) {
  struct Block {
    char32_t from, to;
  };
  static constexpr Block kHidden[] = {
      {0x00, 0x1F},     {0x7F, 0xA0},     {0xAD, 0xAD},       {0x1680, 0x1680}, {0x2000, 0x200F},
      {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},   {0xD800, 0xF8FF}, {0xFEFF, 0xFEFF},
      {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF}};
  return std::ranges::none_of(
      kHidden, [value](const Block& block) { return value >= block.from && value <= block.to; });
}

void append_escaped(std::string& out, char32_t value, char quote) {
  static constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  static constexpr std::string_view kNames = "abfnrtv";
  if (value == static_cast<unsigned char>(quote) || value == U'\\') {
    out += '\\';
    out += static_cast<char>(value);
    return;
  }
  const std::size_t named = value < 0x80 ? kNamed.find(static_cast<char>(value)) : std::string_view::npos;
  if (named != std::string_view::npos) {
    out += '\\';
    out += kNames[named];
  } else if (is_printable(value)) {
    append_utf8(out, value);
  } else if (value < 0x20 || value == 0x7F) {
    out += "\\x";
    append_hex(out, value, 2);
  } else if (value < 0x10000) {
    out += "\\u";
    append_hex(out, value, 4);
  } else {
    out += "\\U";
    append_hex(out, value, 8);
  }
}

/// Reads `count` digits of `base` at `at`; none when there are fewer.
std::optional<std::uint32_t> digits_at(std::string_view text, std::size_t at, std::size_t count,
                                       std::uint32_t base) {
  if (at + count > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char character : text.substr(at, count)) {
    std::uint32_t digit = 16;
    if (is_digit(character)) digit = static_cast<std::uint32_t>(character - '0');
    const char lower = static_cast<char>(character | 0x20);
    if (lower >= 'a' && lower <= 'f') digit = static_cast<std::uint32_t>(lower - 'a') + 10;
    if (digit >= base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

/// Undoes the escape behind the backslash at `at`; returns how many bytes it took, 0 when it is none.
std::size_t append_unescaped(std::string_view text, std::size_t at, char quote, std::string& out) {
  static constexpr std::string_view kNamed = "\a\b\f\n\r\t\v";
  static constexpr std::string_view kNames = "abfnrtv";
  if (at >= text.size()) return 0;
  const char kind = text[at];
  if (kind == '\\' || kind == quote) {
    out += kind;
    return 1;
  }
  if (const std::size_t name = kNames.find(kind); name != std::string_view::npos) {
    out += kNamed[name];
    return 1;
  }
  const bool byte = kind == 'x' || (kind >= '0' && kind <= '7');
  const std::size_t prefix = kind >= '0' && kind <= '7' ? 0 : 1;
  std::size_t count = 0;
  if (prefix == 0) count = 3;
  if (kind == 'x') count = 2;
  if (kind == 'u') count = 4;
  if (kind == 'U') count = 8;
  if (count == 0) return 0;
  const auto value = digits_at(text, at + prefix, count, prefix == 0 ? 8 : 16);
  if (!value) return 0;
  if (byte) {
    if (*value > 0xFF) return 0;
    out += static_cast<char>(static_cast<unsigned char>(*value));
  } else {
    if (*value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000)) return 0;
    append_utf8(out, *value);
  }
  return prefix + count;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const std::size_t length = utf8_sequence_length(text.substr(at));
  if (length == 0) return {.value = kBroken, .bytes = 1};
  static constexpr unsigned char kFirstBits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t value = static_cast<unsigned char>(text[at]) & kFirstBits[length];
  for (std::size_t next = 1; next < length; ++next) {
    value = (value << 6) | (static_cast<unsigned char>(text[at + next]) & 0x3FU);
  }
  return {.value = value, .bytes = length};
}

std::string quoted_text(std::string_view text) {
  std::string out{'"'};
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.is_broken()) {
      out += "\\x";
      append_hex(out, static_cast<unsigned char>(text[at]), 2);
    } else {
      append_escaped(out, character.value, '"');
    }
    at += character.bytes;
  }
  return out + '"';
}

std::string quoted_character(char32_t character) {
  std::string out{'\''};
  append_escaped(out, character, '\'');
  return out + '\'';
}

std::optional<std::string> unquoted_text(std::string_view quoted) {
  if (quoted.size() < 2 || quoted.front() != quoted.back()) return std::nullopt;
  const char quote = quoted.front();
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  if (quote == '`') {
    if (text.find('`') != std::string_view::npos) return std::nullopt;
    return std::string{text};
  }
  if (quote != '"' && quote != '\'') return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == quote || text[at] == '\n') return std::nullopt;
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const std::size_t taken = append_unescaped(text, at + 1, quote, out);
    if (taken == 0) return std::nullopt;
    at += 1 + taken;
  }
  return out;
}

bool is_plain_label_name(std::string_view name) noexcept {
  if (name.empty() || !is_letter(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_plain_metric_name(std::string_view name) noexcept {
  if (name.empty() || is_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == ':'; });
}

}  // namespace vigil::monitoring::promql
