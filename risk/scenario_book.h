#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orders/instrument.h"
#include "orders/market.h"
#include "positions/portfolio.h"
#include "risk/historical_loss.h"
#include "risk/limit_report.h"
#include "risk/scenario_tail.h"

namespace vigil::risk {

/// What would be if prices moved by shares of themselves: all by `all`, some by their own.
struct StressScenario {
  std::string name;
  double all = 0;  ///< -0.2 = a fifth down
  std::vector<std::pair<orders::InstrumentId, double>> shocks;
};

struct ScenarioConfig {
  orders::Duration interval = std::chrono::minutes{1};  ///< a scenario is what happened in one: the horizon
  std::size_t scenarios = 250;                          ///< the last so many; 0: no VaR
  std::vector<double> confidences = {0.95, 0.99};
  std::vector<StressScenario> stress;
};

/// Historical simulation: what each account would gain or lose if the moves of an earlier interval came
/// again, for each of the last intervals, and under configured stress. VaR and CVaR are read off that. A
/// change of position moves all scenarios by its instrument's row, within the event; rows, prices and rates
/// of the instruments follow at the end of each interval, when everything is summed up anew. In the account's
/// base currency; what has no rate is left out.
///
/// Floating point: no decision reads it. Core thread only; allocates in its constructor.
class ScenarioBook {
 public:
  /// `portfolio` and `instruments` outlive it.
  ScenarioBook(const ScenarioConfig& config, const positions::Portfolio& portfolio,
               const std::vector<orders::Instrument>& instruments);

  /// The best quotes there are, by InstrumentId; at the first event of each interval or later. An interval in
  /// which nothing happened makes no scenario. True: everything was summed up anew.
  template <typename MidOf>
  bool sample(orders::Timestamp time, const MidOf& mid_of) noexcept {
    const std::int64_t interval = time.time_since_epoch() / config_.interval;
    if (last_interval_ && interval <= *last_interval_) return false;
    const bool is_first = !last_interval_;
    last_interval_ = interval;
    for (std::size_t i = 0; i < instruments_.size(); ++i) {
      observe(i, mid_of(static_cast<orders::InstrumentId>(i)), is_first);
    }
    end_row(is_first);
    return true;
  }
  /// It will change: asks for the memory that this takes, while there is other work to do.
  void expect_change(orders::AccountId account, orders::InstrumentId instrument) const noexcept {
    tails_[orders::index(account)].expect_add(row(orders::index(instrument)));
  }
  /// The account's position may have changed.
  void position_changed(orders::AccountId account, orders::InstrumentId instrument) noexcept;

  [[nodiscard]] const ScenarioConfig& config() const noexcept { return config_; }
  /// The end of the last interval; nothing before the first.
  [[nodiscard]] std::optional<orders::Timestamp> as_of() const noexcept {
    if (!last_interval_) return std::nullopt;
    return orders::Timestamp{*last_interval_ * config_.interval};
  }
  /// Scenarios there are.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// By place in the configured confidences.
  [[nodiscard]] std::optional<HistoricalLoss> loss(orders::AccountId account,
                                                   std::size_t confidence) const noexcept {
    return historical_loss(tails_[orders::index(account)].worst(), depths_[confidence]);
  }
  /// The value at risk at the highest confidence, and the instrument that loses most in the scenario it is
  /// read off.
  [[nodiscard]] std::optional<LossAtRisk> at_risk(orders::AccountId account) const noexcept;
  /// That value alone.
  [[nodiscard]] std::optional<double> value_at_risk(orders::AccountId account) const noexcept {
    if (config_.confidences.empty()) return std::nullopt;
    return historical_var(tails_[orders::index(account)].worst(), depths_[highest_]);
  }
  /// P&L under a configured stress scenario: negative = a loss.
  [[nodiscard]] double stress(orders::AccountId account, std::size_t scenario) const noexcept {
    return stress_pnl_[orders::index(account) * config_.stress.size() + scenario];
  }

  template <typename Wire>
  void state(Wire& wire);

 private:
  void observe(std::size_t instrument, const std::optional<orders::Price>& mid, bool is_first) noexcept;
  void end_row(bool is_first) noexcept;
  /// There are this many scenarios.
  void set_count(std::size_t count) noexcept;
  void sum_up(orders::AccountId account) noexcept;
  void shift(orders::AccountId account, std::size_t instrument, double units) noexcept;
  void count_held() noexcept;
  [[nodiscard]] double rate(orders::AccountId account, std::size_t instrument) const noexcept;
  [[nodiscard]] std::size_t place(orders::AccountId account, std::size_t instrument) const noexcept {
    return orders::index(account) * instruments_.size() + instrument;
  }
  [[nodiscard]] const double* row(std::size_t instrument) const noexcept {
    return rows_.data() + instrument * config_.scenarios;
  }

  ScenarioConfig config_;
  const positions::Portfolio& portfolio_;
  const std::vector<orders::Instrument>& instruments_;
  std::vector<double> rows_;          ///< [instrument][scenario]: P&L of a unit of value
  std::vector<double> stress_rows_;   ///< [instrument][stress]
  std::vector<double> mids_;          ///< by instrument, at the end of the last interval; 0: none
  std::vector<double> scales_;        ///< by instrument: value of a unit then, in the settlement currency
  std::vector<double> held_;          ///< [account][instrument]: units counted
  std::vector<std::size_t> held_in_;  ///< by account: instruments of which any are held
  std::vector<ScenarioTail> tails_;   ///< by account
  std::vector<LossDepth> depths_;     ///< by place in the confidences
  std::size_t deepest_ = 0;
  std::size_t highest_ = 0;         ///< place of the highest confidence
  std::vector<double> stress_pnl_;  ///< [account][stress]
  std::size_t count_ = 0;
  std::size_t next_ = 0;  ///< where the next scenario goes
  std::optional<std::int64_t> last_interval_;
};

/// There may be another number of scenarios now: then they come together anew.
template <typename Wire>
void ScenarioBook::state(Wire& wire) {
  constexpr std::size_t kMost = std::size_t{1} << 26U;
  wire(mids_);
  wire(scales_);
  wire(held_);
  std::uint64_t scenarios = config_.scenarios;
  std::vector<double> rows = rows_;
  std::vector<double> outcomes;
  for (const ScenarioTail& tail : tails_) {
    const std::vector<double> own = tail.outcomes();
    outcomes.insert(outcomes.end(), own.begin(), own.end());
  }
  std::vector<double> stress = stress_pnl_;
  wire(scenarios);
  wire.list(rows, kMost);
  wire.list(outcomes, kMost);
  wire.list(stress, kMost);
  wire(count_);
  wire(next_);
  wire(last_interval_);
  if constexpr (Wire::kReads) {
    count_held();
    if (stress.size() == stress_pnl_.size()) stress_pnl_ = std::move(stress);
    const bool fits = scenarios == config_.scenarios && rows.size() == rows_.size() &&
                      outcomes.size() == tails_.size() * config_.scenarios && count_ <= config_.scenarios &&
                      next_ < std::max<std::size_t>(config_.scenarios, 1);
    if (!fits) {
      set_count(0);
      next_ = 0;
      last_interval_.reset();
      return;
    }
    set_count(count_);
    rows_ = std::move(rows);
    for (std::size_t i = 0; i < tails_.size(); ++i) {
      tails_[i].begin(outcomes.data() + i * config_.scenarios, count_);
      tails_[i].keep_worst(deepest_);
    }
  }
}

}  // namespace vigil::risk
