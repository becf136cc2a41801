#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "monitoring/alerting/alerting_rule.h"

namespace vigil::monitoring {

/// The series a recording rule gives at `now`. Throws promql::EvaluationError, also for two series of equal
/// labels and for more than `limit` (0: none).
[[nodiscard]] std::vector<std::pair<Labels, double>> record(const RuleDefinition& rule,
                                                            const RuleContext& context, SampleTime now,
                                                            std::uint64_t limit);

}  // namespace vigil::monitoring
