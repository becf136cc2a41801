#include "orders/execution_figures.h"

namespace vigil::orders {
namespace {

void take_away(RunningMean& from, const RunningMean& part) noexcept {
  from.sum -= part.sum;
  from.count -= part.count;
}

void take_away(BenchmarkFigures& from, const BenchmarkFigures& part) noexcept {
  take_away(from.orders, part.orders);
  from.weighted -= part.weighted;
  from.usd -= part.usd;
}

void take_away(MarkoutGroup& from, const MarkoutGroup& part) noexcept {
  for (std::size_t h = 0; h < kHorizons; ++h) take_away(from.markouts[h], part.markouts[h]);
}

void take_away(SpreadFigures& from, const SpreadFigures& part) noexcept {
  from.effective -= part.effective;
  from.mid -= part.mid;
  for (std::size_t h = 0; h < kHorizons; ++h) {
    from.horizons[h].effective -= part.horizons[h].effective;
    from.horizons[h].realized -= part.horizons[h].realized;
    from.horizons[h].mid -= part.horizons[h].mid;
  }
}

void take_away(ShortfallFigures& from, const ShortfallFigures& part) noexcept {
  for (std::size_t i = 0; i < kShortfallParts; ++i) from.usd[i] -= part.usd[i];
  from.ordered_usd -= part.ordered_usd;
  from.orders -= part.orders;
}

void take_away(VenueFigures& from, const VenueFigures& part) noexcept {
  from.orders -= part.orders;
  from.filled -= part.filled;
  from.rejected -= part.rejected;
  from.fills -= part.fills;
  from.notional_usd -= part.notional_usd;
  from.fees_usd -= part.fees_usd;
  from.arrival_cost_usd -= part.arrival_cost_usd;
  from.arrival_notional_usd -= part.arrival_notional_usd;
  take_away(from.spread_ratio, part.spread_ratio);
  take_away(from.seconds_to_first_fill, part.seconds_to_first_fill);
  take_away(from.surprise, part.surprise);
}

void take_away(EdgeFigures& from, const EdgeFigures& part) noexcept {
  from.at_fill -= part.at_fill;
  from.at_horizon -= part.at_horizon;
  from.fills -= part.fills;
}

template <typename T, std::size_t N>
void take_away(std::array<T, N>& from, const std::array<T, N>& part) noexcept {
  for (std::size_t i = 0; i < N; ++i) take_away(from[i], part[i]);
}

/// What `part` does not have yet came later.
template <typename T>
void take_away(std::vector<T>& from, const std::vector<T>& part) noexcept {
  for (std::size_t i = 0; i < from.size() && i < part.size(); ++i) take_away(from[i], part[i]);
}

}  // namespace

ExecutionFigures::ExecutionFigures(const ExecutionMetrics& metrics, std::size_t strategy_count)
    : quality_rows(metrics.quality_rows()),
      spread_rows(metrics.spread_rows()),
      venue_count(metrics.places().venue_count()),
      slippages(quality_rows.count() * venue_count * kTypeLabels),
      benchmarks(venue_count * kTypeLabels),
      venues(venue_count),
      spreads(spread_rows.count() * venue_count),
      shortfalls(strategy_count + 1),
      edges(strategy_count + 1) {}

ExecutionFigures ExecutionFigures::since(const ExecutionFigures& earlier) const {
  ExecutionFigures later = *this;
  take_away(later.groups, earlier.groups);
  take_away(later.slippages, earlier.slippages);
  take_away(later.benchmarks, earlier.benchmarks);
  take_away(later.venues, earlier.venues);
  take_away(later.spreads, earlier.spreads);
  take_away(later.shortfalls, earlier.shortfalls);
  take_away(later.edges, earlier.edges);
  return later;
}

}  // namespace vigil::orders
