#include "orders/execution_metrics.h"

#include <span>

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, 3> kCostWords{"spread", "slippage", "fees"};
constexpr std::string_view kNoStrategyName = "none";
constexpr std::string_view kOther = "other";

}  // namespace

void ExecutionMetrics::declare(monitoring::Registry& registry) {
  for (const monitoring::MetricDefinition* definition : metric::kExecutionAll) registry.declare(*definition);
}

ExecutionMetrics::ExecutionMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                                   const std::vector<std::string>& venues,
                                   const std::vector<std::string>& strategies,
                                   const std::vector<double>& order_size_bounds)
    : registry_(registry), places_(symbols, venues), strategies_(strategies) {
  declare(registry);
  quality_rows_ = places_.rows_for(venues.size() * kTypeLabels);
  spread_rows_ = places_.rows_for(venues.size() * kHorizons);

  const std::size_t qualities = quality_rows_.count() * places_.venue_count() * kTypeLabels;
  slippages_.resize(qualities);
  improvements_.resize(qualities);
  fill_qualities_.resize(qualities);
  spread_ratios_.resize(qualities);
  mean_slippages_.resize(qualities);
  missing_benchmarks_.resize(quality_rows_.count());
  places_.each_symbol(quality_rows_, [&](std::size_t row, std::string_view symbol) {
    for (const Benchmark against : {Benchmark::Decision, Benchmark::Arrival, Benchmark::Touch}) {
      const auto b = static_cast<std::size_t>(against);
      missing_benchmarks_[row][b] = registry.counter(metric::kMissingBenchmark, {symbol, kBenchmarkWords[b]});
    }
    for (std::size_t v = 0; v < venues.size(); ++v) {
      for (std::size_t t = 0; t < kTypeLabels; ++t) {
        const std::array<std::string_view, 3> values{symbol, kTypeLabelWords[t], venues[v]};
        const std::size_t place = places_.by_symbol_venue_type(row, v, t);
        slippages_[place] = registry.histogram(metric::kSlippage, values);
        improvements_[place] = registry.histogram(metric::kPriceImprovement, values);
        fill_qualities_[place] = registry.histogram(metric::kFillQuality, values);
        spread_ratios_[place] = registry.histogram(metric::kEffectiveSpreadRatio, values);
        mean_slippages_[place] = registry.gauge(metric::kMeanSlippage, values);
      }
    }
  });

  const std::size_t by_type = places_.venue_count() * kTypeLabels;
  benchmarks_.resize(by_type);
  costs_.resize(by_type);
  first_fills_.resize(by_type);
  full_fills_.resize(by_type);
  surprises_.resize(places_.venue_count());
  for (std::size_t v = 0; v < venues.size(); ++v) {
    surprises_[v] = {registry.gauge(metric::kCostSurprise, {venues[v]}),
                     registry.gauge(metric::kCostSurpriseScore, {venues[v]}, 0)};
    for (std::size_t t = 0; t < kTypeLabels; ++t) {
      const std::size_t place = places_.by_venue_type(v, t);
      for (std::size_t b = 0; b < kBenchmarks; ++b) {
        const std::array<std::string_view, 3> values{venues[v], kTypeLabelWords[t], kBenchmarkWords[b]};
        benchmarks_[place][b] = {registry.histogram(metric::kBenchmarkSlippage, values),
                                 registry.histogram(metric::kBenchmarkImprovement, values),
                                 registry.gauge(metric::kBenchmarkMean, values)};
      }
      for (std::size_t c = 0; c < kCostWords.size(); ++c) {
        costs_[place][c] = registry.histogram(metric::kCost, {venues[v], kTypeLabelWords[t], kCostWords[c]});
      }
      first_fills_[place] = registry.histogram(metric::kTimeToFirstFill, {venues[v], kTypeLabelWords[t]});
      full_fills_[place] = registry.histogram(metric::kTimeToFullFill, {venues[v], kTypeLabelWords[t]});
    }
  }

  const std::size_t spreads = spread_rows_.count() * places_.venue_count();
  effective_spreads_.resize(spreads);
  realized_spreads_.resize(spreads);
  impacts_.resize(spreads);
  places_.each_symbol(spread_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < venues.size(); ++v) {
      const std::size_t place = places_.by_symbol_venue(row, v);
      effective_spreads_[place] = registry.gauge(metric::kEffectiveSpread, {symbol, venues[v]});
      for (std::size_t h = 0; h < kHorizons; ++h) {
        realized_spreads_[place][h] =
            registry.gauge(metric::kRealizedSpread, {symbol, venues[v], kHorizonWords[h]});
        impacts_[place][h] = registry.gauge(metric::kPriceImpact, {symbol, venues[v], kHorizonWords[h]});
      }
    }
  });

  shortfalls_.resize(strategies.size() + 1);
  edge_decays_.resize(strategies.size() + 1);
  for (std::size_t s = 0; s <= strategies.size(); ++s) {
    for (std::size_t part = 0; part < kShortfallParts; ++part) {
      shortfalls_[s].usd[part] =
          registry.gauge(metric::kShortfallUsd, {strategy_name(s), kShortfallWords[part]}, 0);
      shortfalls_[s].basis_points[part] =
          registry.gauge(metric::kShortfallBasisPoints, {strategy_name(s), kShortfallWords[part]});
    }
    for (std::size_t h = 0; h < kHorizons; ++h) {
      edge_decays_[s][h] = registry.gauge(metric::kEdgeDecay, {strategy_name(s), kHorizonWords[h]});
    }
  }
  for (std::size_t h = 0; h < kHorizons; ++h) {
    missing_markouts_[h] = registry.counter(metric::kMarkoutsMissing, {kHorizonWords[h]});
  }
  pending_markouts_ = registry.gauge(metric::kMarkoutsPending, {}, 0);
  incomplete_orders_ = registry.counter(metric::kIncompleteOrders, {});
  wire_sizes(order_size_bounds);
}

