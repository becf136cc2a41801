#pragma once

#include <string>

#include "monitoring/exposition/text.h"

namespace vigil::monitoring {

/// A bucket's bound (or a quantile) as the value of its label. OpenMetrics has 1.0 and 1e+06 where text
/// format 0.0.4 usually has 1 and 1000000: its canonical numbers.
[[nodiscard]] std::string bound_text(double bound, TextDialect dialect);

}  // namespace vigil::monitoring
