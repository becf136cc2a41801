#include "risk/correlations.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vigil::risk {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Correlations::Correlations(const CorrelationConfig& config, std::size_t instrument_count)
    : config_(config),
      weight_(std::pow(0.5, static_cast<double>(config.interval.count()) /
                                static_cast<double>(config.half_life.count()))) {
  const std::size_t count = std::min(instrument_count, config.most);
  quoted_.resize(count);
  log_mids_.assign(count, kNone);
  returns_.assign(count, kNone);
  pairs_.resize(count * (count - std::min<std::size_t>(count, 1)) / 2);
}

void Correlations::observe(std::size_t instrument, std::optional<double> log_mid) noexcept {
  const double now = log_mid.value_or(kNone);
  const bool was_quoted = quoted_[instrument] != 0;
  quoted_[instrument] = 0;
  returns_[instrument] = was_quoted ? now - log_mids_[instrument] : kNone;
  log_mids_[instrument] = now;
}

void Correlations::update() noexcept {
  for (std::size_t b = 1; b < returns_.size(); ++b) {
    if (std::isnan(returns_[b])) continue;
    for (std::size_t a = 0; a < b; ++a) {
      if (std::isnan(returns_[a])) continue;
      Pair& pair = pairs_[place(a, b)];
      pair.both = weight_ * pair.both + returns_[a] * returns_[b];
      pair.first = weight_ * pair.first + returns_[a] * returns_[a];
      pair.second = weight_ * pair.second + returns_[b] * returns_[b];
    }
  }
}

std::optional<double> Correlations::coefficient(std::size_t a, std::size_t b) const noexcept {
  if (a == b) return 1;
  const Pair& pair = pairs_[place(std::min(a, b), std::max(a, b))];
  if (!(pair.first > 0) || !(pair.second > 0)) return std::nullopt;
  return std::clamp(pair.both / std::sqrt(pair.first * pair.second), -1.0, 1.0);
}

}  // namespace vigil::risk
