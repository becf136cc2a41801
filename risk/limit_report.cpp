#include "risk/limit_report.h"

#include <algorithm>

#include "risk/loss_limits.h"
#include "risk/risk_state.h"
#include "risk/worst_use.h"

namespace vigil::risk {

using orders::AccountId;
using orders::InstrumentId;
using orders::Int128;
using orders::Measure;
using orders::Money;
using orders::Unit;

namespace {

/// The account and the instruments it may have something in.
class Account {
 public:
  Account(const RiskState& state, AccountId id) noexcept : state_(state), id_(id) {}

  [[nodiscard]] const AccountLimits& limits() const noexcept { return limits_of(state_.limits, id_); }
  [[nodiscard]] const AccountSums& sums() const noexcept { return state_.exposure.sums(id_); }
  [[nodiscard]] const AccountFigures& figures() const noexcept { return state_.figures[index(id_)]; }
  /// What was left out of the sums for want of a price or a rate makes them too small.
  [[nodiscard]] bool is_valued() const noexcept { return sums().unvalued == 0; }

  /// The instrument with the most of `part_of(exposure, instrument)`, which is more than nothing.
  template <typename PartOf>
  void name_contributor(LimitUse& use, Unit unit, const PartOf& part_of) const noexcept {
    Int128 most = 0;
    for (const orders::Instrument& instrument : state_.instruments) {
      const Int128 part = part_of(state_.exposure.at(id_, instrument.id), instrument.id);
      if (part <= most) continue;
      most = part;
      use.contributor = instrument.id;
    }
    if (use.contributor != orders::kNoInstrument) use.contribution = {unit, most};
  }
  /// The instrument with the largest loss since the day began.
  void name_loser(LimitUse& use) const noexcept {
    name_contributor(use, Unit::Money, [this](const InstrumentExposure&, InstrumentId instrument) noexcept {
      const auto result = state_.portfolio.day_pnl(id_, instrument);
      return result ? -result->raw() : Int128{0};
    });
  }

  /// The instrument that uses most of its own limit is the one that counts.
  [[nodiscard]] std::optional<LimitUse> fullest_position() const noexcept {
    std::optional<LimitUse> fullest;
    for (const orders::Instrument& instrument : state_.instruments) {
      const auto& limit = limits_of(state_.limits, instrument.id).max_position;
      if (!limit) continue;
      const Int128 worst = worst_quantity(state_.exposure.at(id_, instrument.id));
      LimitUse use{.type = LimitType::Position,
                   .limit = measure(*limit),
                   .used = {Unit::Quantity, worst},
                   .contributor = instrument.id,
                   .contribution = {Unit::Quantity, worst}};
      if (!fullest || *use.utilization() > *fullest->utilization()) fullest = use;
    }
    if (fullest && fullest->used.raw == 0) {
      fullest->contributor = orders::kNoInstrument;
      fullest->contribution = {};
    }
    return fullest;
  }

  [[nodiscard]] LimitUse gross() const noexcept {
    LimitUse use = of(LimitType::GrossExposure, measure(*limits().max_gross_exposure));
    if (is_valued()) use.used = measure(sums().gross);
    name_contributor(use, Unit::Money, [](const InstrumentExposure& exposure, InstrumentId) noexcept {
      return exposure.worst.raw();
    });
    return use;
  }

  [[nodiscard]] LimitUse net() const noexcept {
    LimitUse use = of(LimitType::NetExposure, measure(*limits().max_net_exposure));
    const Int128 to_long = (sums().position_value + sums().buy_value).raw();
    const Int128 to_short = (sums().position_value - sums().sell_value).raw();
    const bool is_long = magnitude(to_long) >= magnitude(to_short);
    const Int128 worst = is_long ? to_long : to_short;
    if (is_valued()) use.used = {Unit::Money, magnitude(worst)};
    const int direction = worst < 0 ? -1 : 1;
    name_contributor(use, Unit::Money, [=](const InstrumentExposure& exposure, InstrumentId) noexcept {
      const Money own = is_long ? exposure.position_value + exposure.buy_value
                                : exposure.position_value - exposure.sell_value;
      return direction * own.raw();
    });
    return use;
  }

