#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// Length of the well-formed UTF-8 sequence at the start of `text` (1 to 4), or 0 if there is none:
/// truncated, overlong, a surrogate, beyond U+10FFFF or a stray byte (Unicode 15, table 3-7).
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text) noexcept;

/// `text` with every byte outside a well-formed sequence replaced by U+FFFD.
[[nodiscard]] std::string repaired_utf8(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// U+FFFD, what stands for bytes that are not UTF-8.
inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace vigil::monitoring
