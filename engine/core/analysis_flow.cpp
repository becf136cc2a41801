// What the core tells the analysis.

#include <cmath>
#include <limits>

#include "engine/analysis/session_day.h"
#include "engine/core/core.h"

namespace vigil::engine {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

orders::ExecutedOrder executed(const orders::Order& order) noexcept {
  return {.id = order.id,
          .instrument = order.instrument,
          .strategy = order.strategy,
          .venue = order.venue,
          .side = order.side,
          .type = order.type,
          .arrival_bid = order.arrival_bid,
          .arrival_ask = order.arrival_ask};
}

double as_double(const std::optional<orders::Money>& money) noexcept {
  return money ? money->to_double() : kUnknown;
}

}  // namespace

void Core::note_fill(const orders::Order& order, const orders::ExecutionReport& report,
                     const positions::BookedFill& booked, const FillValue& value,
                     orders::EventTime now) noexcept {
  if (!analysis_.is_on()) return;
  if (booked.account_trade) analysis_.traded(order.account, *booked.account_trade);
  if (booked.strategy_trade) analysis_.traded(order.strategy, *booked.strategy_trade);
  const orders::Quote& best = reference(order.instrument);
  analysis_.filled([&] {
    return orders::FillNote{.order = executed(order),
                            .time = now.wall,
                            .price = report.price,
                            .quantity = report.quantity,
                            .parent = order.parent,
                            .liquidity = report.liquidity,
                            .bid = best.bid,
                            .ask = best.ask,
                            .notional_usd = as_double(value.notional),
                            .fee_usd = as_double(value.commission)};
  });
}

void Core::note_end(const orders::Order& order, orders::EventTime now) noexcept {
  using orders::Stage;
  if (!analysis_.is_on()) return;
  const bool is_slice = order.parent != orders::kNoOrder;
  if (!order.reached(Stage::Sent) || order.status == orders::OrderStatus::Denied) {
    return analysis_.outcome(
        {.kind = OrderOutcome::Kind::Ended, .status = order.status, .is_slice = is_slice});
  }
  const orders::Quote& best = reference(order.instrument);
  const orders::Duration sent = order.stage(Stage::Sent).monotonic;
  const bool is_full = order.status == orders::OrderStatus::Filled && order.reached(Stage::LastFill);
  const auto after_sent = [&](Stage stage) { return order.stage(stage).monotonic - sent; };
  analysis_.ended([&] {
    return orders::OrderEndNote{
        .order = executed(order),
        .time = now.wall,
        .status = order.status,
        .is_slice = is_slice,
        .is_parent = order.is_parent,
        .ordered = order.terms.quantity,
        .executed = order.cum_quantity + order.overfill_quantity,
        .traded_value = order.traded_value,
        .limit_price = order.terms.limit_price,
        .decision_mid = order.decision_mid,
        .end_bid = best.bid,
        .end_ask = best.ask,
        .to_first_fill =
            order.reached(Stage::FirstFill) ? after_sent(Stage::FirstFill) : orders::OrderEndNote::kNever,
        .to_full_fill = is_full ? after_sent(Stage::LastFill) : orders::OrderEndNote::kNever};
  });
}

/// What has moved since the last look. The reporting currency is worth itself.
void Core::note_rates() noexcept {
  if (!analysis_.is_on()) return;
  for (std::size_t i = 0; i < rates_noted_.size(); ++i) {
    const auto currency = static_cast<orders::CurrencyId>(i);
    if (currency == config_.portfolio.reporting_currency) continue;
    // Of a million units, so that rates far below 1 keep their digits.
    constexpr std::int64_t kUnits = 1'000'000;
    const auto worth = reporting(orders::Money{kUnits}, currency);
    const orders::Money noted = worth.value_or(orders::Money{});
    if (noted == rates_noted_[i]) continue;
    rates_noted_[i] = noted;
    analysis_.rate(currency, worth ? worth->to_double() / kUnits : kUnknown);
  }
}

