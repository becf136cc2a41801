#include "engine/analysis/market_study.h"

#include <algorithm>
#include <cmath>

#include "engine/analysis/market_study_metrics.h"
#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

/// 990 pairs: a family has a thousand series.
constexpr std::size_t kSymbolsShown = 45;

std::size_t longest(const positions::PerformanceConfig& config) {
  std::size_t most = 1;
  for (const orders::Duration window : config.windows) most = std::max(most, config.periods_of(window));
  return most;
}

}  // namespace

std::string_view MarketStudy::state_word(std::size_t state) noexcept {
  return state < positions::kRegimes ? positions::kRegimeWords[state] : "unknown";
}

MarketStudy::MarketStudy(const MarketStudyConfig& config, const positions::PerformanceConfig& performance,
                         monitoring::Registry& registry, const Subject& subject)
    : config_(config),
      performance_(performance),
      sample_interval_(subject.sample_interval),
      capital_(subject.strategy_capital),
      mids_(subject.symbols.size()),
      correlations_(config.correlations, subject.symbols.size()),
      detector_(config.regimes, subject.sample_interval),
      benchmark_(config.benchmark.instrument.has_value(), config.benchmark.share, performance.risk_free_rate),
      strategies_(subject.strategies.size(), StrategyStudy{0, {}, positions::Alpha(longest(performance))}),
      symbols_shown_(std::min(correlations_.count(), kSymbolsShown)),
      correlation_time_(registry.gauge(metric::kCorrelationTime, {})) {
  declare(registry);
  for (std::size_t b = 1; b < symbols_shown_; ++b) {
    for (std::size_t a = 0; a < b; ++a) {
      coefficients_.push_back(
          registry.gauge(metric::kSymbolCorrelation, {subject.symbols[a], subject.symbols[b]}));
    }
  }
  for (std::size_t state = 0; state < kStates; ++state) {
    active_[state] = registry.gauge(metric::kRegimeActive, {state_word(state)}, state + 1 == kStates ? 1 : 0);
  }
  for (const std::string& strategy : subject.strategies) {
    StrategyGauges& gauges = gauges_.emplace_back();
    for (std::size_t state = 0; state < kStates; ++state) {
      gauges.by_regime[state] = registry.gauge(metric::kRegimePnl, {strategy, state_word(state)}, 0);
    }
    gauges.alpha = registry.gauge(metric::kAlpha, {strategy});
    for (const orders::Duration window : performance.windows) {
      gauges.rates.push_back(registry.gauge(metric::kAlphaRate, {strategy, duration_text(window)}));
    }
  }
}

void MarketStudy::declare(monitoring::Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kMarketStudyAll)
    registry.declare(*definition);
}

void MarketStudy::quote(orders::InstrumentId instrument, orders::MaybePrice bid,
                        orders::MaybePrice ask) noexcept {
  if (index(instrument) >= mids_.size()) return;
  const bool is_whole = bid.has_value() && ask.has_value();
  mids_[index(instrument)] = is_whole ? (orders::Price::from_raw(bid.raw()).to_double() +
                                         orders::Price::from_raw(ask.raw()).to_double()) /
                                            2
                                      : 0;
  if (is_whole) correlations_.quoted(instrument);
}

std::optional<double> MarketStudy::mid(orders::InstrumentId instrument) const noexcept {
  if (index(instrument) >= mids_.size() || !(mids_[index(instrument)] > 0)) return std::nullopt;
  return mids_[index(instrument)];
}

void MarketStudy::sample(orders::Timestamp time) {
  const auto log_mid_of = [this](std::size_t instrument) -> std::optional<double> {
    const auto at = mid(static_cast<orders::InstrumentId>(instrument));
    return at ? std::optional{std::log(*at)} : std::nullopt;
  };
  if (correlations_.sample(time, log_mid_of)) publish_correlations();

  // Samples that were passed over would have seen what this one sees.
  const auto at = mid(config_.regimes.instrument);
  const orders::Duration since = last_sample_ ? time - *last_sample_ : orders::Duration{0};
  detector_.sample(at);
  if (at) detector_.idle(static_cast<std::uint64_t>(std::max<std::int64_t>(since / sample_interval_ - 1, 0)));
  before_ = regime_;
  const auto found = detector_.regime();
  regime_ = found ? static_cast<std::size_t>(*found) : kStates - 1;
  for (std::size_t state = 0; state < kStates; ++state) active_[state].set(state == regime_ ? 1 : 0);

  const double year = orders::seconds_of(performance_.trading_year);
  const auto& instrument = config_.benchmark.instrument;
  benchmark_.sample(instrument ? mid(*instrument) : std::nullopt, orders::seconds_of(since) / year);
  last_sample_ = time;

  const std::int64_t interval = time.time_since_epoch() / performance_.interval;
  intervals_ =
      last_interval_ ? static_cast<std::uint64_t>(std::max<std::int64_t>(interval - *last_interval_, 0)) : 0;
  last_interval_ = std::max(last_interval_.value_or(interval), interval);
}

void MarketStudy::pnl(orders::StrategyId strategy, double value) {
  if (index(strategy) >= strategies_.size()) return;
  StrategyStudy& study = strategies_[index(strategy)];
  StrategyGauges& gauges = gauges_[index(strategy)];
  if (!std::isnan(value)) {
    study.by_regime[before_] += value - std::exchange(study.last_pnl, value);
    gauges.by_regime[before_].set(study.by_regime[before_]);
  }
  const double capital = capital_[index(strategy)];
  const auto growth = benchmark_.growth();
  std::optional<double> alpha;
  if (!std::isnan(value) && capital > 0 && growth) alpha = value - capital * *growth;
  study.alpha.value(alpha, intervals_);
  gauges.alpha.set(alpha);
  if (intervals_ == 0) return;
  for (std::size_t window = 0; window < gauges.rates.size(); ++window) {
    gauges.rates[window].set(alpha_rate(strategy, window));
  }
}

std::optional<double> MarketStudy::alpha_rate(orders::StrategyId strategy,
                                              std::size_t window) const noexcept {
  const std::size_t periods = performance_.periods_of(performance_.windows[window]);
  const auto rate = strategies_[index(strategy)].alpha.rate(periods);
  if (!rate) return std::nullopt;
  return *rate / orders::seconds_of(performance_.interval);
}

void MarketStudy::publish_correlations() {
  std::size_t place = 0;
  for (std::size_t b = 1; b < symbols_shown_; ++b) {
    for (std::size_t a = 0; a < b; ++a) coefficients_[place++].set(correlations_.coefficient(a, b));
  }
  const auto as_of = correlations_.as_of();
  if (as_of) correlation_time_.set(orders::seconds_of(as_of->time_since_epoch()));
}

}  // namespace vigil::engine
