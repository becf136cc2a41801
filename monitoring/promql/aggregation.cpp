#include "monitoring/promql/aggregation.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "monitoring/promql/kahan_sum.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quantile.h"
#include "monitoring/promql/quoted_text.h"
#include "monitoring/promql/signature.h"
#include "monitoring/utf8.h"

namespace vigil::monitoring::promql {

namespace {

LabelSelection selection_of(const Aggregation& aggregation, bool name_dropped) {
  if (aggregation.without) return LabelSelection::all_but(aggregation.labels).without_metric_name();
  const auto selection = LabelSelection::only(aggregation.labels);
  return name_dropped ? selection.without_metric_name() : selection;
}

/// The groups of a table's rows.
struct Groups {
  Groups(const StepTable& table, LabelSelection selection) : grouping(std::move(selection)) {
    of_row.reserve(table.rows());
    for (std::size_t row = 0; row < table.rows(); ++row) of_row.push_back(grouping.insert(table.labels(row)));
  }
  [[nodiscard]] RowsByGroup rows() const { return {of_row, grouping.size()}; }
  [[nodiscard]] Labels labels(std::size_t group) const {
    return grouping.selection().of(grouping.representative(static_cast<std::uint32_t>(group)));
  }

  Grouping grouping;
  std::vector<std::uint32_t> of_row;
};

// -- Accumulators: add() for every sample of a group at a step, result() at the end.

struct SumOf {
  KahanSum sum{.sum = -0.0};  // the sum of -0 alone is -0
  void add(double value) { sum.add(value); }
  [[nodiscard]] double result() const { return sum.total(); }
};
struct PlainSumOf {
  double sum = -0.0;
  void add(double value) { sum += value; }
  [[nodiscard]] double result() const { return sum; }
};
struct MeanOf {
  KahanMean mean;
  void add(double value) { mean.add(value); }
  [[nodiscard]] double result() const { return mean.mean(); }
};
/// Prometheus 2: a mean that every value moves a little; an infinite one stays.
struct IncrementalMeanOf {
  double count = 0;
  double mean = 0;
  void add(double value) {
    count += 1;
    if (count == 1) {
      mean = value;
      return;
    }
    if (std::isinf(mean)) {
      if (std::isinf(value) && (mean > 0) == (value > 0)) return;
      if (std::isfinite(value)) return;
    }
    mean += value / count - mean / count;
  }
  [[nodiscard]] double result() const { return mean; }
};
struct CountOf {
  double count = 0;
  void add(double) { count += 1; }
  [[nodiscard]] double result() const { return count; }
};
struct GroupOf {
  void add(double) {}
  [[nodiscard]] double result() const { return 1; }
};
struct MinimumOf {
  double value = std::numeric_limits<double>::quiet_NaN();
  void add(double candidate) {
    if (value > candidate || std::isnan(value)) value = candidate;
  }
  [[nodiscard]] double result() const { return value; }
};
struct MaximumOf {
  double value = std::numeric_limits<double>::quiet_NaN();
  void add(double candidate) {
    if (value < candidate || std::isnan(value)) value = candidate;
  }
  [[nodiscard]] double result() const { return value; }
};
/// Welford's method.
template <bool LeftOpen>
struct VarianceOf {
  double count = 0;
  double mean = 0;
  double squares = 0;
  void add(double value) {
    count += 1;
    if (count == 1) {
      mean = value;
      // Prometheus 3: what is not finite has no variance, also when it is alone.
      if (LeftOpen && !std::isfinite(value)) squares = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    const double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }
  [[nodiscard]] double result() const { return squares / count; }
};
template <bool LeftOpen>
struct DeviationOf : VarianceOf<LeftOpen> {
  [[nodiscard]] double result() const { return std::sqrt(VarianceOf<LeftOpen>::result()); }
};

template <typename Accumulator>
StepTable accumulate(Query& query, const StepTable& table, const Groups& groups) {
  struct Cell {
    Accumulator accumulator;
    bool used = false;
  };
  const std::size_t steps = table.steps();
  const RowsByGroup rows = groups.rows();
  StepTable out(query, steps);
  out.reserve(groups.grouping.size());
  std::vector<Cell> cells(steps);
  for (std::size_t group = 0; group < groups.grouping.size(); ++group) {
    query.poll();
    std::ranges::fill(cells, Cell{});
    for (const std::uint32_t row : rows.rows_of(group)) {
      const auto values = table.row(row);
      for (std::size_t step = 0; step < steps; ++step) {
        if (!has_sample(values[step])) continue;
        cells[step].accumulator.add(values[step]);
        cells[step].used = true;
      }
    }
    const auto results = out.add_row(groups.labels(group));
    for (std::size_t step = 0; step < steps; ++step) {
      if (cells[step].used) results[step] = cells[step].accumulator.result();
    }
  }
  return out;
}

StepTable quantiles(Query& query, const StepTable& table, const Groups& groups, std::span<const double> q) {
  const RowsByGroup rows = groups.rows();
  StepTable out(query, table.steps());
  std::vector<double> values;
  for (std::size_t group = 0; group < groups.grouping.size(); ++group) {
    const auto results = out.add_row(groups.labels(group));
    for (std::size_t step = 0; step < table.steps(); ++step) {
      query.poll();
      values.clear();
      for (const std::uint32_t row : rows.rows_of(group)) {
        const double value = table.row(row)[step];
        if (has_sample(value)) values.push_back(value);
      }
      if (!values.empty()) results[step] = quantile_of(q[step], values);
    }
  }
  return out;
}

/// How many samples topk and bottomk keep at a step; checks what the parameter may be.
std::vector<std::size_t> kept_counts(const Query& query, std::span<const double> numbers) {
  constexpr double kMost = 9223372036854775807.0;
  const bool any = std::ranges::any_of(numbers, [](double k) { return k >= 1; });
  const bool any_nan = std::ranges::any_of(numbers, [](double k) { return std::isnan(k); });
  std::vector<std::size_t> counts(numbers.size(), 0);
  if (query.is_left_open() && !any && !any_nan) return counts;
  for (std::size_t step = 0; step < numbers.size(); ++step) {
    const double k = numbers[step];
    if (query.is_left_open() && std::isnan(k)) throw EvaluationError("Parameter value is NaN");
    if (!(std::fabs(k) <= kMost)) {
      throw EvaluationError("Scalar value " + short_number_text(k) + " overflows int64");
    }
    if (k >= 1) counts[step] = k >= 4e9 ? std::size_t{4'000'000'000} : static_cast<std::size_t>(k);
  }
  return counts;
}

/// The k largest or smallest samples of each group. At a single step the rows stand by value, group after
/// group.
StepTable extremes(Query& query, const Aggregation& aggregation, StepTable table, const Groups& groups,
                   std::span<const double> numbers) {
  const std::vector<std::size_t> counts = kept_counts(query, numbers);
  const bool top = aggregation.op == AggregationOperator::TopK;
  const RowsByGroup rows = groups.rows();
  std::vector<std::uint32_t> ordered;
  std::vector<std::uint32_t> order_of_rows;
  for (std::size_t group = 0; group < groups.grouping.size(); ++group) {
    for (std::size_t step = 0; step < table.steps(); ++step) {
      query.poll();
      ordered.clear();
      for (const std::uint32_t row : rows.rows_of(group)) {
        if (has_sample(table.row(row)[step])) ordered.push_back(row);
      }
      const std::size_t kept = std::min(counts[step], ordered.size());
      // NaN is what is kept last.
      std::ranges::stable_sort(ordered, [&](std::uint32_t a, std::uint32_t b) {
        const double left = table.row(a)[step];
        const double right = table.row(b)[step];
        if (std::isnan(left) || std::isnan(right)) return !std::isnan(left) && std::isnan(right);
        return top ? left > right : left < right;
      });
      for (const std::uint32_t row : std::span{ordered}.subspan(kept)) table.row(row)[step] = kNoSample;
      if (table.steps() == 1)
        order_of_rows.insert(order_of_rows.end(), ordered.begin(),
                             ordered.begin() + static_cast<std::ptrdiff_t>(kept));
    }
  }
  if (table.steps() == 1) {
    table.keep_rows(order_of_rows);
  } else {
    table.remove_empty_rows();
  }
  return table;
}

void check_value_label(const Query& query, const std::string& label) {
  const bool valid =
      query.is_left_open() ? !label.empty() && repaired_utf8(label) == label : is_plain_label_name(label);
  if (!valid) throw EvaluationError("invalid label name " + quoted_text(label));
}

/// A series for every value of every group, counting how often it occurs.
StepTable count_values(Query& query, const Aggregation& aggregation, const StepTable& table,
                       const std::string& value_label) {
  check_value_label(query, value_label);
  std::vector<std::string> names = aggregation.labels;
  if (!aggregation.without) names.push_back(value_label);
  Aggregation grouped = aggregation;
  grouped.labels = names;
  const LabelSelection selection = selection_of(grouped, table.name_dropped());

  StepTable out(query, table.steps());
  std::map<Labels, std::size_t> row_of;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    std::size_t target = 0;
    std::uint64_t target_bits = 0;  // as numbers 0 and -0 are one, as texts two
    bool has_target = false;
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (!has_sample(values[step])) continue;
      query.poll();
      const auto bits = std::bit_cast<std::uint64_t>(values[step]);
      if (!has_target || bits != target_bits) {
        LabelsBuilder builder(table.labels(row));
        builder.set(value_label, number_text(values[step]));
        const Labels labels = selection.of(builder.build());
        const auto [entry, is_new] = row_of.try_emplace(labels, out.rows());
        if (is_new) out.add_row(labels);
        target = entry->second;
        target_bits = bits;
        has_target = true;
      }
      double& count = out.row(target)[step];
      count = has_sample(count) ? count + 1 : 1;
    }
  }
  return out;
}

StepTable aggregated(Query& query, const Aggregation& aggregation, StepTable table,
                     std::span<const double> numbers, const std::string& value_label) {
  if (aggregation.op == AggregationOperator::CountValues) {
    return count_values(query, aggregation, table, value_label);
  }
  const Groups groups(table, selection_of(aggregation, table.name_dropped()));
  const bool left_open = query.is_left_open();
  switch (aggregation.op) {
    case AggregationOperator::Average:
      return left_open ? accumulate<MeanOf>(query, table, groups)
                       : accumulate<IncrementalMeanOf>(query, table, groups);
    case AggregationOperator::Count:
      return accumulate<CountOf>(query, table, groups);
    case AggregationOperator::Group:
      return accumulate<GroupOf>(query, table, groups);
    case AggregationOperator::Maximum:
      return accumulate<MaximumOf>(query, table, groups);
    case AggregationOperator::Minimum:
      return accumulate<MinimumOf>(query, table, groups);
    case AggregationOperator::Quantile:
      return quantiles(query, table, groups, numbers);
    case AggregationOperator::StandardDeviation:
      return left_open ? accumulate<DeviationOf<true>>(query, table, groups)
                       : accumulate<DeviationOf<false>>(query, table, groups);
    case AggregationOperator::StandardVariance:
      return left_open ? accumulate<VarianceOf<true>>(query, table, groups)
                       : accumulate<VarianceOf<false>>(query, table, groups);
    case AggregationOperator::BottomK:
    case AggregationOperator::TopK:
      return extremes(query, aggregation, std::move(table), groups, numbers);
    default:
      return left_open ? accumulate<SumOf>(query, table, groups)
                       : accumulate<PlainSumOf>(query, table, groups);
  }
}

}  // namespace

StepTable aggregate(Query& query, const Aggregation& aggregation, StepTable table,
                    std::span<const double> numbers, const std::string& value_label) {
  const bool selects =
      aggregation.op == AggregationOperator::TopK || aggregation.op == AggregationOperator::BottomK;
  StepTable out = aggregated(query, aggregation, std::move(table), numbers, value_label);
  if (!selects) out.set_one_name(!selection_of(aggregation, false).contains(kMetricNameLabel));
  return out;
}

}  // namespace vigil::monitoring::promql
