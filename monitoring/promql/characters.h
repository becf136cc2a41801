#pragma once

#include <string_view>

namespace vigil::monitoring::promql {

/// What separates tokens.
inline constexpr std::string_view kSpace = " \t\n\r";

/// Of names: letters of ASCII and the underscore.
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_word(char c) noexcept {
  return is_letter(c) || is_digit(c);
}

}  // namespace vigil::monitoring::promql
