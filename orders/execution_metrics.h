#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/enums.h"
#include "orders/execution_catalogue.h"
#include "orders/markouts.h"
#include "orders/metric_places.h"

namespace vigil::orders {

/// What an order's average fill price is compared with.
enum class Benchmark : std::uint8_t {
  Decision,  ///< the mid when it was decided
  Arrival,   ///< the mid when it left the engine
  Touch,     ///< the far side then: what it would have paid at once
  Limit,     ///< its own limit
};
inline constexpr std::size_t kBenchmarks = 4;
inline constexpr std::array<std::string_view, kBenchmarks> kBenchmarkWords{"decision", "arrival", "touch",
                                                                           "limit"};

enum class ShortfallPart : std::uint8_t { Delay, Execution, Opportunity, Fees };
inline constexpr std::size_t kShortfallParts = 4;
inline constexpr std::array<std::string_view, kShortfallParts> kShortfallWords{"delay", "execution",
                                                                               "opportunity", "fees"};

inline constexpr std::size_t kLiquidities = 3;  ///< by Liquidity

/// The series of execution quality, in dense arrays by MetricPlaces. Publishes what it is told; the figures
/// are ExecutionAnalysis'. One thread.
class ExecutionMetrics {
 public:
  /// `symbols` by InstrumentId, `venues` by VenueId, `strategies` by StrategyId; orders of none count under
  /// strategy="none". `order_size_bounds` empty = those of the definition.
  ExecutionMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                   const std::vector<std::string>& venues, const std::vector<std::string>& strategies,
                   const std::vector<double>& order_size_bounds = {});
  /// All families, without series.
  static void declare(monitoring::Registry& registry);

  [[nodiscard]] const MetricPlaces& places() const noexcept { return places_; }
  [[nodiscard]] const MetricPlaces::SymbolRows& quality_rows() const noexcept { return quality_rows_; }
  [[nodiscard]] const MetricPlaces::SymbolRows& spread_rows() const noexcept { return spread_rows_; }
  [[nodiscard]] const MetricPlaces::SymbolRows& size_rows() const noexcept { return size_rows_; }

  /// `place`: by_symbol_venue of size_rows().
  void order_size(std::size_t place, Side side, double usd) noexcept {
    sizes_[place][static_cast<std::size_t>(side)].observe(usd);
  }
  void incomplete_order() noexcept { incomplete_orders_.add(); }
  /// `place`: by_symbol_venue_type of quality_rows().
  void slippage(std::size_t place, double basis_points, double mean) noexcept;
  /// `place`: by_venue_type.
  void benchmark(std::size_t place, Benchmark against, double basis_points, double mean) noexcept;
  void missing_benchmark(InstrumentId instrument, Benchmark against) noexcept;
  void fill_quality(std::size_t place, double ratio) noexcept { fill_qualities_[place].observe(ratio); }
  void spread_ratio(std::size_t place, double ratio) noexcept { spread_ratios_[place].observe(ratio); }
  /// `place`: by_venue_type.
  void cost(std::size_t place, double spread, double slippage, double fees) noexcept;
  void time_to_first_fill(std::size_t place, Duration after) noexcept { first_fills_[place].observe(after); }
  void time_to_full_fill(std::size_t place, Duration after) noexcept { full_fills_[place].observe(after); }

  /// A group of fills whose markouts are counted together: its series come to be with its first fill.
  void open_group(std::size_t group, VenueId venue, StrategyId strategy, Liquidity liquidity);
  void markout(std::size_t group, std::size_t horizon, double basis_points, double mean) noexcept {
    markouts_[group][horizon].observe(basis_points);
    mean_markouts_[group][horizon].set(mean);
  }
  void markouts_missing(std::size_t horizon) noexcept { missing_markouts_[horizon].add(); }
  void markouts_pending(std::size_t fills) noexcept { pending_markouts_.set(static_cast<double>(fills)); }

  /// `place`: by_symbol_venue of spread_rows().
  void effective_spread(std::size_t place, double basis_points) noexcept {
    effective_spreads_[place].set(basis_points);
  }
  void realized_spread(std::size_t place, std::size_t horizon, double realized, double impact) noexcept;
  /// `row`: by StrategyId, the last for orders of none.
  void shortfall(std::size_t row, ShortfallPart part, double usd, double basis_points) noexcept;
  void surprise(std::size_t venue, double mean, double score) noexcept;
  void edge_decay(std::size_t row, std::size_t horizon, std::optional<double> ratio) noexcept;

 private:
  void wire_sizes(const std::vector<double>& bounds);
  [[nodiscard]] std::string_view strategy_name(std::size_t row) const noexcept;

  monitoring::Registry& registry_;
  MetricPlaces places_;
  std::vector<std::string> strategies_;
  MetricPlaces::SymbolRows quality_rows_;
  MetricPlaces::SymbolRows spread_rows_;
  MetricPlaces::SymbolRows size_rows_;

  static constexpr std::size_t kSides = 2;
  std::vector<std::array<monitoring::Histogram, kSides>> sizes_;  ///< [symbol][venue]
  monitoring::Counter incomplete_orders_;

  std::vector<monitoring::Histogram> slippages_;  ///< [symbol][venue][type], as the next four
  std::vector<monitoring::Histogram> improvements_;
  std::vector<monitoring::Histogram> fill_qualities_;
  std::vector<monitoring::Histogram> spread_ratios_;
  std::vector<monitoring::Gauge> mean_slippages_;
  std::vector<std::array<monitoring::Counter, kBenchmarks>> missing_benchmarks_;  ///< [symbol]
  struct BenchmarkSeries {
    monitoring::Histogram slippage;
    monitoring::Histogram improvement;
    monitoring::Gauge mean;
  };
  std::vector<std::array<BenchmarkSeries, kBenchmarks>> benchmarks_;    ///< [venue][type], as the next
  std::vector<std::array<monitoring::Histogram, 3>> costs_;             ///< spread, slippage, fees
  std::vector<monitoring::Histogram> first_fills_;                      ///< [venue][type]
  std::vector<monitoring::Histogram> full_fills_;                       ///< [venue][type]
  std::vector<std::array<monitoring::Histogram, kHorizons>> markouts_;  ///< by group
  std::vector<std::array<monitoring::Gauge, kHorizons>> mean_markouts_;
  std::array<monitoring::Counter, kHorizons> missing_markouts_;
  monitoring::Gauge pending_markouts_;
  std::vector<monitoring::Gauge> effective_spreads_;                        ///< [symbol][venue]
  std::vector<std::array<monitoring::Gauge, kHorizons>> realized_spreads_;  ///< [symbol][venue]
  std::vector<std::array<monitoring::Gauge, kHorizons>> impacts_;           ///< [symbol][venue]
  struct Shortfall {
    std::array<monitoring::Gauge, kShortfallParts> usd;
    std::array<monitoring::Gauge, kShortfallParts> basis_points;
  };
  std::vector<Shortfall> shortfalls_;  ///< by strategy
  struct Surprise {
    monitoring::Gauge mean;
    monitoring::Gauge score;
  };
  std::vector<Surprise> surprises_;                                    ///< by venue
  std::vector<std::array<monitoring::Gauge, kHorizons>> edge_decays_;  ///< by strategy
};

}  // namespace vigil::orders
