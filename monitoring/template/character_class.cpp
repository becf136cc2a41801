#include "monitoring/template/character_class.h"

#include <clocale>
#include <cwctype>

#include "monitoring/promql/quoted_text.h"
#include "monitoring/store/regex.h"

namespace vigil::monitoring::text_template {

namespace {

std::string utf8(char32_t character) {
  std::string out;
  append_utf8(out, character);
  return out;
}

/// The C library's tables of Unicode, whatever locale the process runs in. Lives as long as the process.
locale_t unicode_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

char32_t to_upper(char32_t character) {
  if (character < 0x80) return character >= 'a' && character <= 'z' ? character - 32 : character;
  const locale_t locale = unicode_locale();
  return locale == nullptr ? character
                           : static_cast<char32_t>(towupper_l(static_cast<wint_t>(character), locale));
}
char32_t to_lower(char32_t character) {
  if (character < 0x80) return character >= 'A' && character <= 'Z' ? character + 32 : character;
  const locale_t locale = unicode_locale();
  return locale == nullptr ? character
                           : static_cast<char32_t>(towlower_l(static_cast<wint_t>(character), locale));
}

/// Upper case, but for characters that are two letters, of which only the first is, and Georgian, which has
/// no such case.
char32_t to_title(char32_t character) {
  for (const char32_t digraph : {0x1C5U, 0x1C8U, 0x1CBU, 0x1F2U}) {
    if (character >= digraph - 1 && character <= digraph + 1) return digraph;
  }
  return character >= 0x10D0 && character <= 0x10FF ? character : to_upper(character);
}

bool is_space(char32_t character) {
  switch (character) {
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return true;
    default:
      return (character >= 0x09 && character <= 0x0D) || character == ' ' ||
             (character >= 0x2000 && character <= 0x200A);
  }
}

bool separates_words(char32_t character) {
  if (is_alphanumeric(character)) return false;
  return character < 0x80 || is_space(character);
}

template <class Change>
std::string changed(std::string_view text, Change change) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = decode_utf8(text, at);
    append_utf8(out, change(character.value));
    at += character.bytes;
  }
  return out;
}

}  // namespace

Utf8Character decode_utf8(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return {byte, 1};
  const promql::Character character = promql::character_at(text, at);
  return {character.value, character.bytes};
}

Utf8Character decode_last_utf8(std::string_view text) {
  for (std::size_t length = 4; length > 1; --length) {
    if (length > text.size()) continue;
    const Utf8Character character = decode_utf8(text, text.size() - length);
    if (character.bytes == length) return character;
  }
  return decode_utf8(text, text.size() - 1);
}

void append_utf8(std::string& out, char32_t character) {
  if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) character = 0xFFFD;
  const auto byte = [&out](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
  if (character < 0x80) return byte(character);
  if (character < 0x800) {
    byte(0xC0U | (character >> 6U));
  } else {
    if (character < 0x10000) {
      byte(0xE0U | (character >> 12U));
    } else {
      byte(0xF0U | (character >> 18U));
      byte(0x80U | ((character >> 12U) & 0x3FU));
    }
    byte(0x80U | ((character >> 6U) & 0x3FU));
  }
  byte(0x80U | (character & 0x3FU));
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).bytes) ++count;
  return count;
}

bool is_letter(char32_t character) {
  if (character < 0x80) return (character | 0x20U) >= 'a' && (character | 0x20U) <= 'z';
  static const Regex letter("\\pL");
  return character <= 0x10FFFF && letter.matches(utf8(character));
}

bool is_alphanumeric(char32_t character) {
  if (character < 0x80)
    return is_letter(character) || (character >= '0' && character <= '9') || character == '_';
  static const Regex letter_or_digit("\\pL|\\p{Nd}");
  return character <= 0x10FFFF && letter_or_digit.matches(utf8(character));
}

bool is_printable(char32_t character) {
  if (character < 0x80) return character >= ' ' && character < 0x7F;
  static const Regex printable("[\\pL\\pM\\pN\\pP\\pS]");
  return character <= 0x10FFFF && printable.matches(utf8(character));
}

std::string upper_text(std::string_view text) {
  return changed(text, to_upper);
}

std::string lower_text(std::string_view text) {
  return changed(text, to_lower);
}

std::string title_text(std::string_view text) {
  char32_t previous = ' ';
  return changed(text, [&previous](char32_t character) {
    const bool first = separates_words(previous);
    previous = character;
    return first ? to_title(character) : character;
  });
}

}  // namespace vigil::monitoring::text_template
