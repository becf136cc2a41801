#pragma once

#include <algorithm>
#include <string_view>

// Lines of a request as every reader must understand them (RFC 9112, 2.2 and 5.2).

namespace vigil::monitoring {

inline constexpr std::string_view kLineEnd = "\r\n";

/// Control characters, a line feed or carriage return alone among them; a tab is none.
[[nodiscard]] inline bool has_controls(std::string_view line) noexcept {
  return std::ranges::any_of(
      line, [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f'; });
}

/// Whether the line goes on with the one before.
[[nodiscard]] inline bool is_folded(std::string_view line) noexcept {
  return line.starts_with(' ') || line.starts_with('\t');
}

}  // namespace vigil::monitoring
