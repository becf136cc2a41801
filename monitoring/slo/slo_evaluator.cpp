#include "monitoring/slo/slo_evaluator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <variant>

namespace vigil::monitoring {

namespace {

Labels without_name(const Labels& labels) {
  return labels.has(kMetricNameLabel) ? LabelsBuilder(labels).remove(kMetricNameLabel).build() : labels;
}

/// Values by what matching goes by.
std::map<Labels, double> values_of(const promql::Expression& expression, const promql::Engine& engine,
                                   const SampleSource& source, SampleTime time,
                                   const promql::QueryContext& context) {
  const promql::QueryResult result = engine.instant(expression, source, time, context);
  std::map<Labels, double> values;
  for (const promql::VectorElement& element : std::get<promql::VectorValue>(result.value)) {
    if (!values.emplace(without_name(element.labels), element.sample.value).second)
      throw promql::EvaluationError("several series that differ in nothing but their names");
  }
  return values;
}

void keep_worse(const SloDefinition& slo, SliReading reading, std::optional<SliReading>& worst) {
  if (!std::isfinite(reading.value)) return;
  reading.value = std::max(reading.value, 0.0);
  if (slo.kind != SloKind::Count) reading.value = std::min(reading.value, 1.0);
  const bool is_worse =
      !worst || (slo.kind == SloKind::Count ? reading.value > worst->value : reading.value < worst->value);
  if (is_worse) worst = std::move(reading);
}

}  // namespace

std::optional<SliReading> read_sli(const SloDefinition& slo, const SliExpressions& expressions,
                                   const promql::Engine& engine, const SampleSource& source, SampleTime time,
                                   const promql::QueryContext& context) {
  const std::map<Labels, double> values = values_of(*expressions.value, engine, source, time, context);
  std::optional<SliReading> worst;
  if (slo.kind != SloKind::Ratio) {
    for (const auto& [labels, value] : values)
      keep_worse(slo, {.value = value, .good = {}, .total = {}, .labels = labels}, worst);
    return worst;
  }

  if (values.empty()) return std::nullopt;
  const std::map<Labels, double> totals = values_of(*expressions.total, engine, source, time, context);
  for (const auto& [labels, good] : values) {
    const auto total = totals.find(labels);
    if (total == totals.end()) continue;
    keep_worse(slo, {.value = good / total->second, .good = good, .total = total->second, .labels = labels},
               worst);
  }
  return worst;
}

bool is_met(const SloDefinition& slo, double sli) noexcept {
  return slo.kind == SloKind::Count ? sli <= slo.at_most : sli >= slo.target;
}

double error_budget_left(double target, double sli) noexcept {
  return 1 - burn_rate(target, sli);
}

double burn_rate(double target, double sli) noexcept {
  return (1 - sli) / (1 - target);
}

}  // namespace vigil::monitoring
