#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil::monitoring::text_template {

/// Bytes that are no UTF-8 count as U+FFFD, one at a time.
struct Utf8Character {
  char32_t value = 0;
  std::size_t bytes = 0;
};
/// At least one byte must be left.
[[nodiscard]] Utf8Character decode_utf8(std::string_view text, std::size_t at);
/// The last character of a text that is not empty.
[[nodiscard]] Utf8Character decode_last_utf8(std::string_view text);
/// What is no character becomes U+FFFD.
void append_utf8(std::string& out, char32_t character);
[[nodiscard]] std::size_t character_count(std::string_view text);

/// A letter or digit of any script, or an underscore.
[[nodiscard]] bool is_alphanumeric(char32_t character);
[[nodiscard]] bool is_letter(char32_t character);
/// A letter, mark, number, punctuation or symbol, or the space of ASCII.
[[nodiscard]] bool is_printable(char32_t character);

/// Character by character; one that has no such form stays.
[[nodiscard]] std::string upper_text(std::string_view text);
[[nodiscard]] std::string lower_text(std::string_view text);
/// The first letter of each word in upper case: words end at what is neither letter, digit nor underscore
/// (and beyond ASCII at spaces).
[[nodiscard]] std::string title_text(std::string_view text);

}  // namespace vigil::monitoring::text_template
