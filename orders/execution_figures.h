#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "orders/enums.h"
#include "orders/execution_metrics.h"
#include "orders/ids.h"
#include "orders/markouts.h"
#include "orders/metric_places.h"

namespace vigil::orders {

// What has been seen so far. Sums and counts: a mean is their quotient, taken when somebody reads it. Basis
// points, positive = cost, unless it says otherwise.

struct RunningMean {
  double sum = 0;
  std::uint64_t count = 0;

  void add(double value) noexcept {
    sum += value;
    ++count;
  }
  [[nodiscard]] std::optional<double> mean() const noexcept {
    if (count == 0) return std::nullopt;
    return sum / static_cast<double>(count);
  }
  template <typename Wire>
  void state(Wire& wire) {
    wire(sum);
    wire(count);
  }
};

/// A mean over orders, and one weighted by what was traded.
struct BenchmarkFigures {
  RunningMean orders;
  double weighted = 0;  ///< sum of basis points * executed USD
  double usd = 0;       ///< sum of executed USD

  template <typename Wire>
  void state(Wire& wire) {
    wire(orders);
    wire(weighted);
    wire(usd);
  }
};

/// Fills of one venue, strategy and liquidity.
struct MarkoutGroup {
  VenueId venue = kNoVenue;
  StrategyId strategy = kNoStrategy;
  Liquidity liquidity = Liquidity::Unknown;
  bool is_other = false;                        ///< what found no group of its own
  std::array<RunningMean, kHorizons> markouts;  ///< positive = good

  template <typename Wire>
  void state(Wire& wire) {
    wire(venue);
    wire(strategy);
    wire.choice(liquidity, Liquidity::Taker);
    wire(is_other);
    wire(markouts);
  }
};

/// Weighted by quantity: spreads are sums of quantity * price differences, `mid` of quantity * mid at the
/// fill.
struct SpreadFigures {
  double effective = 0;
  double mid = 0;

  struct AtHorizon {
    double effective = 0;  ///< of the fills whose horizon was seen
    double realized = 0;
    double mid = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(effective);
      wire(realized);
      wire(mid);
    }
  };
  std::array<AtHorizon, kHorizons> horizons;

  template <typename Wire>
  void state(Wire& wire) {
    wire(effective);
    wire(mid);
    wire(horizons);
  }
};

struct ShortfallFigures {
  std::array<double, kShortfallParts> usd{};  ///< by ShortfallPart
  double ordered_usd = 0;
  std::uint64_t orders = 0;

  template <typename Wire>
  void state(Wire& wire) {
    wire(usd);
    wire(ordered_usd);
    wire(orders);
  }
};

/// One venue's executions.
struct VenueFigures {
  std::uint64_t orders = 0;  ///< sent, and ended
  std::uint64_t filled = 0;  ///< whole
  std::uint64_t rejected = 0;
  std::uint64_t fills = 0;
  double notional_usd = 0;
  double fees_usd = 0;
  double arrival_cost_usd = 0;      ///< against the arrival mid, of fills with one
  double arrival_notional_usd = 0;  ///< of those
  RunningMean spread_ratio;         ///< E/Q per fill
  RunningMean seconds_to_first_fill;
  RunningMean surprise;
  double surprise_score = 0;

  template <typename Wire>
  void state(Wire& wire) {
    wire(orders);
    wire(filled);
    wire(rejected);
    wire(fills);
    wire(notional_usd);
    wire(fees_usd);
    wire(arrival_cost_usd);
    wire(arrival_notional_usd);
    wire(spread_ratio);
    wire(seconds_to_first_fill);
    wire(surprise);
    wire(surprise_score);
  }
};

/// Edge at the fill and markout after a horizon, of fills that have both.
struct EdgeFigures {
  double at_fill = 0;
  double at_horizon = 0;
  std::uint64_t fills = 0;

  /// Nothing while the edge at the fill is not positive.
  [[nodiscard]] std::optional<double> decay() const noexcept {
    if (!(at_fill > 0)) return std::nullopt;
    return at_horizon / at_fill;
  }
  template <typename Wire>
  void state(Wire& wire) {
    wire(at_fill);
    wire(at_horizon);
    wire(fills);
  }
};

/// Everything that executions are measured by, added up. It is sums and counts: what came between two moments
/// is the difference of what there was at each.
struct ExecutionFigures {
  /// With five horizons each, one less than what a family of series takes; the rest share one more.
  static constexpr std::size_t kMostGroups = 199;

  explicit ExecutionFigures(const ExecutionMetrics& metrics, std::size_t strategy_count);

  MetricPlaces::SymbolRows quality_rows;
  MetricPlaces::SymbolRows spread_rows;
  std::size_t venue_count;             ///< with the one for none
  std::vector<MarkoutGroup> groups;    ///< in the order in which they were seen first
  std::vector<RunningMean> slippages;  ///< [symbol][venue][type]
  std::vector<std::array<BenchmarkFigures, kBenchmarks>> benchmarks;  ///< [venue][type]
  std::vector<VenueFigures> venues;                                   ///< the last one's for none
  std::vector<SpreadFigures> spreads;                                 ///< [symbol][venue]
  std::vector<ShortfallFigures> shortfalls;                           ///< by StrategyId, the last for none
  std::vector<std::array<EdgeFigures, kHorizons>> edges;              ///< by StrategyId, the last for none

  [[nodiscard]] const BenchmarkFigures& benchmark(std::size_t venue, std::size_t type,
                                                  Benchmark against) const noexcept {
    return benchmarks[venue * kTypeLabels + type][static_cast<std::size_t>(against)];
  }
  /// By symbol (see spread_rows) and venue.
  [[nodiscard]] const SpreadFigures& spread(std::size_t row, std::size_t venue) const noexcept {
    return spreads[row * venue_count + venue];
  }

  /// What came after `earlier`, which these grew out of. A score that is no sum (the cost surprise's) is as
  /// it is now.
  [[nodiscard]] ExecutionFigures since(const ExecutionFigures& earlier) const;

  template <typename Wire>
  void state(Wire& wire) {
    wire.list(groups, kMostGroups + 1);
    wire(slippages);
    wire(benchmarks);
    wire(venues);
    wire(spreads);
    wire(shortfalls);
    wire(edges);
  }
};

}  // namespace vigil::orders
