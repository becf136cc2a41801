#include "monitoring/promql/engine.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "monitoring/promql/evaluator.h"
#include "monitoring/promql/parser.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

VectorValue vector_value(const StepTable& table, SampleTime time) {
  VectorValue out;
  out.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double value = table.row(row)[0];
    if (has_sample(value))
      out.push_back({.labels = table.labels(row), .sample = {.time = time, .value = value}});
  }
  return out;
}

MatrixValue matrix_value(const StepTable& table, const Grid& grid) {
  MatrixValue out;
  out.reserve(table.rows());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    MatrixSeries series{.labels = table.labels(row), .samples = {}};
    series.samples.reserve(static_cast<std::size_t>(std::ranges::count_if(values, has_sample)));
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (has_sample(values[step])) series.samples.push_back({.time = grid.at(step), .value = values[step]});
    }
    if (!series.samples.empty()) out.push_back(std::move(series));
  }
  std::ranges::sort(out, {}, &MatrixSeries::labels);
  return out;
}

MatrixValue scalar_series(std::span<const double> values, const Grid& grid) {
  MatrixSeries series;
  series.samples.reserve(values.size());
  for (std::size_t step = 0; step < values.size(); ++step) {
    series.samples.push_back({.time = grid.at(step), .value = values[step]});
  }
  return {std::move(series)};
}

Value instant_value(Query& query, const Expression& expression, const Grid& grid) {
  Evaluator evaluator(query);
  switch (expression.type) {
    case ValueType::Scalar:
      return ScalarValue{.time = grid.start, .value = evaluator.scalar(expression, grid).front()};
    case ValueType::String:
      return StringValue{.time = grid.start, .value = Evaluator::text(expression)};
    case ValueType::Matrix:
      return evaluator.matrix(expression, grid.start);
    case ValueType::Vector:
      break;
  }
  StepTable table = evaluator.vector(expression, grid);
  table.apply_dropped_names();
  return vector_value(table, grid.start);
}

MatrixValue range_value(Query& query, const Expression& expression, const Grid& grid) {
  Evaluator evaluator(query);
  // Numbers are computed for every step, whatever series there are.
  const HeldSamples bound(query, grid.count);
  if (expression.type == ValueType::Scalar) return scalar_series(evaluator.scalar(expression, grid), grid);
  StepTable table = evaluator.vector(expression, grid);
  table.apply_dropped_names();
  return matrix_value(table, grid);
}

}  // namespace

ExpressionPtr Engine::parse(std::string_view text) const {
  return promql::parse(text, options_.ranges);
}

QueryResult Engine::instant(const Expression& expression, const SampleSource& source, SampleTime time,
                            const QueryContext& context) const {
  const Grid grid{.start = time};
  Query query(options_, source, context, time, time);
  query.check_interruption();
  QueryResult result{.value = instant_value(query, expression, grid), .annotations = {}};
  result.annotations = query.take_annotations();
  result.peak_samples = query.peak();
  return result;
}

QueryResult Engine::range(const Expression& expression, const SampleSource& source, SampleTime start,
                          SampleTime end, std::chrono::milliseconds step, const QueryContext& context) const {
  assert(step.count() > 0 && end >= start);
  if (expression.type != ValueType::Scalar && expression.type != ValueType::Vector) {
    throw EvaluationError("invalid expression type " + quoted_text(documented_name(expression.type)) +
                          " for range query, must be Scalar or instant Vector");
  }
  const Grid grid{.start = start,
                  .step = step.count(),
                  .count = static_cast<std::size_t>((end - start) / step.count()) + 1};
  Query query(options_, source, context, start, end);
  query.check_interruption();
  QueryResult result{.value = range_value(query, expression, grid), .annotations = {}};
  result.annotations = query.take_annotations();
  result.peak_samples = query.peak();
  return result;
}

}  // namespace vigil::monitoring::promql
