#pragma once

#include <algorithm>
#include <string_view>

namespace vigil::monitoring {

/// Of ASCII alone, as HTTP compares names of headers and schemes (RFC 9110, 5.1 and 11.1).
[[nodiscard]] inline bool equal_in_any_case(std::string_view a, std::string_view b) noexcept {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace vigil::monitoring
