#include "engine/monitor/predictions.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/monitor/prediction_metrics.h"
#include "monitoring/prediction/correlation.h"
#include "monitoring/prediction/trend.h"
#include "monitoring/promql/error.h"

namespace vigil::engine {

using monitoring::Sample;
using monitoring::SampleTime;
using monitoring::Trend;

namespace {

constexpr std::chrono::milliseconds kTurnTime{4};
constexpr std::chrono::milliseconds kSignalTime{50};
constexpr std::size_t kSignalSamples = 500'000;
// Times in milliseconds, as those of samples.
constexpr SampleTime kSecond = 1000;
constexpr SampleTime kMinute = 60 * kSecond;
constexpr SampleTime kHour = 60 * kMinute;
constexpr SampleTime kDay = 24 * kHour;
constexpr SampleTime kRound = 10 * kSecond;
constexpr std::array kTrendWindows{15 * kMinute, 5 * kMinute, 2 * kMinute};
constexpr SampleTime kTrendStep = 5 * kSecond;
constexpr SampleTime kFarthest = 16;  ///< of a window
constexpr double kHorizonSeconds = 900;
constexpr SampleTime kRecentStep = 30 * kSecond;
constexpr std::size_t kStepsOfMinute = 2;
constexpr std::size_t kLeastRecent = 20;
constexpr SampleTime kAroundTimeOfDay = 15 * kMinute;
constexpr std::size_t kLeastOfTimeOfDay = 20;
constexpr std::chrono::hours kDayLength{24};
constexpr int kMostDays = 7;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

void publish(monitoring::Gauge& gauge, std::optional<double> value) noexcept {
  if (value && std::isfinite(*value))
    gauge.set(*value);
  else
    gauge.clear();
}

/// The longest window's trend that is significant; none if there is none.
struct FoundTrend {
  Trend trend;
  SampleTime window;
};
std::optional<FoundTrend> find_trend(const std::vector<Sample>& samples, SampleTime now) {
  for (const SampleTime window : kTrendWindows) {
    const auto trend = monitoring::fit_trend(samples, {.from = now - window, .to = now});
    if (trend && trend->is_significant()) return FoundTrend{*trend, window};
  }
  return std::nullopt;
}

/// A limit may be used to its last unit, which is no breach; what a resource has no more of is one.
bool is_breached(double used, bool is_load) noexcept {
  return is_load ? used >= 1 : used > 1;
}

std::optional<double> time_to_breach(double used, const std::optional<FoundTrend>& found, bool is_load) {
  if (is_breached(used, is_load)) return 0;
  if (!found) return std::nullopt;
  const auto seconds = monitoring::seconds_to_reach(found->trend, 1);
  if (!seconds || *seconds * kSecond > static_cast<double>(kFarthest * found->window)) return std::nullopt;
  return seconds;
}

std::optional<double> load_ahead(const std::vector<Sample>& samples, const std::optional<FoundTrend>& found,
                                 SampleTime now) {
  if (found) return std::max(found->trend.value_after(kHorizonSeconds), 0.0);
  // The calmest figure there is: the last block of the shortest window.
  const auto calm = monitoring::fit_trend(samples, {.from = now - kTrendWindows.back(), .to = now});
  if (!calm) return std::nullopt;
  return calm->level;
}

}  // namespace

Predictions::Predictions(const monitoring::HistoryConfig& config, Sources sources,
                         monitoring::Registry& registry)
    : sources_(std::move(sources)),
      days_(static_cast<int>(std::clamp<std::int64_t>(config.minute_retention / kDayLength, 0, kMostDays))),
      duration_(registry.histogram(metric::kPredictionDuration, {})) {
  for (LimitedSignal& signal : limited_signals(config)) {
    Limited& limited = limited_.emplace_back();
    limited.expression = sources_.engine.parse(signal.expression);
    limited.time_to_breach = registry.gauge(metric::kTimeToBreach, {signal.name});
    if (signal.is_load) limited.load = registry.gauge(metric::kPredictedLoad, {signal.name});
    limited.failures = registry.counter(metric::kPredictionFailures, {signal.name});
    limited.signal = std::move(signal);
  }
  for (WatchedSignal& signal : watched_signals()) {
    Watched& watched = watched_.emplace_back();
    watched.expression = sources_.engine.parse(signal.expression);
    watched.recorded =
        sources_.engine.parse(fmt::format("{}{{signal=\"{}\"}}", metric::kWatchedValue.name, signal.name));
    watched.value = registry.gauge(metric::kWatchedValue, {signal.name});
    watched.score = registry.gauge(metric::kAnomalyScore, {signal.name});
    watched.failures = registry.counter(metric::kPredictionFailures, {signal.name});
    watched.signal = std::move(signal);
  }
  for (std::size_t first = 0; first < watched_.size(); ++first) {
    for (std::size_t second = first + 1; second < watched_.size(); ++second) {
      pairs_.push_back({first, second,
                        registry.gauge(metric::kCorrelation,
                                       {watched_[first].signal.name, watched_[second].signal.name})});
    }
  }
}

void Predictions::declare(monitoring::Registry& registry) {
  for (const auto& definition : metric::kPredictionMetrics) registry.declare(definition);
}

void Predictions::turn(SampleTime now) {
  const bool is_over = step_ == 0;
  // A wall clock that went back begins a round, too.
  if (is_over && round_began_ && now >= *round_began_ && now - *round_began_ < kRound) return;
  if (is_over) round_began_ = now - now % kRound;

  const std::chrono::nanoseconds begin = sources_.clock();
  while (next_step(now) && sources_.clock() - begin < kTurnTime) {
  }
  duration_.observe(sources_.clock() - begin);
}

bool Predictions::next_step(SampleTime now) {
  const std::size_t step = step_++;
  if (step < limited_.size()) {
    judge(limited_[step], now);
    return true;
  }
  if (step < limited_.size() + watched_.size()) {
    judge(watched_[step - limited_.size()], now);
    return true;
  }
  if (step == limited_.size() + watched_.size()) {
    learn_time_of_day(watched_[next_to_learn_], now);
    next_to_learn_ = (next_to_learn_ + 1) % watched_.size();
    return true;
  }
  correlate();
  step_ = 0;
  return false;
}

void Predictions::judge(Limited& limited, SampleTime now) {
  std::optional<double> soonest;
  std::optional<double> load;
  try {
    const auto result =
        sources_.engine.range(*limited.expression, sources_.history, now - kTrendWindows.front(), now,
                              std::chrono::milliseconds{kTrendStep}, budget());
    for (const auto& series : std::get<monitoring::promql::MatrixValue>(result.value)) {
      // What ended is no more on its way anywhere.
      if (series.samples.back().time != now || std::isnan(series.samples.back().value)) continue;
      const auto found = find_trend(series.samples, now);
      const auto seconds = time_to_breach(series.samples.back().value, found, limited.signal.is_load);
      if (seconds) soonest = std::min(soonest.value_or(*seconds), *seconds);
      if (!limited.signal.is_load) continue;
      const auto ahead = load_ahead(series.samples, found, now);
      if (ahead) load = std::max(load.value_or(*ahead), *ahead);
    }
  } catch (const monitoring::promql::EvaluationError&) {
    limited.failures.add();
    soonest.reset();
    load.reset();
  }
  publish(limited.time_to_breach, soonest);
  if (limited.signal.is_load) publish(limited.load, load);
}

void Predictions::judge(Watched& watched, SampleTime now) {
  std::optional<double> value;
  std::optional<double> score;
  try {
    const auto result = sources_.engine.instant(*watched.expression, sources_.history, now, budget());
    const auto& elements = std::get<monitoring::promql::VectorValue>(result.value);
    assert(elements.size() <= 1);
    if (!elements.empty() && std::isfinite(elements.front().sample.value))
      value = elements.front().sample.value;

    watched.recent = recorded_values(watched, now - kHour, now, kRecentStep);
    std::vector<double> values = watched.recent;
    const auto usual = monitoring::baseline_of(values, watched.signal.floor, kLeastRecent);
    if (value && usual) score = monitoring::robust_score(*value, *usual);
    if (score && watched.usual_now)
      score = std::min(*score, monitoring::robust_score(*value, *watched.usual_now));
  } catch (const monitoring::promql::EvaluationError&) {
    watched.failures.add();
    value.reset();
    score.reset();
    watched.recent.clear();
  }
  publish(watched.value, value);
  publish(watched.score, score);
}

void Predictions::learn_time_of_day(Watched& watched, SampleTime now) {
  try {
    std::vector<double> values;
    for (int day = 1; day <= days_; ++day) {
      const SampleTime then = now - day * kDay;
      const auto more = recorded_values(watched, then - kAroundTimeOfDay, then + kAroundTimeOfDay, kMinute);
      values.insert(values.end(), more.begin(), more.end());
    }
    watched.usual_now = monitoring::baseline_of(values, watched.signal.floor, kLeastOfTimeOfDay);
  } catch (const monitoring::promql::EvaluationError&) {
    watched.failures.add();
    watched.usual_now.reset();
  }
}

void Predictions::correlate() {
  std::vector<std::vector<double>> changes;
  std::size_t count = 0;
  for (const Watched& watched : watched_) {
    std::vector<double> minutes;
    for (std::size_t i = 0; i < watched.recent.size(); i += kStepsOfMinute)
      minutes.push_back(watched.recent[i]);
    changes.push_back(monitoring::differences(minutes));
    count = std::max(count, changes.back().size());
  }
  for (auto& each : changes) each.resize(count, kMissing);

  const auto strongest = monitoring::strongest_correlations(changes, {});
  for (Pair& pair : pairs_) {
    const auto found = std::ranges::find_if(strongest, [&](const monitoring::CorrelatedSeries& each) {
      return each.first == pair.first && each.second == pair.second;
    });
    publish(pair.coefficient, found == strongest.end() ? std::nullopt : std::optional(found->coefficient));
  }
}

monitoring::promql::QueryContext Predictions::budget() const {
  return {.clock = sources_.clock, .deadline = sources_.clock() + kSignalTime, .max_samples = kSignalSamples};
}

/// One a step, NaN where there is none.
std::vector<double> Predictions::recorded_values(const Watched& watched, SampleTime from, SampleTime to,
                                                 SampleTime step) const {
  std::vector<double> values(static_cast<std::size_t>((to - from) / step) + 1, kMissing);
  const auto result = sources_.engine.range(*watched.recorded, sources_.history, from, to,
                                            std::chrono::milliseconds{step}, budget());
  for (const auto& series : std::get<monitoring::promql::MatrixValue>(result.value)) {
    for (const Sample& sample : series.samples)
      values[static_cast<std::size_t>((sample.time - from) / step)] = sample.value;
  }
  return values;
}

}  // namespace vigil::engine