void ExecutionMetrics::wire_sizes(const std::vector<double>& bounds) {
  const std::span<const double> used =
      bounds.empty() ? std::span<const double>{metric::kOrderSizeBounds} : std::span{bounds};
  size_rows_ = places_.rows_for(places_.venues().size() * kSides);
  sizes_.resize(size_rows_.count() * places_.venue_count());
  places_.each_symbol(size_rows_, [&](std::size_t row, std::string_view symbol) {
    for (std::size_t v = 0; v < places_.venues().size(); ++v) {
      for (const Side side : {Side::Buy, Side::Sell}) {
        const std::array<std::string_view, 3> values{places_.venues()[v], symbol, to_string(side)};
        sizes_[places_.by_symbol_venue(row, v)][static_cast<std::size_t>(side)] =
            registry_.histogram(metric::kOrderSize, values, used);
      }
    }
  });
}

std::string_view ExecutionMetrics::strategy_name(std::size_t row) const noexcept {
  return row < strategies_.size() ? std::string_view{strategies_[row]} : kNoStrategyName;
}

void ExecutionMetrics::open_group(std::size_t group, VenueId venue, StrategyId strategy,
                                  Liquidity liquidity) {
  if (markouts_.size() <= group) {
    markouts_.resize(group + 1);
    mean_markouts_.resize(group + 1);
  }
  const std::string_view venue_name =
      index(venue) < places_.venues().size() ? std::string_view{places_.venues()[index(venue)]} : kOther;
  for (std::size_t h = 0; h < kHorizons; ++h) {
    const std::array<std::string_view, 4> values{venue_name, strategy_name(index(strategy)),
                                                 to_string(liquidity), kHorizonWords[h]};
    markouts_[group][h] = registry_.histogram(metric::kMarkout, values);
    mean_markouts_[group][h] = registry_.gauge(metric::kMarkoutMean, values);
  }
}

void ExecutionMetrics::slippage(std::size_t place, double basis_points, double mean) noexcept {
  slippages_[place].observe(basis_points > 0 ? basis_points : 0);
  improvements_[place].observe(basis_points < 0 ? -basis_points : 0);
  mean_slippages_[place].set(mean);
}

void ExecutionMetrics::benchmark(std::size_t place, Benchmark against, double basis_points,
                                 double mean) noexcept {
  BenchmarkSeries& series = benchmarks_[place][static_cast<std::size_t>(against)];
  series.slippage.observe(basis_points > 0 ? basis_points : 0);
  series.improvement.observe(basis_points < 0 ? -basis_points : 0);
  series.mean.set(mean);
}

void ExecutionMetrics::missing_benchmark(InstrumentId instrument, Benchmark against) noexcept {
  missing_benchmarks_[quality_rows_.row(instrument)][static_cast<std::size_t>(against)].add();
}

void ExecutionMetrics::cost(std::size_t place, double spread, double slippage, double fees) noexcept {
  auto& [of_spread, of_slippage, of_fees] = costs_[place];
  of_spread.observe(spread);
  of_slippage.observe(slippage);
  of_fees.observe(fees);
}

void ExecutionMetrics::realized_spread(std::size_t place, std::size_t horizon, double realized,
                                       double impact) noexcept {
  realized_spreads_[place][horizon].set(realized);
  impacts_[place][horizon].set(impact);
}

void ExecutionMetrics::shortfall(std::size_t row, ShortfallPart part, double usd,
                                 double basis_points) noexcept {
  shortfalls_[row].usd[static_cast<std::size_t>(part)].set(usd);
  shortfalls_[row].basis_points[static_cast<std::size_t>(part)].set(basis_points);
}

void ExecutionMetrics::surprise(std::size_t venue, double mean, double score) noexcept {
  surprises_[venue].mean.set(mean);
  surprises_[venue].score.set(score);
}

void ExecutionMetrics::edge_decay(std::size_t row, std::size_t horizon,
                                  std::optional<double> ratio) noexcept {
  edge_decays_[row][horizon].set(ratio);
}

}  // namespace vigil::orders
