#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Reading the text files under /proc and /sys.
namespace vigil::monitoring::proc_text {

/// Decimal digits only.
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view text);
/// Takes the next word off `text`; empty at its end.
[[nodiscard]] std::string_view next_word(std::string_view& text);
/// Takes the next line off `text`, without its end.
[[nodiscard]] std::string_view next_line(std::string_view& text);
/// The number behind "key" at the start of a line.
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key);
/// Empty if it cannot be read. Files of the kernel tell no size.
[[nodiscard]] std::string file(const std::string& path);

}  // namespace vigil::monitoring::proc_text
