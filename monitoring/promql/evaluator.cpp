#include "monitoring/promql/evaluator.h"

#include <algorithm>
#include <numbers>
#include <utility>

#include "monitoring/promql/aggregation.h"
#include "monitoring/promql/binary_operation.h"
#include "monitoring/promql/value_functions.h"
#include "monitoring/promql/vector_functions.h"
#include "monitoring/promql/windows.h"

namespace vigil::monitoring::promql {

namespace {

/// Of many parameters' warnings those of the extremes are enough.
void check_quantiles(Query& query, std::span<const double> q, TextRange range) {
  double lowest = 0;
  double highest = 1;
  for (const double value : q) {
    if (value != value) check_quantile(query, value, range);
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  check_quantile(query, highest, range);
  check_quantile(query, lowest, range);
}

}  // namespace

StepTable Evaluator::vector(const Expression& expression, const Grid& grid) {
  query_.check_interruption();
  if (!expression.is_step_invariant || grid.count == 1) return varying_vector(expression, grid);
  StepTable once = varying_vector(expression, grid.first());
  once.repeat(grid.count);
  return once;
}

StepTable Evaluator::varying_vector(const Expression& expression, const Grid& grid) {
  if (const auto* selector = std::get_if<VectorSelector>(&expression.node)) {
    return instant_selector(*selector, grid, false);
  }
  if (const auto* parenthesis = std::get_if<Parenthesis>(&expression.node)) {
    return vector(*parenthesis->expression, grid);
  }
  if (const auto* unary = std::get_if<Unary>(&expression.node)) return negated(*unary, grid);
  if (const auto* operation = std::get_if<Binary>(&expression.node)) return binary(*operation, grid);
  if (const auto* aggregated = std::get_if<Aggregation>(&expression.node))
    return aggregation(*aggregated, grid);
  return call(std::get<Call>(expression.node), grid);
}

StepTable Evaluator::instant_selector(const VectorSelector& selector, const Grid& grid, bool timestamps) {
  StepTable out(query_, grid.count);
  out.set_one_name(selects_one_name(selector));
  const SampleTime lookback = query_.options().lookback.count() - (query_.is_left_open() ? 1 : 0);
  const auto time_at = [&](std::size_t step) { return shifted_time(query_, selector.shift, grid.at(step)); };
  const auto shown = [timestamps](const Sample& sample) {
    return timestamps ? static_cast<double>(sample.time) / 1000 : sample.value;
  };
  const SampleRange range{.from = time_at(0) - lookback, .to = time_at(grid.count - 1)};
  const auto found = query_.source().select(selector.matchers, range);
  out.reserve(found.size());

  if (grid.count == 1) {
    for (const auto& series : found) {
      query_.poll();
      const auto sample = series->last(range);
      if (sample && !is_stale(sample->value)) out.add_row(series->labels())[0] = shown(*sample);
    }
    return out;
  }

  std::vector<Sample> samples;
  HeldSamples held;
  for (const auto& series : found) {
    query_.poll();
    samples.clear();
    series->read(range, RollUpColumn::Last, samples);
    held.resize(query_, samples.size());
    const auto values = out.add_row(series->labels());
    bool any = false;
    std::size_t behind = 0;
    for (std::size_t step = 0; step < grid.count; ++step) {
      const SampleTime time = time_at(step);
      while (behind < samples.size() && samples[behind].time <= time) ++behind;
      if (behind == 0) continue;
      const Sample& latest = samples[behind - 1];
      if (latest.time < time - lookback || is_stale(latest.value)) continue;
      values[step] = shown(latest);
      any = true;
    }
    if (!any) out.remove_last_row();
  }
  return out;
}

StepTable Evaluator::negated(const Unary& unary, const Grid& grid) {
  StepTable table = vector(*unary.operand, grid);
  if (!unary.negates) return table;
  for (double& value : table.values()) {
    if (has_sample(value)) value = -value;
  }
  table.drop_names(true);
  return table;
}

StepTable Evaluator::binary(const Binary& binary, const Grid& grid) {
  if (binary.left->type == ValueType::Scalar) {
    const std::vector<double> left = scalar(*binary.left, grid);
    return table_with_scalar(query_, binary, vector(*binary.right, grid), left, true);
  }
  StepTable left = vector(*binary.left, grid);
  if (binary.right->type == ValueType::Scalar) {
    return table_with_scalar(query_, binary, std::move(left), scalar(*binary.right, grid), false);
  }
  StepTable right = vector(*binary.right, grid);
  return table_with_table(query_, binary, std::move(left), std::move(right));
}

StepTable Evaluator::aggregation(const Aggregation& aggregation, const Grid& grid) {
  std::vector<double> numbers;
  std::string value_label;
  if (aggregation.op == AggregationOperator::CountValues) {
    value_label = text(*aggregation.parameter);
  } else if (aggregation.parameter != nullptr) {
    numbers = scalar(*aggregation.parameter, grid);
  }
  StepTable table = vector(*aggregation.expression, grid);
  if (aggregation.op == AggregationOperator::Quantile && table.rows() > 0) {
    check_quantiles(query_, numbers, aggregation.parameter->range);
  }
  return aggregate(query_, aggregation, std::move(table), numbers, value_label);
}

StepTable Evaluator::one_series(const std::vector<double>& values) {
  StepTable out(query_, values.size());
  out.set_one_name(true);
  std::ranges::copy(values, out.add_row(Labels{}).begin());
  return out;
}

StepTable Evaluator::call_of_values(const Call& call, const Grid& grid) {
  StepTable table = vector(*call.arguments[0], grid);
  std::vector<std::vector<double>> numbers;
  for (std::size_t at = 1; at < call.arguments.size(); ++at)
    numbers.push_back(scalar(*call.arguments[at], grid));
  apply_to_values(call.function->id, table, numbers);
  table.drop_names();
  return table;
}

StepTable Evaluator::call_of_moments(const Call& call, const Grid& grid) {
  StepTable table(query_, grid.count);
  if (call.arguments.empty()) {
    const auto times = table.add_row(Labels{});
    table.set_one_name(true);
    for (std::size_t step = 0; step < grid.count; ++step)
      times[step] = static_cast<double>(grid.at(step)) / 1000;
  } else {
    table = vector(*call.arguments[0], grid);
  }
  apply_to_moments(call.function->id, table);
  table.drop_names();
  return table;
}

StepTable Evaluator::timestamps(const Call& call, const Grid& grid) {
  const Expression& argument = unwrapped(*call.arguments[0]);
  StepTable table(query_, grid.count);
  if (const auto* selector = std::get_if<VectorSelector>(&argument.node)) {
    table = instant_selector(*selector, grid, true);
  } else {
    // What was computed is as old as the evaluation.
    table = vector(argument, grid);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto values = table.row(row);
      for (std::size_t step = 0; step < values.size(); ++step) {
        if (has_sample(values[step])) values[step] = static_cast<double>(grid.at(step)) / 1000;
      }
    }
  }
  table.drop_names();
  return table;
}

StepTable Evaluator::call(const Call& call, const Grid& grid) {
  const FunctionId id = call.function->id;
  if (takes_window(id)) {
    std::vector<std::vector<double>> numbers;
    for (const ExpressionPtr& argument : call.arguments) {
      if (argument->type == ValueType::Scalar) numbers.push_back(scalar(*argument, grid));
    }
    return window_call(query_, call, grid, numbers,
                       [this](const Expression& inner, const Grid& steps) { return vector(inner, steps); });
  }
  if (is_of_one_value(id)) return call_of_values(call, grid);
  if (is_of_moment(id)) return call_of_moments(call, grid);

  std::vector<std::string> texts;
  for (const ExpressionPtr& argument : call.arguments) {
    if (argument->type == ValueType::String) texts.push_back(text(*argument));
  }
  switch (id) {
    case FunctionId::Absent:
      return absent_series(query_, unwrapped(*call.arguments[0]), presence(vector(*call.arguments[0], grid)));
    case FunctionId::HistogramFraction: {
      if (!query_.is_left_open()) break;
      const std::vector<double> lower = scalar(*call.arguments[0], grid);
      const std::vector<double> upper = scalar(*call.arguments[1], grid);
      return histogram_fraction(query_, call, vector(*call.arguments[2], grid), lower, upper);
    }
    case FunctionId::HistogramQuantile: {
      const std::vector<double> q = scalar(*call.arguments[0], grid);
      return histogram_quantile(query_, call, vector(*call.arguments[1], grid), q);
    }
    case FunctionId::LabelJoin:
      return label_join(query_, vector(*call.arguments[0], grid), texts);
    case FunctionId::LabelReplace:
      return label_replace(query_, call, vector(*call.arguments[0], grid), texts);
    case FunctionId::Sort:
    case FunctionId::SortDesc:
      return sorted(vector(*call.arguments[0], grid), id == FunctionId::SortDesc);
    case FunctionId::Timestamp:
      return timestamps(call, grid);
    case FunctionId::Vector:
      return one_series(scalar(*call.arguments[0], grid));
    default:
      break;
  }
  // Functions of native histograms find none, but their arguments may be what cannot be evaluated.
  for (const ExpressionPtr& argument : call.arguments) {
    if (argument->type == ValueType::Scalar) static_cast<void>(scalar(*argument, grid));
    if (argument->type == ValueType::Vector) static_cast<void>(vector(*argument, grid));
  }
  return {query_, grid.count};
}

std::vector<double> Evaluator::scalar(const Expression& expression, const Grid& grid) {
  if (!expression.is_step_invariant || grid.count == 1) return varying_scalar(expression, grid);
  return std::vector<double>(grid.count, varying_scalar(expression, grid.first()).front());
}

std::vector<double> Evaluator::varying_scalar(const Expression& expression, const Grid& grid) {
  if (const auto* number = std::get_if<NumberLiteral>(&expression.node)) {
    return std::vector<double>(grid.count, number->value);
  }
  if (const auto* parenthesis = std::get_if<Parenthesis>(&expression.node)) {
    return scalar(*parenthesis->expression, grid);
  }
  if (const auto* unary = std::get_if<Unary>(&expression.node)) {
    std::vector<double> values = scalar(*unary->operand, grid);
    if (unary->negates) std::ranges::transform(values, values.begin(), std::negate<>{});
    return values;
  }
  if (const auto* binary = std::get_if<Binary>(&expression.node)) {
    return scalar_operation(binary->op, scalar(*binary->left, grid), scalar(*binary->right, grid));
  }
  const auto& call = std::get<Call>(expression.node);
  if (call.function->id == FunctionId::Scalar) return scalar_of(vector(*call.arguments[0], grid));
  std::vector<double> values(grid.count, std::numbers::pi);
  if (call.function->id == FunctionId::Time) {
    for (std::size_t step = 0; step < grid.count; ++step)
      values[step] = static_cast<double>(grid.at(step)) / 1000;
  }
  return values;
}

const std::string& Evaluator::text(const Expression& expression) {
  return std::get<StringLiteral>(unwrapped(expression).node).value;
}

MatrixValue Evaluator::matrix(const Expression& expression, SampleTime time) {
  return window_samples(query_, unwrapped(expression), time,
                        [this](const Expression& inner, const Grid& steps) { return vector(inner, steps); });
}

}  // namespace vigil::monitoring::promql
