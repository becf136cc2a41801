#include "monitoring/promql/windows.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <string_view>
#include <utility>

#include "monitoring/promql/quoted_text.h"
#include "monitoring/promql/vector_functions.h"
#include "monitoring/promql/window_functions.h"

namespace vigil::monitoring::promql {

namespace {

/// What a window function looks at, of a selector or a subquery.
struct WindowShape {
  const TimeShift* shift = nullptr;
  std::chrono::milliseconds range{0};
  bool left_open = true;

  [[nodiscard]] SampleTime first_inside(SampleTime begin) const noexcept {
    return left_open ? begin + 1 : begin;
  }
};

WindowShape shape_of(const Query& query, const Expression& expression) {
  if (const auto* selector = std::get_if<MatrixSelector>(&expression.node)) {
    return {.shift = &selector->selector.shift, .range = selector->range, .left_open = query.is_left_open()};
  }
  const auto& subquery = std::get<Subquery>(expression.node);
  return {.shift = &subquery.shift, .range = subquery.range, .left_open = query.is_left_open()};
}

/// Seconds as Go counts them: whole ones and the rest are added.
double seconds_of(std::chrono::milliseconds duration) noexcept {
  const auto whole = duration.count() / 1000;
  const auto rest = duration.count() % 1000;
  return static_cast<double>(whole) + static_cast<double>(rest * 1'000'000) / 1e9;
}

/// The samples of one series that any window of a grid can hold.
struct SeriesSamples {
  const Labels& labels;
  std::span<const Sample> samples;
  std::span<const Sample> counts;  ///< as in Window, for windows that begin before `raw_from`
  bool never_falls = false;        ///< as in Window
};

/// Calls `visit(const SeriesSamples&)` for each series of a selector with a range or a subquery; returns
/// whether all have one name, and whether names do not count.
struct Names {
  bool one = false;
  bool dropped = false;
};
class WindowSource {
 public:
  WindowSource(Query& query, const Expression& expression, const EvaluateInner& inner)
      : query_(query), expression_(expression), inner_(inner), shape_(shape_of(query, expression)) {}

  template <typename Visit>
  Names each_series(const Grid& grid, RollUpColumn column, Visit visit) {
    if (const auto* selector = std::get_if<MatrixSelector>(&expression_.node)) {
      return each_stored_series(*selector, grid, column, visit);
    }
    return each_inner_series(std::get<Subquery>(expression_.node), grid, visit);
  }
  [[nodiscard]] const WindowShape& shape() const noexcept { return shape_; }

 private:
  template <typename Visit>
  Names each_stored_series(const MatrixSelector& matrix, const Grid& grid, RollUpColumn column,
                           Visit& visit) {
    const SampleTime begin = shifted_time(query_, *shape_.shift, grid.start) - shape_.range.count();
    const SampleRange range{.from = shape_.first_inside(begin),
                            .to = shifted_time(query_, *shape_.shift, grid.end())};
    // Roll-ups have columns of their own; samples as recorded are read as they are.
    if (range.from >= query_.raw_from()) column = RollUpColumn::Last;
    const bool averages = column == RollUpColumn::Sum;
    std::vector<Sample> sample_buffer;
    std::vector<Sample> count_buffer;
    HeldSamples held;
    for (const auto& series : query_.source().select(matrix.selector.matchers, range)) {
      query_.poll();
      const SeriesValues values = series->values(range, column, sample_buffer);
      std::span<const Sample> samples = values.samples;
      std::span<const Sample> counts;
      if (averages) {
        counts = series->values(range, RollUpColumn::Count, count_buffer).samples;
        // A sample may have been recorded between the two.
        const std::size_t common = std::min(samples.size(), counts.size());
        samples = samples.first(common);
        counts = counts.first(common);
      }
      held.resize(query_, samples.size() + counts.size());
      if (samples.empty()) continue;
      visit(SeriesSamples{.labels = series->labels(),
                          .samples = samples,
                          .counts = column == RollUpColumn::Count ? samples : counts,
                          .never_falls = values.never_falls});
    }
    return {.one = selects_one_name(matrix.selector), .dropped = false};
  }

