#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "orders/execution_figures.h"
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

  /// All that was added up since the start.
  [[nodiscard]] const ExecutionFigures& figures() const noexcept { return figures_; }
  /// When it was last told anything.
  [[nodiscard]] Timestamp as_of() const noexcept { return now_; }
  [[nodiscard]] std::size_t pending_markouts() const noexcept { return queue_.pending(); }

  template <typename Wire>
  void state(Wire& wire);

 private:
  [[nodiscard]] const MetricPlaces& places() const noexcept { return metrics_.places(); }
  [[nodiscard]] std::size_t strategy_row(StrategyId id) const noexcept {
    return std::min(index(id), figures_.shortfalls.size() - 1);
  }
  [[nodiscard]] std::uint32_t group_of(VenueId venue, StrategyId strategy, Liquidity liquidity);
  void settle(std::size_t horizon, const PendingMarkout& fill) noexcept;
  /// What an open order's fills came to so far; NaN where one had no rate.
  struct Executed {
    Quantity quantity{};
    double notional_usd = 0;
    double fees_usd = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(quantity);
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
  [[nodiscard]] Executed take_executed(const OrderEndNote& order);
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
  ExecutionFigures figures_;
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
  wire(figures_);
  if constexpr (Wire::kReads) {
    group_places_.clear();
    std::vector<MarkoutGroup> read = std::move(figures_.groups);
    figures_.groups.clear();
    for (const MarkoutGroup& group : read) {
      const std::uint32_t place = group_of(group.venue, group.strategy, group.liquidity);
      figures_.groups[place] = group;
    }
  }
}

}  // namespace vigil::orders
