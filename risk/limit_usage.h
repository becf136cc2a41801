#pragma once

#include <array>
#include <optional>
#include <vector>

#include "orders/ids.h"
#include "risk/risk_metrics.h"
#include "risk/risk_state.h"

namespace vigil::risk {

/// Publishes how much of each limit is used. Floating point, for the scrape only: no decision reads it.
class LimitUsage {
 public:
  LimitUsage(const RiskState& state, RiskMetrics& metrics);

  /// Limits are new: publishes them and every use of them; that of the message rates with the next tick.
  void limits_changed() noexcept;
  /// A working order changed.
  void exposure_changed(orders::AccountId account, orders::InstrumentId instrument) noexcept;
  /// The position or its value changed. What the account uses in all follows with figures_changed().
  void position_changed(orders::AccountId account, orders::InstrumentId instrument) noexcept;
  /// What the account would lose at the highest confidence; nothing: not known.
  void value_at_risk(orders::AccountId account, std::optional<double> loss) noexcept;
  /// The account's figures changed.
  void figures_changed(orders::AccountId account) noexcept;
  /// What moves with time or with the rates of other currencies.
  void tick(orders::EventTime now) noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    for (Fullest& fullest : fullest_) {
      wire(fullest.ratio);
      wire(fullest.instrument);
    }
    wire(scores_);
    for (Totals& totals : published_) {
      wire(totals.known);
      wire(totals.sums);
      wire(totals.equity);
    }
  }

 private:
  /// Below every use of a limit. (A plain number: an optional one is returned through memory, in pieces.)
  static constexpr double kNoLimit = -1;

  /// The instrument that uses most of its position limit.
  struct Fullest {
    double ratio = kNoLimit;
    orders::InstrumentId instrument = orders::kNoInstrument;
  };
  /// An account's limits as what they are divided into; kNoLimit: none.
  struct Ceilings {
    double gross = kNoLimit;  ///< this and other amounts in units of 1e-8
    double net = kNoLimit;
    double open_orders = kNoLimit;
    double open_positions = kNoLimit;
    double margin = kNoLimit;
    double day_loss = kNoLimit;
    double drawdown = kNoLimit;
    double value_at_risk = kNoLimit;  ///< in whole units, as it comes
  };
  /// The part used of each limit, and the largest.
  struct Score {
    std::array<double, kLimitTypeCount> parts{};
    double largest = kNoLimit;
    double value_at_risk = kNoLimit;  ///< the loss itself

    Score() { parts.fill(kNoLimit); }
    template <typename Wire>
    void state(Wire& wire) {
      wire(parts);
      wire(largest);
      wire(value_at_risk);
    }
  };
  /// What the totals of an account were published from.
  struct Totals {
    bool known = false;
    AccountSums sums;
    std::optional<orders::Money> equity;
  };
  /// kNoLimit where the position has none.
  [[nodiscard]] double position_use(orders::AccountId account,
                                    orders::InstrumentId instrument) const noexcept;
  /// Publishes; kNoLimit where there is no such limit, or no figure to compare it with.
  void publish(orders::AccountId account, LimitType type, double part) noexcept;
  void publish_position_use(orders::AccountId account, orders::InstrumentId instrument) noexcept;
  void publish_value_at_risk(orders::AccountId account) noexcept;
  void find_fullest(orders::AccountId account) noexcept;
  void publish_totals(orders::AccountId account) noexcept;
  void publish_limits(orders::AccountId account) noexcept;
  void set_ceilings(orders::AccountId account) noexcept;

  const RiskState& state_;
  RiskMetrics& metrics_;
  std::vector<Fullest> fullest_;    ///< by account
  std::vector<Totals> published_;   ///< by account
  std::vector<Score> scores_;       ///< by account
  std::vector<Ceilings> ceilings_;  ///< by account
};

}  // namespace vigil::risk
