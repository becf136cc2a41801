#include "risk/limit_usage.h"

#include <algorithm>
#include <utility>

#include "risk/worst_use.h"

namespace vigil::risk {

using orders::AccountId;
using orders::InstrumentId;
using orders::Int128;
using orders::Money;

namespace {

/// 0 of a limit of 0 is unused; anything else of it is infinitely much.
double part_of(double used, double limit) noexcept {
  return used == 0 ? 0 : used / limit;
}

double part_of_raw(Int128 used, double limit) noexcept {
  return part_of(orders::nearest_double(used), limit);
}

}  // namespace

LimitUsage::LimitUsage(const RiskState& state, RiskMetrics& metrics)
    : state_(state),
      metrics_(metrics),
      fullest_(state.figures.size()),
      published_(state.figures.size()),
      scores_(state.figures.size()),
      ceilings_(state.figures.size()) {}

void LimitUsage::set_ceilings(AccountId account) noexcept {
  const AccountLimits& limits = limits_of(state_.limits, account);
  const auto raw = [](const std::optional<Money>& limit) {
    return limit ? orders::nearest_double(limit->raw()) : kNoLimit;
  };
  const auto count = [](const std::optional<std::uint32_t>& limit) {
    return limit ? static_cast<double>(*limit) : kNoLimit;
  };
  const auto ratio = [](const std::optional<orders::Ratio>& limit) {
    return limit ? limit->to_double() : kNoLimit;
  };
  ceilings_[index(account)] = {
      .gross = raw(limits.max_gross_exposure),
      .net = raw(limits.max_net_exposure),
      .open_orders = count(limits.max_open_orders),
      .open_positions = count(limits.max_open_positions),
      .margin = ratio(limits.max_margin_usage),
      .day_loss = raw(limits.max_day_loss),
      .drawdown = ratio(limits.max_drawdown),
      .value_at_risk = limits.max_day_loss ? limits.max_day_loss->to_double() : kNoLimit};
}

void LimitUsage::publish(AccountId account, LimitType type, double part) noexcept {
  Score& score = scores_[index(account)];
  double& own = score.parts[static_cast<std::size_t>(type)];
  if (own == part) return;
  const double before = std::exchange(own, part);
  if (part == kNoLimit) {
    metrics_.utilization(account, type, std::nullopt);
  } else {
    metrics_.utilization(account, type, part);
  }
  double largest = score.largest;
  if (part >= largest) {
    largest = part;
  } else if (before == largest) {
    largest = *std::max_element(score.parts.begin(), score.parts.end());
  }
  if (largest == score.largest) return;
  score.largest = largest;
  metrics_.risk_score(account, largest == kNoLimit ? std::nullopt : std::optional{100 * largest});
}

void LimitUsage::value_at_risk(AccountId account, std::optional<double> loss) noexcept {
  scores_[index(account)].value_at_risk = loss ? std::max(*loss, 0.0) : kNoLimit;
  publish_value_at_risk(account);
}

void LimitUsage::publish_value_at_risk(AccountId account) noexcept {
  const double loss = scores_[index(account)].value_at_risk;
  const double limit = ceilings_[index(account)].value_at_risk;
  publish(account, LimitType::ValueAtRisk,
          loss == kNoLimit || limit == kNoLimit ? kNoLimit : part_of(loss, limit));
}

double LimitUsage::position_use(AccountId account, InstrumentId instrument) const noexcept {
  const auto& limit = limits_of(state_.limits, instrument).max_position;
  if (!limit) return kNoLimit;
  return part_of_raw(worst_quantity(state_.exposure.at(account, instrument)),
                     static_cast<double>(limit->raw()));
}

void LimitUsage::find_fullest(AccountId account) noexcept {
  Fullest& fullest = fullest_[index(account)];
  fullest = {};
  for (std::size_t i = 0; i < state_.instruments.size(); ++i) {
    const auto instrument = static_cast<InstrumentId>(i);
    const double use = position_use(account, instrument);
    if (use > fullest.ratio) fullest = {use, instrument};
  }
}

void LimitUsage::publish_totals(AccountId account) noexcept {
  const AccountSums& sums = state_.exposure.sums(account);
  // Most events of an order's life leave the totals as they were, and dividing costs more than comparing.
  const auto& equity = state_.figures[index(account)].equity;
  Totals& published = published_[index(account)];
  if (published.known && published.sums == sums && published.equity == equity) return;
  published.known = true;
  published.sums = sums;
  published.equity = equity;

  const Ceilings& limits = ceilings_[index(account)];
  if (limits.gross != kNoLimit) {
    publish(account, LimitType::GrossExposure, part_of_raw(sums.gross.raw(), limits.gross));
  }
  if (limits.net != kNoLimit) {
    const Int128 worst = std::max(magnitude((sums.position_value + sums.buy_value).raw()),
                                  magnitude((sums.position_value - sums.sell_value).raw()));
    publish(account, LimitType::NetExposure, part_of_raw(worst, limits.net));
  }
  if (limits.open_orders != kNoLimit) {
    publish(account, LimitType::OpenOrders, part_of(sums.open_orders, limits.open_orders));
  }
  if (limits.open_positions != kNoLimit) {
    publish(account, LimitType::OpenPositions, part_of(sums.occupied, limits.open_positions));
  }
  if (limits.margin != kNoLimit) {
    if (equity && *equity > Money{}) {
      publish(account, LimitType::Margin,
              part_of(sums.margin.to_double() / equity->to_double(), limits.margin));
    } else {
      publish(account, LimitType::Margin, kNoLimit);
    }
  }
}

void LimitUsage::exposure_changed(AccountId account, InstrumentId instrument) noexcept {
  publish_totals(account);
  publish_position_use(account, instrument);
}

void LimitUsage::publish_position_use(AccountId account, InstrumentId instrument) noexcept {
  const double use = position_use(account, instrument);
  if (use == kNoLimit) return;
  Fullest& fullest = fullest_[index(account)];
  if (use >= fullest.ratio) {
    fullest = {use, instrument};
  } else if (fullest.instrument == instrument) {
    find_fullest(account);  // the fullest has become less full
  } else {
    return;
  }
  publish(account, LimitType::Position, fullest.ratio);
}

void LimitUsage::position_changed(AccountId account, InstrumentId instrument) noexcept {
  publish_position_use(account, instrument);
  const InstrumentExposure& exposure = state_.exposure.at(account, instrument);
  std::optional<double> net;
  if (exposure.marked && exposure.valued) {
    const auto reported =
        state_.portfolio.convert(exposure.position_value, state_.exposure.base_currency(account),
                                 state_.portfolio.config().reporting_currency);
    if (reported) net = reported->to_double();
  }
  metrics_.exposure(account, instrument, net);
}

void LimitUsage::figures_changed(AccountId account) noexcept {
  const Ceilings& limits = ceilings_[index(account)];
  const AccountFigures& figures = state_.figures[index(account)];
  publish_totals(account);  // margin is a part of equity
  metrics_.drawdown(account, figures.drawdown, figures.max_drawdown);
  if (limits.day_loss != kNoLimit) {
    double ratio = kNoLimit;
    if (figures.day_pnl) ratio = part_of_raw(std::max(-*figures.day_pnl, Money{}).raw(), limits.day_loss);
    publish(account, LimitType::DailyLoss, ratio);
  }
  if (limits.drawdown != kNoLimit) {
    publish(account, LimitType::Drawdown, part_of(figures.drawdown, limits.drawdown));
  }
}

void LimitUsage::publish_limits(AccountId account) noexcept {
  const AccountLimits& limits = limits_of(state_.limits, account);
  const auto reported = [&](const std::optional<Money>& limit) -> std::optional<double> {
    if (!limit) return std::nullopt;
    const auto amount = state_.portfolio.convert(*limit, state_.exposure.base_currency(account),
                                                 state_.portfolio.config().reporting_currency);
    if (!amount) return std::nullopt;
    return amount->to_double();
  };
  metrics_.money_limit(account, MoneyLimit::DailyLoss, reported(limits.max_day_loss));
  metrics_.money_limit(account, MoneyLimit::Exposure, reported(limits.max_gross_exposure));
  metrics_.money_limit(account, MoneyLimit::NetExposure, reported(limits.max_net_exposure));
  metrics_.open_positions_limit(account, limits.max_open_positions);
}

void LimitUsage::limits_changed() noexcept {
  for (std::size_t a = 0; a < fullest_.size(); ++a) {
    const auto account = static_cast<AccountId>(a);
    set_ceilings(account);
    for (std::size_t type = 0; type < kLimitTypeCount; ++type) {
      publish(account, static_cast<LimitType>(type), kNoLimit);
    }
    find_fullest(account);
    if (fullest_[a].ratio != kNoLimit) publish(account, LimitType::Position, fullest_[a].ratio);
    publish_value_at_risk(account);
    published_[a].known = false;
    publish_totals(account);
    figures_changed(account);
    publish_limits(account);
  }
}

void LimitUsage::tick(orders::EventTime now) noexcept {
  for (std::size_t a = 0; a < fullest_.size(); ++a) {
    const auto account = static_cast<AccountId>(a);
    publish_limits(account);
    if (const auto& limit = limits_of(state_.limits, account).max_messages_per_second) {
      publish(account, LimitType::MessageRate,
              part_of(state_.account_messages[a].used(now.monotonic), *limit));
    }
  }
}

}  // namespace vigil::risk