  template <typename Visit>
  Names each_inner_series(const Subquery& subquery, const Grid& grid, Visit& visit) {
    const Grid steps = subquery_grid(query_, subquery, grid);
    if (steps.count == 0) {
      // What is the same at every step is evaluated without one, too, to find what is wrong with it.
      if (subquery.expression->is_step_invariant) {
        static_cast<void>(inner_(*subquery.expression, Grid{.start = steps.start}));
      }
      return {.one = true, .dropped = false};
    }
    // Numbers are computed for every step, whatever series there are.
    const HeldSamples bound(query_, steps.count);
    const StepTable table = inner_(*subquery.expression, steps);
    std::vector<Sample> samples;
    HeldSamples held;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      query_.poll();
      samples.clear();
      const auto values = table.row(row);
      for (std::size_t step = 0; step < values.size(); ++step) {
        if (has_sample(values[step])) samples.push_back({.time = steps.at(step), .value = values[step]});
      }
      held.resize(query_, samples.size());
      if (!samples.empty())
        visit(SeriesSamples{.labels = table.labels(row), .samples = samples, .counts = {}});
    }
    return {.one = table.has_one_name(), .dropped = table.name_dropped()};
  }

  Query& query_;
  const Expression& expression_;
  const EvaluateInner& inner_;
  WindowShape shape_;
};

/// The window of one series at the steps of a grid: its ends only ever move on.
class SlidingWindow {
 public:
  SlidingWindow(const Query& query, const WindowShape& shape, const SeriesSamples& series)
      : query_(query), shape_(shape), series_(series) {}

  /// The samples of the window at `now`, with its ends in `window`; false when there are none.
  bool move_to(SampleTime now, Window& window) {
    window.now = now;
    window.end = shifted_time(query_, *shape_.shift, now);
    window.begin = window.end - shape_.range.count();
    const SampleTime from = shape_.first_inside(window.begin);
    while (first_ < series_.samples.size() && series_.samples[first_].time < from) ++first_;
    behind_ = std::max(behind_, first_);
    if (series_.samples.back().time <= window.end) behind_ = series_.samples.size();
    while (behind_ < series_.samples.size() && series_.samples[behind_].time <= window.end) ++behind_;
    window.samples = series_.samples.subspan(first_, behind_ - first_);
    window.counts = {};
    window.never_falls = series_.never_falls;
    if (!series_.counts.empty() && from < query_.raw_from()) {
      window.counts = series_.counts.subspan(first_, behind_ - first_);
    }
    return !window.samples.empty();
  }

 private:
  const Query& query_;
  const WindowShape& shape_;
  const SeriesSamples& series_;
  std::size_t first_ = 0;
  std::size_t behind_ = 0;
};

/// A rate of what is named like no counter is probably a mistake.
void check_counter_name(Query& query, const Call& call, const Labels& labels) {
  const std::string_view name = labels.value(kMetricNameLabel);
  if (name.empty()) return;
  for (const std::string_view ending : {"_total", "_sum", "_count", "_bucket"}) {
    if (name.ends_with(ending)) return;
  }
  query.annotate(
      AnnotationLevel::Info,
      "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: " +
          quoted_text(name),
      call.arguments[0]->range);
}

const Expression& window_argument(const Call& call) {
  const std::size_t at = call.function->id == FunctionId::QuantileOverTime ? 1 : 0;
  return unwrapped(*call.arguments[at]);
}

StepTable absent_over_time(Query& query, const Call& call, const Grid& grid, const EvaluateInner& inner) {
  WindowSource source(query, window_argument(call), inner);
  std::vector<bool> present(grid.count, false);
  source.each_series(grid, RollUpColumn::Last, [&](const SeriesSamples& series) {
    SlidingWindow sliding(query, source.shape(), series);
    Window window;
    for (std::size_t step = 0; step < grid.count; ++step) {
      if (sliding.move_to(grid.at(step), window)) present[step] = true;
    }
  });
  return absent_series(query, window_argument(call), present);
}

}  // namespace

