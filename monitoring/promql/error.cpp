#include "monitoring/promql/error.h"

#include <algorithm>

namespace vigil::monitoring::promql {

std::string position_text(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column = line_break == std::string_view::npos ? at + 1 : at - line_break;
  return std::to_string(line) + ':' + std::to_string(column);
}

ParseError::ParseError(std::string_view text, TextRange range, const std::string& cause)
    : std::runtime_error(position_text(text, range.begin) + ": parse error: " + cause),
      range_(range),
      cause_(cause) {}

}  // namespace vigil::monitoring::promql
