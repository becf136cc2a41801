#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/promql/range_ends.h"
#include "monitoring/slo/slo_definition.h"

namespace vigil::monitoring {

/// Service level objectives as a YAML file has them:
///
///     objectives:
///     - name: order-success-rate
///       description: 99.9 % of orders accepted
///       target: 0.999               # or at_most: 0, of a count
///       compliance_period: 30d      # the default; of a count 1d
///       measurement_window: 30d     # the default: the compliance period
///       sli:                        # or value: ..., or count: ...
///         good: sum(rate(execution_orders_total{status="success"}[WINDOW]))
///         total: sum(rate(execution_orders_total[WINDOW]))
///
/// Throws ConfigError with everything that is wrong: "FILE:LINE: key: ...".
[[nodiscard]] std::vector<SloDefinition> read_slo_file(const std::string& path,
                                                       promql::RangeEnds ranges = {});
/// The same from a text; `name` stands in messages for the file.
[[nodiscard]] std::vector<SloDefinition> read_slo_file(std::string_view text, const std::string& name,
                                                       promql::RangeEnds ranges = {});

}  // namespace vigil::monitoring