SampleTime shifted_time(const Query& query, const TimeShift& shift, SampleTime now) noexcept {
  const SampleTime offset = shift.offset.count();
  switch (shift.fixed) {
    case FixedTime::Timestamp:
      return shift.timestamp - offset;
    case FixedTime::QueryStart:
      return query.start() - offset;
    case FixedTime::QueryEnd:
      return query.end() - offset;
    case FixedTime::None:
      break;
  }
  return now - offset;
}

Grid subquery_grid(const Query& query, const Subquery& subquery, const Grid& grid) noexcept {
  const std::int64_t step = std::max<std::int64_t>(
      1, subquery.step.count() > 0 ? subquery.step.count() : query.options().subquery_step.count());
  const SampleTime begin = shifted_time(query, subquery.shift, grid.start) - subquery.range.count();
  const SampleTime end = shifted_time(query, subquery.shift, grid.end());
  // The first multiple of the step inside.
  SampleTime first = begin / step * step;
  if (query.is_left_open() ? first <= begin : first < begin) first += step;
  if (first > end) return {.start = first, .step = step, .count = 0};
  return {.start = first, .step = step, .count = static_cast<std::size_t>((end - first) / step) + 1};
}

bool selects_one_name(const VectorSelector& selector) noexcept {
  return std::ranges::any_of(selector.matchers, [](const LabelMatcher& matcher) {
    return matcher.kind() == MatchKind::Equal && matcher.name() == kMetricNameLabel;
  });
}

StepTable window_call(Query& query, const Call& call, const Grid& grid,
                      std::span<const std::vector<double>> numbers, const EvaluateInner& inner) {
  const FunctionId id = call.function->id;
  if (id == FunctionId::AbsentOverTime) return absent_over_time(query, call, grid, inner);

  WindowSource source(query, window_argument(call), inner);
  const WindowFunction function = window_function(id, query.options().ranges);
  const bool rate = id == FunctionId::Rate || id == FunctionId::Increase;
  StepTable out(query, grid.count);
  std::vector<double> scratch;
  std::array<double, 2> arguments{};
  assert(numbers.size() <= arguments.size());

  const Names names = source.each_series(grid, rolled_up_column(id), [&](const SeriesSamples& series) {
    SlidingWindow sliding(query, source.shape(), series);
    Window window;
    window.range_seconds = seconds_of(source.shape().range);
    window.numbers = std::span{arguments}.first(numbers.size());
    window.scratch = &scratch;
    const auto results = out.add_row(series.labels);
    bool any = false;
    for (std::size_t step = 0; step < grid.count; ++step) {
      query.poll();
      if (!sliding.move_to(grid.at(step), window)) continue;
      for (std::size_t at = 0; at < numbers.size(); ++at) arguments[at] = numbers[at][step];
      const std::optional<double> result = function(window);
      if (!result) continue;
      results[step] = *result;
      any = true;
    }
    if (!any) {
      out.remove_last_row();
    } else if (rate) {
      check_counter_name(query, call, series.labels);
    }
  });
  out.set_one_name(names.one);
  out.set_name_dropped(names.dropped);
  if (id == FunctionId::QuantileOverTime && out.rows() > 0) {
    for (const double q : numbers[0]) check_quantile(query, q, call.arguments[0]->range);
  }
  if (id != FunctionId::LastOverTime) out.drop_names(true);
  return out;
}

MatrixValue window_samples(Query& query, const Expression& expression, SampleTime time,
                           const EvaluateInner& inner) {
  WindowSource source(query, expression, inner);
  const Grid grid{.start = time};
  MatrixValue out;
  const Names names = source.each_series(grid, RollUpColumn::Last, [&](const SeriesSamples& series) {
    SlidingWindow sliding(query, source.shape(), series);
    Window window;
    if (!sliding.move_to(time, window)) return;
    query.hold(window.samples.size());
    out.push_back({.labels = series.labels, .samples = {window.samples.begin(), window.samples.end()}});
  });
  if (names.dropped) {
    for (MatrixSeries& series : out) series.labels = without_name(series.labels);
  }
  std::ranges::sort(out, {}, &MatrixSeries::labels);
  return out;
}

}  // namespace vigil::monitoring::promql