/// Before the first event of a new interval, or of a new session: as the last one left things.
void Core::take_sample(orders::Timestamp now) noexcept {
  const orders::Duration interval = config_.analysis.sample_interval;
  const orders::Timestamp whole{now.time_since_epoch() / interval * interval};
  const std::int64_t session = session_of(now, config_.session_end);
  next_sample_ = std::min(whole + interval, begin_of_session(session + 1, config_.session_end));
  if (!analysis_.is_on()) return;
  // A wall clock that was set back does not begin an earlier one again.
  if (!marked_session_ || session > *marked_session_) {
    mark_day(now);
    marked_session_ = session;
  }
  sample_scenarios(whole);
  analysis_.sample(whole);
  for (std::size_t i = 0; i < portfolio_.account_count(); ++i) {
    const auto account = static_cast<orders::AccountId>(i);
    analysis_.equity(account, as_double(portfolio_.result(account).equity));
  }
  for (std::size_t i = 0; i < config_.strategies.size(); ++i) {
    const auto strategy = static_cast<orders::StrategyId>(i);
    const std::optional<orders::Money> pnl = portfolio_.strategy(strategy).pnl();
    analysis_.pnl(strategy, as_double(pnl));
    experiments_.pnl(strategy, pnl ? std::optional{pnl->to_double()} : std::nullopt);
  }
}

/// How things stand at the end of a session, and that the next one begins. At the very first that is how
/// things began.
void Core::mark_day(orders::Timestamp now) noexcept {
  for (std::size_t i = 0; i < portfolio_.account_count(); ++i) {
    const auto account = static_cast<orders::AccountId>(i);
    analysis_.closing(portfolio_.account(account, now));
    analysis_.closing(LimitsMark{account, risk_.limit_report(account, scenarios_.at_risk(account), now_)});
    for (const orders::Instrument& instrument : config_.instruments) {
      if (portfolio_.position(account, instrument.id).fill_count() == 0) continue;
      analysis_.closing(portfolio_.view(account, instrument.id, now));
    }
    for (std::size_t place = 0; place < config_.scenarios.confidences.size(); ++place) {
      const auto loss = scenarios_.loss(account, place);
      analysis_.closing(LossMark{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(place), false,
                                 loss ? loss->var : kUnknown, loss ? loss->cvar : kUnknown});
    }
    for (std::size_t place = 0; place < config_.scenarios.stress.size(); ++place) {
      analysis_.closing(LossMark{static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(place), true,
                                 scenarios_.stress(account, place), 0});
    }
  }
  for (std::size_t i = 0; i < config_.strategies.size(); ++i) {
    const auto strategy = static_cast<orders::StrategyId>(i);
    analysis_.closing(StrategyMark{.strategy = strategy, .pnl = portfolio_.strategy(strategy).pnl()});
  }
  analysis_.end_day({.session = session_of(now, config_.session_end),
                     .time = now,
                     .scenarios_at = scenarios_.as_of().value_or(orders::Timestamp{}),
                     .scenarios = scenarios_.count(),
                     .dropped = 0});
}

void Core::sample_scenarios(orders::Timestamp whole) noexcept {
  const auto mid_of = [this](orders::InstrumentId instrument) { return reference(instrument).mid(); };
  if (!scenarios_.sample(whole, mid_of)) return;
  scenario_metrics_.counted(scenarios_.count());
  for (std::size_t i = 0; i < portfolio_.account_count(); ++i) {
    publish_scenarios(static_cast<orders::AccountId>(i));
  }
}

void Core::publish_scenarios(orders::AccountId account) noexcept {
  const orders::CurrencyId base = config_.portfolio.accounts[orders::index(account)].base_currency;
  double rate = 1;
  if (base != config_.portfolio.reporting_currency) {
    constexpr std::int64_t kUnits = 1'000'000;
    const auto worth = reporting(orders::Money{kUnits}, base);
    rate = worth ? worth->to_double() / kUnits : 0;
  }
  scenario_metrics_.publish(scenarios_, account, rate);
  risk_.value_at_risk(account, scenarios_.value_at_risk(account));
}

}  // namespace vigil::engine
