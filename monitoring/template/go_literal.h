#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "monitoring/template/template_node.h"

namespace vigil::monitoring::text_template {

/// The inside of a Go string in double or back quotes. None: malformed.
[[nodiscard]] std::optional<std::string> unquoted_go_string(std::string_view quoted);

enum class FloatFault : std::uint8_t { None, Syntax, Range };
struct ParsedFloat {
  double value = 0;  ///< infinite when out of range
  FloatFault fault = FloatFault::None;
};
/// As Go's strconv.ParseFloat: decimal or hexadecimal, underscores between digits, infinity, NaN.
[[nodiscard]] ParsedFloat parse_go_float(std::string_view text);

/// A literal as Go's text/template reads it: an integer in any base, a float, an imaginary number, a
/// character in single quotes. Throws std::invalid_argument with the cause.
[[nodiscard]] NumberLiteral parse_number_literal(std::string_view text);

}  // namespace vigil::monitoring::text_template
