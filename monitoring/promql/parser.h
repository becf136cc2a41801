#pragma once

#include <string_view>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/range_ends.h"

namespace vigil::monitoring::promql {

/// Parses and checks an expression. Throws ParseError.
[[nodiscard]] ExpressionPtr parse(std::string_view text, RangeEnds ranges = RangeEnds::LeftOpen);

/// The matchers of a selector that stands alone, as `match[]` gives it: no range, offset or @. Throws
/// ParseError.
[[nodiscard]] std::vector<LabelMatcher> parse_selector(std::string_view text);

}  // namespace vigil::monitoring::promql
