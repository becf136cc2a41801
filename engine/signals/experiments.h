#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// Strategies that share a market to be compared: each instrument is given to one of them for a while.
struct ExperimentConfig {
  std::string name;
  std::vector<orders::StrategyId> variants;         ///< two or more; a strategy is in one experiment at most
  orders::Duration slot = std::chrono::minutes{1};  ///< for how long
};

/// Who may trade what now. Slots begin at whole multiples of their length since 1970; the variant of a slot
/// is drawn by a hash of experiment, instrument and slot, each as likely as the others, so that a replay
/// draws the same and nobody can choose. A strategy that has not been given the instrument looks on and takes
/// back what rests, but sends no new order; what it holds it keeps until the instrument is its again. Core
/// thread only.
class Experiments {
 public:
  Experiments(const std::vector<ExperimentConfig>& config, const std::vector<std::string>& strategies,
              std::size_t instrument_count, monitoring::Registry& registry);
  static void declare(monitoring::Registry& registry);

  /// A quote of the instrument: what begins a slot is counted.
  void quoted(orders::InstrumentId instrument, orders::Timestamp now) noexcept;
  /// True for a strategy of no experiment.
  [[nodiscard]] bool may_trade(orders::StrategyId strategy, orders::InstrumentId instrument,
                               orders::Timestamp now) const noexcept {
    const Place& place = places_[index(strategy)];
    return place.experiment == kNone || drawn(place.experiment, instrument, now) == place.variant;
  }
  /// P&L of a strategy since the start, in the reporting currency; nothing: not known.
  void pnl(orders::StrategyId strategy, std::optional<double> pnl) noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    constexpr std::size_t kMost = std::size_t{1} << 24U;
    std::vector<std::int64_t> slots = slots_;
    wire.list(slots, kMost);
    // Of other experiments now: the slot that is begun is counted once more.
    if (slots.size() == slots_.size()) slots_ = std::move(slots);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  struct Place {
    std::uint32_t experiment = kNone;
    std::uint32_t variant = 0;
  };
  struct Variant {
    monitoring::Counter assignments;
    monitoring::Gauge pnl;
  };

  [[nodiscard]] std::uint32_t drawn(std::uint32_t experiment, orders::InstrumentId instrument,
                                    orders::Timestamp now) const noexcept;

  std::vector<ExperimentConfig> config_;
  std::vector<std::uint64_t> seeds_;          ///< by experiment
  std::vector<Place> places_;                 ///< by strategy
  std::vector<std::vector<Variant>> series_;  ///< by experiment
  std::size_t instruments_;
  std::vector<std::int64_t> slots_;  ///< last begun, by experiment and instrument
};

}  // namespace vigil::engine
