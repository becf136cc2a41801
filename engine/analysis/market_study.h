#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/execution_notes.h"
#include "orders/ids.h"
#include "positions/alpha.h"
#include "positions/performance_analysis.h"
#include "positions/regimes.h"
#include "risk/correlations.h"

namespace vigil::engine {

struct BenchmarkConfig {
  std::optional<orders::InstrumentId> instrument;  ///< none: the risk-free rate of performance
  double share = 1;                                ///< of the capital that is in it
};

struct MarketStudyConfig {
  risk::CorrelationConfig correlations;
  positions::RegimeConfig regimes;
  BenchmarkConfig benchmark;
};

/// What the market did, and what strategies made of it: correlations, the regime, alpha. Told of quotes and
/// of samples: sample(time), then the P&L of every strategy at it. One thread.
class MarketStudy {
 public:
  /// The regimes and, last, none known: their P&L adds up to all of it.
  static constexpr std::size_t kStates = positions::kRegimes + 1;
  [[nodiscard]] static std::string_view state_word(std::size_t state) noexcept;

  struct Subject {
    const std::vector<std::string>& symbols;
    const std::vector<std::string>& strategies;
    const std::vector<double>& strategy_capital;  ///< in the reporting currency; 0: none
    orders::Duration sample_interval;
  };
  MarketStudy(const MarketStudyConfig& config, const positions::PerformanceConfig& performance,
              monitoring::Registry& registry, const Subject& subject);
  static void declare(monitoring::Registry& registry);

  void quote(orders::InstrumentId instrument, orders::MaybePrice bid, orders::MaybePrice ask) noexcept;
  void sample(orders::Timestamp time);
  /// In the reporting currency; NaN: not known.
  void pnl(orders::StrategyId strategy, double value);

  [[nodiscard]] const risk::Correlations& correlations() const noexcept { return correlations_; }
  [[nodiscard]] const risk::CorrelationConfig& correlation_config() const noexcept {
    return config_.correlations;
  }
  /// Place of the state that the market is in, see state_word().
  [[nodiscard]] std::size_t regime() const noexcept { return regime_; }
  /// Deviation now over the usual one.
  [[nodiscard]] std::optional<double> regime_ratio() const noexcept { return detector_.ratio(); }
  [[nodiscard]] double regime_pnl(orders::StrategyId strategy, std::size_t state) const noexcept {
    return strategies_[index(strategy)].by_regime[state];
  }
  [[nodiscard]] std::optional<double> alpha(orders::StrategyId strategy) const noexcept {
    return strategies_[index(strategy)].alpha.now();
  }
  /// Reporting currency a second, by place of the window in performance.windows.
  [[nodiscard]] std::optional<double> alpha_rate(orders::StrategyId strategy,
                                                 std::size_t window) const noexcept;
  [[nodiscard]] std::optional<double> benchmark_growth() const noexcept { return benchmark_.growth(); }

  template <typename Wire>
  void state(Wire& wire) {
    wire(mids_);
    wire(correlations_);
    wire(detector_);
    wire(benchmark_);
    wire(regime_);
    wire(before_);
    if (regime_ >= kStates || before_ >= kStates) regime_ = before_ = kStates - 1;
    wire(strategies_);
    wire(last_sample_);
    wire(last_interval_);
    wire(intervals_);
  }

 private:
  struct StrategyStudy {
    double last_pnl = 0;
    std::array<double, kStates> by_regime{};
    positions::Alpha alpha;

    template <typename Wire>
    void state(Wire& wire) {
      wire(last_pnl);
      wire(by_regime);
      wire(alpha);
    }
  };
  struct StrategyGauges {
    std::array<monitoring::Gauge, kStates> by_regime;
    monitoring::Gauge alpha;
    std::vector<monitoring::Gauge> rates;  ///< by window
  };

  [[nodiscard]] std::optional<double> mid(orders::InstrumentId instrument) const noexcept;
  void publish_correlations();

  MarketStudyConfig config_;
  positions::PerformanceConfig performance_;
  orders::Duration sample_interval_;
  std::vector<double> capital_;
  std::vector<double> mids_;  ///< by instrument; 0: not quoted on both sides
  risk::Correlations correlations_;
  positions::RegimeDetector detector_;
  positions::Benchmark benchmark_;
  std::size_t regime_ = kStates - 1;
  std::size_t before_ = kStates - 1;  ///< between the last two samples
  std::vector<StrategyStudy> strategies_;
  std::optional<orders::Timestamp> last_sample_;
  std::optional<std::int64_t> last_interval_;  ///< of performance
  std::uint64_t intervals_ = 0;                ///< that ended with the last sample
  // Published.
  std::size_t symbols_shown_ = 0;
  std::vector<monitoring::Gauge> coefficients_;  ///< b * (b - 1) / 2 + a, a < b
  monitoring::Gauge correlation_time_;
  std::array<monitoring::Gauge, kStates> active_;
  std::vector<StrategyGauges> gauges_;
};

}  // namespace vigil::engine
