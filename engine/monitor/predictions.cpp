#include "engine/monitor/predictions.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/monitor/prediction_metrics.h"
#include "monitoring/prediction/correlation.h"
#include "monitoring/prediction/trend.h"

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
constexpr SampleTime kDay = kMinute * 60 * 24;
constexpr SampleTime kRound = 10 * kSecond;
constexpr std::array kTrendWindows{15 * kMinute, 5 * kMinute, 2 * kMinute};
constexpr SampleTime kTrendStep = kRound;
constexpr std::size_t kTrendCount = kTrendWindows.front() / kTrendStep;
constexpr std::size_t kMostSeries = 1000;
constexpr SampleTime kFarthest = 16;  ///< of a window
constexpr double kHorizonSeconds = 900;
constexpr SampleTime kRecentStep = 30 * kSecond;
constexpr std::size_t kRecentCount = 120;
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
std::optional<FoundTrend> find_trend(const std::vector<Sample>& samples) {
  const SampleTime now = samples.back().time;
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

std::optional<double> load_ahead(const std::vector<Sample>& samples, const std::optional<FoundTrend>& found) {
  if (found) return std::max(found->trend.value_after(kHorizonSeconds), 0.0);
  const SampleTime now = samples.back().time;
  // The calmest figure there is: the last block of the shortest window.
  const auto calm = monitoring::fit_trend(samples, {.from = now - kTrendWindows.back(), .to = now});
  if (!calm) return std::nullopt;
  return calm->level;
}

}  // namespace

Predictions::Predictions(const monitoring::HistoryConfig& config, Sources sources,
                         monitoring::Registry& registry)
    : sources_(std::move(sources)),
      all_watched_(sources_.engine.parse(metric::kWatchedValue.name)),
      registry_(registry),
      days_(static_cast<int>(std::clamp<std::int64_t>(config.minute_retention / kDayLength, 0, kMostDays))),
      duration_(registry.histogram(metric::kPredictionDuration, {})) {
  for (LimitedSignal& signal : limited_signals(config)) {
    Limited& limited = limited_.emplace_back();
    limited.expression = sources_.engine.parse(signal.expression);
    limited.time_to_breach = registry.gauge(metric::kTimeToBreach, {signal.name});
    if (signal.is_load) limited.load = registry.gauge(metric::kPredictedLoad, {signal.name});
    if (signal.is_capacity) limited.used = registry.gauge(metric::kCapacityUtilization, {signal.name});
    limited.failures = registry.counter(metric::kPredictionFailures, {signal.name});
    limited.signal = std::move(signal);
  }
  for (const WatchedSignal& signal : watched_signals()) {
    watched_.push_back({.signal = signal,
                        .expression = sources_.engine.parse(signal.expression),
                        .value = registry.gauge(metric::kWatchedValue, {signal.name}),
                        .score = registry.gauge(metric::kAnomalyScore, {signal.name}),
                        .failures = registry.counter(metric::kPredictionFailures, {signal.name}),
                        .recent = monitoring::RecentValues(kRecentCount, kRecentStep),
                        .other_days = {},
                        .usual_now = std::nullopt});
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
  const std::chrono::nanoseconds begin = sources_.clock();
  if (!round_began_) recall_last_hour(now);
  if (is_over) round_began_ = now - now % kRound;
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
    look_up_day(now);
    return true;
  }
  correlate();
  step_ = 0;
  return false;
}

void Predictions::judge(Limited& limited, SampleTime now) {
  try {
    update(limited, now);
  } catch (const std::runtime_error&) {
    limited.failures.add();
    limited.series.clear();
  }
  for (auto& [account, gauge] : limited.of_accounts) gauge.clear();
  std::optional<double> soonest;
  std::optional<double> load;
  std::optional<double> used;
  for (const auto& [labels, recent] : limited.series) {
    const std::vector<Sample> samples = recent.samples();
    const auto found = find_trend(samples);
    const auto seconds = time_to_breach(samples.back().value, found, limited.signal.is_load);
    if (limited.signal.is_of_account) publish_of_account(limited, labels, seconds);
    if (seconds) soonest = std::min(soonest.value_or(*seconds), *seconds);
    if (!limited.signal.is_load) continue;
    used = std::max(used.value_or(samples.back().value), samples.back().value);
    const auto ahead = load_ahead(samples, found);
    if (ahead) load = std::max(load.value_or(*ahead), *ahead);
  }
  publish(limited.time_to_breach, soonest);
  if (limited.signal.is_load) publish(limited.load, load);
  if (limited.signal.is_capacity) publish(limited.used, used);
}

