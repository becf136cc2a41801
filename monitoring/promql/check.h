#pragma once

#include <string_view>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/range_ends.h"

namespace vigil::monitoring::promql {

/// Do the parts of a parsed expression fit each other: types, counts of arguments, matching, selectors that
/// select something? Throws ParseError for the first that does not, in Prometheus' order.
void check(const Expression& expression, std::string_view text, RangeEnds ranges);

}  // namespace vigil::monitoring::promql
