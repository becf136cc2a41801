#include "monitoring/promql/window_functions.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>

#include "monitoring/promql/error.h"
#include "monitoring/promql/kahan_sum.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quantile.h"
#include "monitoring/promql/special_values.h"

namespace vigil::monitoring::promql {

namespace {

// -- Over time.

std::optional<double> last_of(const Window& window) {
  return window.samples.back().value;
}

std::optional<double> present(const Window&) {
  return 1;
}

std::optional<double> minimum(const Window& window) {
  double out = window.samples.front().value;
  for (const Sample& sample : window.samples) {
    if (sample.value < out || std::isnan(out)) out = sample.value;
  }
  return out;
}

std::optional<double> maximum(const Window& window) {
  double out = window.samples.front().value;
  for (const Sample& sample : window.samples) {
    if (sample.value > out || std::isnan(out)) out = sample.value;
  }
  return out;
}

double summed(std::span<const Sample> samples) {
  KahanSum sum;
  for (const Sample& sample : samples) sum.add(sample.value);
  return std::isinf(sum.sum) ? sum.sum : sum.total();
}
double summed_unguarded(std::span<const Sample> samples) {
  KahanSum sum;
  for (const Sample& sample : samples) sum.add_unguarded(sample.value);
  return std::isinf(sum.sum) ? sum.sum : sum.total();
}

std::optional<double> sum(const Window& window) {
  return summed(window.samples);
}
std::optional<double> sum_as_prometheus_2(const Window& window) {
  return summed_unguarded(window.samples);
}

/// Prometheus 3's count_over_time; of rolled-up history the samples hold the counts.
std::optional<double> count(const Window& window) {
  if (window.counts.empty()) return static_cast<double>(window.samples.size());
  return summed(window.counts);
}

std::optional<double> average(const Window& window) {
  if (!window.counts.empty()) return summed(window.samples) / summed(window.counts);
  KahanMean mean;
  for (const Sample& sample : window.samples) mean.add(sample.value);
  return mean.mean();
}

std::optional<double> average_as_prometheus_2(const Window& window) {
  if (!window.counts.empty()) return summed(window.samples) / summed(window.counts);
  KahanSum mean;
  double taken = 0;
  for (const Sample& sample : window.samples) {
    taken += 1;
    const double value = sample.value;
    if (std::isinf(mean.sum)) {
      // An infinite mean stays: of infinities of one sign, and of what is finite.
      if (std::isinf(value) && (mean.sum > 0) == (value > 0)) continue;
      if (std::isfinite(value)) continue;
    }
    mean.add_unguarded(value / taken - mean.sum / taken);
  }
  return std::isinf(mean.sum) ? mean.sum : mean.total();
}

/// Welford's method with compensated sums.
template <void (KahanSum::*Add)(double) noexcept>
double variance_of(const Window& window) {
  double taken = 0;
  KahanSum mean;
  KahanSum squares;
  for (const Sample& sample : window.samples) {
    taken += 1;
    const double delta = sample.value - mean.total();
    (mean.*Add)(delta / taken);
    (squares.*Add)(delta * (sample.value - mean.total()));
  }
  return squares.total() / taken;
}
template <void (KahanSum::*Add)(double) noexcept>
std::optional<double> variance(const Window& window) {
  return variance_of<Add>(window);
}
template <void (KahanSum::*Add)(double) noexcept>
std::optional<double> deviation(const Window& window) {
  return std::sqrt(variance_of<Add>(window));
}

std::optional<double> quantile(const Window& window) {
  window.scratch->clear();
  for (const Sample& sample : window.samples) window.scratch->push_back(sample.value);
  return quantile_of(window.numbers.front(), *window.scratch);
}

std::optional<double> changes(const Window& window) {
  double out = 0;
  double previous = window.samples.front().value;
  for (const Sample& sample : window.samples.subspan(1)) {
    if (sample.value != previous && !(std::isnan(sample.value) && std::isnan(previous))) out += 1;
    previous = sample.value;
  }
  return out;
}

std::optional<double> resets(const Window& window) {
  double out = 0;
  double previous = window.samples.front().value;
  for (const Sample& sample : window.samples.subspan(1)) {
    if (sample.value < previous) out += 1;
    previous = sample.value;
  }
  return out;
}

// -- Rates.

enum class Slope { Delta, Increase, Rate };

/// The change between the first and the last sample, extended to the ends of the window where samples are
/// near them: Prometheus' extrapolation.
template <Slope Kind, RangeEnds Ranges>
std::optional<double> extrapolated(const Window& window) {
  const auto samples = window.samples;
  if (samples.size() < 2) return std::nullopt;
  constexpr bool kCounter = Kind != Slope::Delta;
  double result = samples.back().value - samples.front().value;
  if (kCounter && !window.never_falls) {
    double previous = samples.front().value;
    for (const Sample& sample : samples.subspan(1)) {
      if (sample.value < previous) result += previous;
      previous = sample.value;
    }
  }
  double to_start = static_cast<double>(samples.front().time - window.begin) / 1000;
  double to_end = static_cast<double>(window.end - samples.back().time) / 1000;
  const double sampled = static_cast<double>(samples.back().time - samples.front().time) / 1000;
  const double between = sampled / static_cast<double>(samples.size() - 1);
  const double near = between * 1.1;

  const auto to_zero = [&] {
    // Where a counter that rises like this was zero; it cannot have been less.
    if (!kCounter || !(result > 0) || !(samples.front().value >= 0)) return to_start;
    return sampled * (samples.front().value / result);
  };
  double factor = 0;
  if constexpr (Ranges == RangeEnds::Closed) {
    const double zero = to_zero();
    if (zero < to_start) to_start = zero;
    double extended = sampled;
    extended += to_start < near ? to_start : between / 2;
    extended += to_end < near ? to_end : between / 2;
    factor = extended / sampled;
  } else {
    if (to_start >= near) to_start = between / 2;
    const double zero = to_zero();
    if (zero < to_start) to_start = zero;
    if (to_end >= near) to_end = between / 2;
    factor = (sampled + to_start + to_end) / sampled;
  }
  if constexpr (Kind == Slope::Rate) factor /= window.range_seconds;
  return result * factor;
}

/// The change between the last two samples.
template <bool Rate>
std::optional<double> instant_change(const Window& window) {
  const std::size_t size = window.samples.size();
  if (size < 2) return std::nullopt;
  const Sample& last = window.samples[size - 1];
  const Sample& before = window.samples[size - 2];
  const bool reset = Rate && last.value < before.value;
  const double change = reset ? last.value : last.value - before.value;
  if (last.time == before.time) return std::nullopt;
  if constexpr (!Rate) return change;
  return change / (static_cast<double>(last.time - before.time) / 1000);
}

// -- Regression.

struct Line {
  double slope = 0;
  double intercept = 0;
};

/// The line of least squares through the samples; its intercept is at `origin`.
template <void (KahanSum::*Add)(double) noexcept>
Line regression(std::span<const Sample> samples, SampleTime origin) {
  KahanSum x_sum;
  KahanSum y_sum;
  KahanSum xy_sum;
  KahanSum xx_sum;
  const double first = samples.front().value;
  bool constant = true;
  for (const Sample& sample : samples) {
    if (sample.value != first && &sample != &samples.front()) constant = false;
    const double x = static_cast<double>(sample.time - origin) / 1e3;
    (x_sum.*Add)(x);
    (y_sum.*Add)(sample.value);
    (xy_sum.*Add)(x * sample.value);
    (xx_sum.*Add)(x * x);
  }
  if (constant) {
    if (std::isinf(first)) return {kNan, kNan};
    return {0, first};
  }
  const auto n = static_cast<double>(samples.size());
  const double x = x_sum.total();
  const double y = y_sum.total();
  const double covariance = xy_sum.total() - x * y / n;
  const double variance = xx_sum.total() - x * x / n;
  const double slope = covariance / variance;
  return {slope, y / n - slope * x / n};
}

template <void (KahanSum::*Add)(double) noexcept>
std::optional<double> derivative(const Window& window) {
  if (window.samples.size() < 2) return std::nullopt;
  return regression<Add>(window.samples, window.samples.front().time).slope;
}

template <void (KahanSum::*Add)(double) noexcept>
std::optional<double> predict_linear(const Window& window) {
  if (window.samples.size() < 2) return std::nullopt;
  const Line line = regression<Add>(window.samples, window.now);
  return line.slope * window.numbers.front() + line.intercept;
}

/// As in Prometheus, NaN passes, and makes the result one.
void check_factor(const char* name, const char* symbol, double factor) {
  const bool is_outside = factor <= 0 || factor >= 1;
  if (!is_outside) return;
  char text[400];
  std::snprintf(text, sizeof text, "%f", factor);
  throw EvaluationError("invalid " + std::string{name} + " factor. Expected: 0 < " + symbol +
                        " < 1, got: " + (std::isfinite(factor) ? std::string{text} : number_text(factor)));
}

/// Double exponential smoothing.
std::optional<double> holt_winters(const Window& window) {
  const double smoothing = window.numbers[0];
  const double trending = window.numbers[1];
  check_factor("smoothing", "sf", smoothing);
  check_factor("trend", "tf", trending);
  const auto samples = window.samples;
  if (samples.size() < 2) return std::nullopt;
  double before = 0;
  double smoothed = samples[0].value;
  double trend = samples[1].value - samples[0].value;
  for (std::size_t at = 1; at < samples.size(); ++at) {
    const double scaled = smoothing * samples[at].value;
    if (at > 1) trend = trending * (smoothed - before) + (1 - trending) * trend;
    const double continued = (1 - smoothing) * (smoothed + trend);
    before = smoothed;
    smoothed = scaled + continued;
  }
  return smoothed;
}

/// What is the same in both versions, or differs only in what it adds with.
template <RangeEnds Ranges>
WindowFunction function_of(FunctionId id) noexcept {
  constexpr bool kNew = Ranges == RangeEnds::LeftOpen;
  constexpr auto kAdd = kNew ? &KahanSum::add : &KahanSum::add_unguarded;
  switch (id) {
    case FunctionId::AvgOverTime:
      return kNew ? average : average_as_prometheus_2;
    case FunctionId::Changes:
      return changes;
    case FunctionId::CountOverTime:
      return count;
    case FunctionId::Delta:
      return extrapolated<Slope::Delta, Ranges>;
    case FunctionId::Deriv:
      return derivative<kAdd>;
    case FunctionId::HoltWinters:
      return holt_winters;
    case FunctionId::Idelta:
      return instant_change<false>;
    case FunctionId::Increase:
      return extrapolated<Slope::Increase, Ranges>;
    case FunctionId::Irate:
      return instant_change<true>;
    case FunctionId::LastOverTime:
      return last_of;
    case FunctionId::MaxOverTime:
      return maximum;
    case FunctionId::MinOverTime:
      return minimum;
    case FunctionId::PredictLinear:
      return predict_linear<kAdd>;
    case FunctionId::QuantileOverTime:
      return quantile;
    case FunctionId::Rate:
      return extrapolated<Slope::Rate, Ranges>;
    case FunctionId::Resets:
      return resets;
    case FunctionId::StddevOverTime:
      return deviation<kAdd>;
    case FunctionId::StdvarOverTime:
      return variance<kAdd>;
    case FunctionId::SumOverTime:
      return kNew ? sum : sum_as_prometheus_2;
    default:
      return present;
  }
}

}  // namespace

WindowFunction window_function(FunctionId id, RangeEnds ranges) noexcept {
  return ranges == RangeEnds::LeftOpen ? function_of<RangeEnds::LeftOpen>(id)
                                       : function_of<RangeEnds::Closed>(id);
}

RollUpColumn rolled_up_column(FunctionId id) noexcept {
  switch (id) {
    case FunctionId::MinOverTime:
      return RollUpColumn::Minimum;
    case FunctionId::MaxOverTime:
      return RollUpColumn::Maximum;
    case FunctionId::SumOverTime:
    case FunctionId::AvgOverTime:
      return RollUpColumn::Sum;
    case FunctionId::CountOverTime:
      return RollUpColumn::Count;
    default:
      return RollUpColumn::Last;
  }
}

}  // namespace vigil::monitoring::promql