void Predictions::publish_of_account(Limited& limited, const monitoring::Labels& labels,
                                     std::optional<double> seconds) {
  const std::string account{labels.value("account")};
  auto [place, is_new] = limited.of_accounts.try_emplace(account);
  if (is_new) place->second = registry_.gauge(metric::kLimitTimeToBreach, {account, limited.signal.name});
  publish(place->second, seconds);
}

/// Leaves the series that there are now, with their values.
void Predictions::update(Limited& limited, SampleTime now) {
  const auto values_of = [&](const monitoring::Labels& labels) -> monitoring::RecentValues& {
    return limited.series.try_emplace(labels, kTrendCount, kTrendStep).first->second;
  };
  if (!std::exchange(limited.is_recalled, true)) {
    const SampleTime newest = now - now % kTrendStep;
    const auto past = sources_.engine.range(*limited.expression, sources_.history,
                                            newest - kTrendWindows.front() + kTrendStep, newest,
                                            std::chrono::milliseconds{kTrendStep}, budget());
    for (const auto& series : std::get<monitoring::promql::MatrixValue>(past.value)) {
      for (const Sample& sample : series.samples) {
        if (!std::isnan(sample.value)) values_of(series.labels).put(sample.time, sample.value);
      }
    }
  }

  const auto result = sources_.engine.instant(*limited.expression, sources_.history, now, budget());
  const auto& elements = std::get<monitoring::promql::VectorValue>(result.value);
  if (elements.size() > kMostSeries) throw std::runtime_error("too many series");
  std::map<monitoring::Labels, monitoring::RecentValues> present;
  for (const auto& element : elements) {
    // What a missing threshold makes of its signal.
    if (std::isnan(element.sample.value)) continue;
    values_of(element.labels).put(now, element.sample.value);
    present.insert(limited.series.extract(element.labels));
  }
  limited.series = std::move(present);
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

    std::vector<double> values(watched.recent.values().begin(), watched.recent.values().end());
    const auto usual = monitoring::baseline_of(values, watched.signal.floor, kLeastRecent);
    if (value && usual) score = monitoring::robust_score(*value, *usual);
    if (score && watched.usual_now)
      score = std::min(*score, monitoring::robust_score(*value, *watched.usual_now));
  } catch (const std::runtime_error&) {
    watched.failures.add();
    value.reset();
    score.reset();
  }
  watched.recent.put(now, value.value_or(kMissing));
  publish(watched.value, value);
  publish(watched.score, score);
}

void Predictions::recall_last_hour(SampleTime now) {
  const SampleTime newest = now - now % kRecentStep;
  const SampleTime oldest = newest - static_cast<SampleTime>(kRecentCount - 1) * kRecentStep;
  read_watched(oldest, newest, kRecentStep,
               [](Watched& watched, const Sample& sample) { watched.recent.put(sample.time, sample.value); });
}

void Predictions::look_up_day(SampleTime now) {
  if (days_ == 0) return;
  const SampleTime then = now - ++day_ * kDay;
  read_watched(then - kAroundTimeOfDay, then + kAroundTimeOfDay, kMinute,
               [](Watched& watched, const Sample& sample) { watched.other_days.push_back(sample.value); });
  if (day_ < days_) return;

  day_ = 0;
  for (Watched& watched : watched_) {
    watched.usual_now = monitoring::baseline_of(watched.other_days, watched.signal.floor, kLeastOfTimeOfDay);
    watched.other_days.clear();
  }
}

void Predictions::correlate() {
  std::vector<std::vector<double>> changes;
  for (const Watched& watched : watched_) {
    const auto values = watched.recent.values();
    std::vector<double> minutes;
    for (std::size_t i = kStepsOfMinute - 1; i < values.size(); i += kStepsOfMinute)
      minutes.push_back(values[i]);
    changes.push_back(monitoring::differences(minutes));
  }

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

void Predictions::read_watched(SampleTime from, SampleTime to, SampleTime step,
                               const std::function<void(Watched&, const Sample&)>& take) {
  try {
    const auto result = sources_.engine.range(*all_watched_, sources_.history, from, to,
                                              std::chrono::milliseconds{step}, budget());
    for (const auto& series : std::get<monitoring::promql::MatrixValue>(result.value)) {
      const auto watched =
          std::ranges::find(watched_, series.labels.value("signal"),
                            [](const Watched& each) { return std::string_view{each.signal.name}; });
      if (watched == watched_.end()) continue;  // of another version of the engine
      for (const Sample& sample : series.samples) take(*watched, sample);
    }
  } catch (const std::runtime_error&) {
    for (Watched& watched : watched_) watched.failures.add();
  }
}

}  // namespace vigil::engine
