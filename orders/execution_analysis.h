#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "orders/execution_metrics.h"
#include "orders/execution_notes.h"
#include "orders/instrument.h"
#include "orders/markouts.h"

namespace vigil::orders {

struct ExecutionQualityConfig {
  /// Fills that can wait for their horizons at once; what comes beyond has no markouts, and is counted.
  std::size_t pending_fills = 65'536;
  /// What a fill may cost more than expected before the score of the cost surprise rises; basis points.
  double surprise_slack_bp = 0.5;
};

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

/// Measures executions against the market: before them (benchmarks), at them (spreads) and after them
/// (markouts). Told of quotes, fills and ended orders in their order, it keeps sums; memory is bounded. In
/// double from here on: differences are taken of whole numbers and rounded once.
/// Formulas: slippage 10^4 * s(V - B)/B; E/Q 2s(p - mid)/(ask - bid) at arrival; markout 10^4 * s(mid(t+D) -
/// p)/p; effective spread 2s(p - mid(t)), realized 2s(p - mid(t+D)); shortfall as
/// implementation_shortfall(), each part over X*D and times the order's value in USD.
/// One thread; a group of markouts that is seen first allocates.
class ExecutionAnalysis {
 public:
  /// `instruments` outlive it. What settles in another currency than `reporting` needs rate().
  ExecutionAnalysis(const ExecutionQualityConfig& config, ExecutionMetrics& metrics,
                    const std::vector<Instrument>& instruments, CurrencyId reporting,
                    std::size_t strategy_count);

  /// The best bid and ask from `now` on; a side that is not quoted has none.
  void quote(InstrumentId instrument, MaybePrice bid, MaybePrice ask, Timestamp now);
  /// What a unit of the currency is worth in the reporting one from now on; NaN: not known.
  void rate(CurrencyId currency, double usd) noexcept;
  void filled(const FillNote& fill);
  void ended(const OrderEndNote& order);
  /// Horizons that have passed while nothing happened.
  void tick(Timestamp now);

  /// `place`: a venue's, and the last one's for none. Figures of (venue, type) by MetricPlaces.
  [[nodiscard]] const VenueFigures& venue(std::size_t place) const noexcept { return venues_[place]; }
  [[nodiscard]] const BenchmarkFigures& benchmark(std::size_t venue, std::size_t type,
                                                  Benchmark against) const noexcept {
    return benchmarks_[places().by_venue_type(venue, type)][static_cast<std::size_t>(against)];
  }
  [[nodiscard]] const std::vector<MarkoutGroup>& groups() const noexcept { return groups_; }
  /// By symbol (see ExecutionMetrics::spread_rows) and venue.
  [[nodiscard]] const SpreadFigures& spread(std::size_t row, std::size_t venue) const noexcept {
    return spreads_[places().by_symbol_venue(row, venue)];
  }
  /// By StrategyId, the last for orders of none.
  [[nodiscard]] const std::vector<ShortfallFigures>& shortfalls() const noexcept { return shortfalls_; }
  [[nodiscard]] const std::vector<std::array<EdgeFigures, kHorizons>>& edges() const noexcept {
    return edges_;
  }
  [[nodiscard]] const MetricPlaces& places() const noexcept { return metrics_.places(); }
  [[nodiscard]] const ExecutionMetrics& metrics() const noexcept { return metrics_; }
  /// When it was last told anything.
  [[nodiscard]] Timestamp as_of() const noexcept { return now_; }
  [[nodiscard]] std::size_t pending_markouts() const noexcept { return queue_.pending(); }

  template <typename Wire>
  void state(Wire& wire);

 private:
  /// With five horizons each, one less than what a family takes.
  static constexpr std::size_t kMostGroups = 199;

  [[nodiscard]] std::size_t strategy_row(StrategyId id) const noexcept {
    return std::min(index(id), shortfalls_.size() - 1);
  }
  [[nodiscard]] std::uint32_t group_of(VenueId venue, StrategyId strategy, Liquidity liquidity);
  void settle(std::size_t horizon, const PendingMarkout& fill) noexcept;
  /// What an open order's fills came to so far; NaN where one had no rate.
  struct Executed {
    double notional_usd = 0;
    double fees_usd = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(notional_usd);
      wire(fees_usd);
    }
  };
  struct OpenOrder {
    OrderId id = kNoOrder;
    Executed executed;

    template <typename Wire>
    void state(Wire& wire) {
      wire(id);
      wire(executed);
    }
  };
  void add_up(OrderId order, const FillNote& fill);
  [[nodiscard]] Executed take_executed(OrderId order);
  void measure_arrival(const FillNote& fill) noexcept;
  void surprise(VenueFigures& venue, std::size_t place, double realized, double half_spread,
                Liquidity liquidity) noexcept;
  void watch(const FillNote& fill);
  void compare(const OrderEndNote& order, const Executed& executed, Benchmark against,
               std::optional<TwiceMid> twice_benchmark) noexcept;
  void measure_shortfall(const OrderEndNote& order, const Executed& executed) noexcept;
  [[nodiscard]] double value_usd(InstrumentId instrument, std::int64_t price,
                                 Quantity quantity) const noexcept;

  ExecutionQualityConfig config_;
  ExecutionMetrics& metrics_;
  Timestamp now_{};
  const std::vector<Instrument>& instruments_;
  CurrencyId reporting_;
  std::vector<double> rates_;                  ///< by CurrencyId
  std::vector<std::optional<TwiceMid>> mids_;  ///< by InstrumentId
  MarkoutQueue queue_;
  std::map<OrderId, Executed> open_;  ///< the oldest first
  std::unordered_map<std::uint64_t, std::uint32_t> group_places_;
  std::vector<MarkoutGroup> groups_;
  std::vector<RunningMean> slippages_;                                 ///< [symbol][venue][type]
  std::vector<std::array<BenchmarkFigures, kBenchmarks>> benchmarks_;  ///< [venue][type]
  std::vector<VenueFigures> venues_;
  std::vector<SpreadFigures> spreads_;  ///< [symbol][venue]
  std::vector<ShortfallFigures> shortfalls_;
  std::vector<std::array<EdgeFigures, kHorizons>> edges_;  ///< by strategy
};

template <typename Wire>
void ExecutionAnalysis::state(Wire& wire) {
  wire(now_);
  wire(rates_);
  wire(mids_);
  wire(queue_);
  std::vector<OpenOrder> open;
  if constexpr (!Wire::kReads) {
    for (const auto& [id, executed] : open_) open.push_back({id, executed});
  }
  constexpr std::size_t kMostOpen = 10'000'000;  // whatever the bound was when it was written
  wire.list(open, kMostOpen);
  if constexpr (Wire::kReads) {
    open_.clear();
    for (const OpenOrder& each : open) open_.emplace(each.id, each.executed);
  }
  wire.list(groups_, kMostGroups + 1);
  if constexpr (Wire::kReads) {
    group_places_.clear();
    std::vector<MarkoutGroup> read = std::move(groups_);
    groups_.clear();
    for (const MarkoutGroup& group : read) {
      const std::uint32_t place = group_of(group.venue, group.strategy, group.liquidity);
      groups_[place] = group;
    }
  }
  wire(slippages_);
  wire(benchmarks_);
  wire(venues_);
  wire(spreads_);
  wire(shortfalls_);
  wire(edges_);
}

}  // namespace vigil::orders
