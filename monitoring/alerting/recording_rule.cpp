#include "monitoring/alerting/recording_rule.h"

#include <algorithm>
#include <string>

namespace vigil::monitoring {

std::vector<std::pair<Labels, double>> record(const RuleDefinition& rule, const RuleContext& context,
                                              SampleTime now, std::uint64_t limit) {
  std::vector<std::pair<Labels, double>> series;
  for (const promql::VectorElement& element : context.query(*rule.expression, now)) {
    LabelsBuilder builder(element.labels);
    for (const auto& [name, value] : rule.labels) builder.set(name, value);
    series.emplace_back(builder.set(kMetricNameLabel, rule.name).build(), element.sample.value);
  }
  std::ranges::sort(series, {}, [](const auto& each) { return each.first; });
  const auto twice =
      std::ranges::adjacent_find(series, [](const auto& a, const auto& b) { return a.first == b.first; });
  if (twice != series.end()) {
    throw promql::EvaluationError(
        "vector contains metrics with the same labelset after applying rule labels");
  }
  if (limit > 0 && series.size() > limit) {
    throw promql::EvaluationError("exceeded limit of " + std::to_string(limit) + " with " +
                                  std::to_string(series.size()) + " series");
  }
  return series;
}

}  // namespace vigil::monitoring