  [[nodiscard]] LimitUse open_orders() const noexcept {
    LimitUse use = of(LimitType::OpenOrders, orders::measure_count(*limits().max_open_orders));
    use.used = orders::measure_count(sums().open_orders);
    name_contributor(use, Unit::Count, [](const InstrumentExposure& exposure, InstrumentId) noexcept {
      return orders::measure_count(exposure.open_orders).raw;
    });
    return use;
  }

  [[nodiscard]] LimitUse margin() const noexcept {
    LimitUse use = of(LimitType::Margin, {Unit::Ratio, limits().max_margin_usage->raw()});
    if (figures().equity && is_valued()) use.used = share(sums().margin, *figures().equity);
    name_contributor(use, Unit::Money, [](const InstrumentExposure& exposure, InstrumentId) noexcept {
      return exposure.margin.raw();
    });
    return use;
  }

  [[nodiscard]] LimitUse day_loss() const noexcept {
    LimitUse use = of(LimitType::DailyLoss, measure(*limits().max_day_loss));
    if (figures().day_pnl) use.used = measure(std::max(-*figures().day_pnl, Money{}));
    name_loser(use);
    return use;
  }

  [[nodiscard]] LimitUse drawdown() const noexcept {
    LimitUse use = of(LimitType::Drawdown, {Unit::Ratio, limits().max_drawdown->raw()});
    if (figures().equity) use.used = share(figures().peak_equity - *figures().equity, figures().peak_equity);
    name_loser(use);
    return use;
  }

  [[nodiscard]] static LimitUse of(LimitType type, Measure limit) noexcept {
    return {
        .type = type, .limit = limit, .used = {}, .contributor = orders::kNoInstrument, .contribution = {}};
  }

 private:
  const RiskState& state_;
  AccountId id_;
};

}  // namespace

std::optional<double> LimitUse::utilization() const noexcept {
  if (used.unit == Unit::None) return std::nullopt;
  return used.raw == 0 ? 0 : orders::nearest_double(used.raw) / orders::nearest_double(limit.raw);
}

Measure LimitUse::headroom() const noexcept {
  if (used.unit == Unit::None) return {};
  return {limit.unit, limit.raw - used.raw};
}

LimitReport limit_report(const RiskState& state, AccountId id, const std::optional<LossAtRisk>& at_risk,
                         orders::EventTime now) noexcept {
  const Account account(state, id);
  const AccountLimits& limits = account.limits();
  LimitReport report;
  if (const auto fullest = account.fullest_position()) report.add(*fullest);
  if (limits.max_gross_exposure) report.add(account.gross());
  if (limits.max_net_exposure) report.add(account.net());
  if (limits.max_open_orders) report.add(account.open_orders());
  if (limits.max_open_positions) {
    LimitUse use = Account::of(LimitType::OpenPositions, orders::measure_count(*limits.max_open_positions));
    use.used = orders::measure_count(account.sums().occupied);
    report.add(use);
  }
  if (limits.max_margin_usage) report.add(account.margin());
  if (limits.max_day_loss) report.add(account.day_loss());
  if (limits.max_drawdown) report.add(account.drawdown());
  if (limits.max_messages_per_second) {
    LimitUse use =
        Account::of(LimitType::MessageRate, orders::measure_count(*limits.max_messages_per_second));
    use.used = orders::measure_count(state.account_messages[index(id)].used(now.monotonic));
    report.add(use);
  }
  if (limits.max_day_loss && at_risk) {
    LimitUse use = Account::of(LimitType::ValueAtRisk, measure(*limits.max_day_loss));
    use.used = measure(std::max(at_risk->loss, Money{}));
    use.contributor = at_risk->contributor;
    if (use.contributor != orders::kNoInstrument) use.contribution = measure(at_risk->contribution);
    report.add(use);
  }
  return report;
}

}  // namespace vigil::risk
