#pragma once

#include <string>

#include "monitoring/promql/ast.h"

namespace vigil::monitoring::promql {

/// The expression on one line as Prometheus writes it in its API: parse(to_string(e)) is e again.
[[nodiscard]] std::string to_string(const Expression& expression);
[[nodiscard]] std::string to_string(const VectorSelector& selector);

}  // namespace vigil::monitoring::promql
