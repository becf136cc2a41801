#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::monitoring::promql {

/// A character of UTF-8 text and how many bytes it takes. Bytes that are no UTF-8 count as U+FFFD, one at a
/// time.
struct Character {
  char32_t value = 0;
  std::size_t bytes = 0;
  [[nodiscard]] bool is_broken() const noexcept { return value == 0xFFFD && bytes == 1; }
};
/// At least one byte must be left.
[[nodiscard]] Character character_at(std::string_view text, std::size_t at);

/// In double quotes, everything that does not print escaped: as Prometheus quotes texts in messages and in
/// expressions.
[[nodiscard]] std::string quoted_text(std::string_view text);
/// One character in single quotes, escaped likewise.
[[nodiscard]] std::string quoted_character(char32_t character);

/// The inside of a text in double, single or back quotes with its escapes undone. None when it is malformed.
[[nodiscard]] std::optional<std::string> unquoted_text(std::string_view quoted);

/// May it stand in an expression without quotes? A letter or underscore, then these and digits; in a metric's
/// name colons too.
[[nodiscard]] bool is_plain_label_name(std::string_view name) noexcept;
[[nodiscard]] bool is_plain_metric_name(std::string_view name) noexcept;

}  // namespace vigil::monitoring::promql
