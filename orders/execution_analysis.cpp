#include "orders/execution_analysis.h"

#include <cmath>
#include <limits>

namespace vigil::orders {
namespace {

std::optional<TwiceMid> twice_mid(MaybePrice bid, MaybePrice ask) noexcept {
  if (!bid.has_value() || !ask.has_value()) return std::nullopt;
  const TwiceMid sum = static_cast<TwiceMid>(bid.raw()) + ask.raw();
  if (sum <= 0) return std::nullopt;
  return sum;
}

std::optional<TwiceMid> twice(MaybePrice price) noexcept {
  return twice_mid(price, price);
}

double as_double(Int128 value) noexcept {
  return nearest_double(value);
}

/// The far side: what an order that is filled at once pays.
MaybePrice touch_of(const ExecutedOrder& order) noexcept {
  return order.side == Side::Buy ? order.arrival_ask : order.arrival_bid;
}

/// s * (2V - 2B) / 2B in basis points with V = traded / executed: all in whole numbers but the last step.
std::optional<double> slippage(const OrderEndNote& order, TwiceMid twice_benchmark) noexcept {
  Int128 expected = 0;
  Int128 traded = 0;
  Int128 excess = 0;
  if (__builtin_mul_overflow(twice_benchmark, static_cast<Int128>(order.executed.raw()), &expected) ||
      __builtin_mul_overflow(order.traded_value.raw(), static_cast<Int128>(2), &traded) ||
      __builtin_sub_overflow(traded, expected, &excess)) {
    return std::nullopt;
  }
  return 1e4 * sign(order.order.side) * as_double(excess) / as_double(expected);
}

}  // namespace

ExecutionAnalysis::ExecutionAnalysis(const ExecutionQualityConfig& config, ExecutionMetrics& metrics,
                                     const std::vector<Instrument>& instruments, CurrencyId reporting,
                                     std::size_t strategy_count)
    : config_(config),
      metrics_(metrics),
      instruments_(instruments),
      reporting_(reporting),
      mids_(instruments.size()),
      queue_(std::max<std::size_t>(config.pending_fills, 1)),
      figures_(metrics, strategy_count) {
  std::size_t currencies = index(reporting) + 1;
  for (const Instrument& each : instruments) currencies = std::max(currencies, index(each.settlement) + 1);
  rates_.assign(currencies, std::numeric_limits<double>::quiet_NaN());
  rates_[index(reporting)] = 1;
  group_places_.reserve(ExecutionFigures::kMostGroups + 1);
  figures_.groups.reserve(ExecutionFigures::kMostGroups + 1);
}

void ExecutionAnalysis::quote(InstrumentId instrument, MaybePrice bid, MaybePrice ask, Timestamp now) {
  tick(now);
  if (index(instrument) < mids_.size()) mids_[index(instrument)] = twice_mid(bid, ask);
}

void ExecutionAnalysis::rate(CurrencyId currency, double usd) noexcept {
  if (index(currency) < rates_.size() && currency != reporting_) rates_[index(currency)] = usd;
}

/// NaN without a rate.
double ExecutionAnalysis::value_usd(InstrumentId instrument, std::int64_t price,
                                    Quantity quantity) const noexcept {
  const Instrument& definition = instruments_[index(instrument)];
  const double units = quantity.to_double() * definition.multiplier.to_double();
  const double at = static_cast<double>(price) / static_cast<double>(kScale);
  return std::abs(definition.inverse ? units / at : units * at) * rates_[index(definition.settlement)];
}

void ExecutionAnalysis::tick(Timestamp now) {
  now_ = std::max(now_, now);
  const std::size_t before = queue_.pending();
  queue_.settle_before(now,
                       [this](std::size_t horizon, const PendingMarkout& fill) { settle(horizon, fill); });
  if (queue_.pending() != before) metrics_.markouts_pending(queue_.pending());
}

void ExecutionAnalysis::settle(std::size_t horizon, const PendingMarkout& fill) noexcept {
  const auto& mid = mids_[index(fill.instrument)];
  if (!mid) {
    metrics_.markouts_missing(horizon);
    return;
  }
  const TwiceMid twice_price = 2 * static_cast<TwiceMid>(fill.price);
  const double gain = fill.sign * as_double(*mid - twice_price);
  const double markout = 1e4 * gain / as_double(twice_price);
  MarkoutGroup& group = figures_.groups[fill.group];
  group.markouts[horizon].add(markout);
  metrics_.markout(fill.group, horizon, markout, *group.markouts[horizon].mean());

  if (!fill.twice_mid) return;
  const double edge = 1e4 * fill.sign * as_double(*fill.twice_mid - twice_price) / as_double(twice_price);
  const std::size_t row = group.is_other ? figures_.edges.size() - 1 : strategy_row(group.strategy);
  EdgeFigures& edges = figures_.edges[row][horizon];
  edges.at_fill += edge;
  edges.at_horizon += markout;
  ++edges.fills;
  metrics_.edge_decay(row, horizon, edges.decay());

  const double quantity = static_cast<double>(fill.quantity) / static_cast<double>(kScale);
  const double scale = quantity / static_cast<double>(kScale);
  SpreadFigures::AtHorizon& spread = figures_.spreads[fill.market].horizons[horizon];
  spread.effective += scale * fill.sign * as_double(twice_price - *fill.twice_mid);
  spread.realized -= scale * gain;
  spread.mid += scale * as_double(*fill.twice_mid) / 2;
  metrics_.realized_spread(fill.market, horizon, 1e4 * spread.realized / spread.mid,
                           1e4 * (spread.effective - spread.realized) / spread.mid);
}

/// One for each that was seen, as long as there is room; the rest share one.
std::uint32_t ExecutionAnalysis::group_of(VenueId venue, StrategyId strategy, Liquidity liquidity) {
  const std::uint64_t key = (static_cast<std::uint64_t>(index(venue)) << 32U) |
                            (static_cast<std::uint64_t>(index(strategy)) << 8U) |
                            static_cast<std::uint64_t>(liquidity);
  if (const auto found = group_places_.find(key); found != group_places_.end()) return found->second;
  const bool is_other = figures_.groups.size() >= ExecutionFigures::kMostGroups;
  if (is_other && figures_.groups.size() > ExecutionFigures::kMostGroups)
    return ExecutionFigures::kMostGroups;
  const auto place = static_cast<std::uint32_t>(figures_.groups.size());
  MarkoutGroup& group = figures_.groups.emplace_back();
  group.is_other = is_other;
  if (!is_other) {
    group.venue = venue;
    group.strategy = strategy;
    group.liquidity = liquidity;
    group_places_.emplace(key, place);
  }
  metrics_.open_group(place, group.venue, group.strategy, group.liquidity);
  return place;
}

void ExecutionAnalysis::filled(const FillNote& fill) {
  tick(fill.time);
  if (index(fill.order.instrument) >= mids_.size()) return;
  add_up(fill.order.id, fill);
  if (fill.parent != kNoOrder) add_up(fill.parent, fill);
  if (fill.price.raw() <= 0) return;  // no share of it can be taken
  const std::size_t place = places().venue(fill.order.venue);
  VenueFigures& venue = figures_.venues[place];
  ++venue.fills;
  if (!std::isnan(fill.notional_usd)) venue.notional_usd += fill.notional_usd;
  if (!std::isnan(fill.fee_usd)) venue.fees_usd += fill.fee_usd;
  measure_arrival(fill);
  watch(fill);
}

/// Of more orders than there is room for, the oldest are forgotten.
void ExecutionAnalysis::add_up(OrderId order, const FillNote& fill) {
  Executed& executed = open_[order];
  executed.quantity = executed.quantity + fill.quantity;
  executed.notional_usd += fill.notional_usd;
  executed.fees_usd += fill.fee_usd;
  if (open_.size() > config_.pending_fills) open_.erase(open_.begin());
}

/// Not known, and counted, where not all its fills were told: a part of them would pass for a smaller order.
ExecutionAnalysis::Executed ExecutionAnalysis::take_executed(const OrderEndNote& order) {
  Executed executed;
  if (const auto found = open_.find(order.order.id); found != open_.end()) {
    executed = found->second;
    open_.erase(found);
  }
  if (executed.quantity != order.executed) {
    metrics_.incomplete_order();
    executed.notional_usd = executed.fees_usd = std::numeric_limits<double>::quiet_NaN();
  }
  return executed;
}

/// Against the market as it was when the order left.
void ExecutionAnalysis::measure_arrival(const FillNote& fill) noexcept {
  const ExecutedOrder& order = fill.order;
  const auto mid = twice_mid(order.arrival_bid, order.arrival_ask);
  if (!mid) return;
  const bool buy = order.side == Side::Buy;
  const Int128 quoted = static_cast<Int128>(order.arrival_ask.raw()) - order.arrival_bid.raw();
  const Int128 twice_price = 2 * static_cast<Int128>(fill.price.raw());
  const double excess = as_double(buy ? twice_price - *mid : *mid - twice_price);
  const double benchmark = as_double(*mid);
  const double price = as_double(twice_price);
  const std::size_t type = label_of(order.type);
  const std::size_t venue_place = places().venue(order.venue);
  const std::size_t place =
      places().by_symbol_venue_type(metrics_.quality_rows().row(order.instrument), venue_place, type);
  VenueFigures& venue = figures_.venues[venue_place];

  metrics_.fill_quality(place, buy ? benchmark / price : price / benchmark);
  if (quoted > 0) {
    const double ratio = excess / as_double(quoted);
    venue.spread_ratio.add(ratio);
    metrics_.spread_ratio(place, ratio);
  }
  const double cost = 1e4 * excess / benchmark;
  const double half_spread = 1e4 * as_double(quoted) / benchmark;
  if (quoted >= 0) surprise(venue, venue_place, cost, half_spread, fill.liquidity);
  if (!(fill.notional_usd > 0)) return;
  venue.arrival_cost_usd += cost * fill.notional_usd / 1e4;
  venue.arrival_notional_usd += fill.notional_usd;
  if (std::isnan(fill.fee_usd)) return;  // without its fees a total would be wrong
  metrics_.cost(places().by_venue_type(venue_place, type), half_spread, cost - half_spread,
                1e4 * fill.fee_usd / fill.notional_usd);
}

void ExecutionAnalysis::surprise(VenueFigures& venue, std::size_t place, double realized, double half_spread,
                                 Liquidity liquidity) noexcept {
  const double expected = liquidity == Liquidity::Maker ? -half_spread : half_spread;
  const double surprise = realized - expected;
  venue.surprise.add(surprise);
  venue.surprise_score = std::max(0.0, venue.surprise_score + surprise - config_.surprise_slack_bp);
  metrics_.surprise(place, *venue.surprise.mean(), venue.surprise_score);
}

/// Against the market as it is now, and as it will be.
void ExecutionAnalysis::watch(const FillNote& fill) {
  const ExecutedOrder& order = fill.order;
  PendingMarkout pending;
  pending.time = fill.time;
  pending.instrument = order.instrument;
  pending.group = group_of(order.venue, order.strategy, fill.liquidity);
  pending.market = static_cast<std::uint32_t>(
      places().by_symbol_venue(metrics_.spread_rows().row(order.instrument), places().venue(order.venue)));
  pending.sign = static_cast<std::int8_t>(sign(order.side));
  pending.price = fill.price.raw();
  pending.quantity = fill.quantity.raw();
  pending.twice_mid = twice_mid(fill.bid, fill.ask);
  if (queue_.add(pending)) {
    metrics_.markouts_pending(queue_.pending());
  } else {
    for (std::size_t h = 0; h < kHorizons; ++h) metrics_.markouts_missing(h);
  }
  if (!pending.twice_mid) return;
  const double scale = fill.quantity.to_double() / static_cast<double>(kScale);
  SpreadFigures& spread = figures_.spreads[pending.market];
  spread.effective +=
      scale * pending.sign * as_double(2 * static_cast<Int128>(pending.price) - *pending.twice_mid);
  spread.mid += scale * as_double(*pending.twice_mid) / 2;
  metrics_.effective_spread(pending.market, 1e4 * spread.effective / spread.mid);
}

void ExecutionAnalysis::ended(const OrderEndNote& order) {
  tick(order.time);
  if (index(order.order.instrument) >= mids_.size()) return;
  const Executed executed = take_executed(order);
  if (!order.is_slice) measure_shortfall(order, executed);
  if (order.is_parent) return;

  const std::size_t venue_place = places().venue(order.order.venue);
  VenueFigures& venue = figures_.venues[venue_place];
  ++venue.orders;
  if (order.status == OrderStatus::Filled) ++venue.filled;
  if (order.status == OrderStatus::Rejected) ++venue.rejected;
  const std::size_t place = places().by_venue_type(venue_place, label_of(order.order.type));
  if (order.to_first_fill != OrderEndNote::kNever) {
    venue.seconds_to_first_fill.add(seconds_of(order.to_first_fill));
    metrics_.time_to_first_fill(place, order.to_first_fill);
  }
  if (order.to_full_fill != OrderEndNote::kNever) metrics_.time_to_full_fill(place, order.to_full_fill);
  if (order.executed <= Quantity{0}) return;
  if (executed.notional_usd > 0) {
    const std::size_t own =
        places().by_symbol_venue(metrics_.size_rows().row(order.order.instrument), venue_place);
    metrics_.order_size(own, order.order.side, executed.notional_usd);
  }
  compare(order, executed, Benchmark::Decision, twice(order.decision_mid));
  compare(order, executed, Benchmark::Arrival, twice_mid(order.order.arrival_bid, order.order.arrival_ask));
  compare(order, executed, Benchmark::Touch, twice(touch_of(order.order)));
  if (order.limit_price.has_value()) compare(order, executed, Benchmark::Limit, twice(order.limit_price));
}

void ExecutionAnalysis::compare(const OrderEndNote& order, const Executed& executed, Benchmark against,
                                std::optional<TwiceMid> twice_benchmark) noexcept {
  const auto cost = twice_benchmark ? slippage(order, *twice_benchmark) : std::nullopt;
  if (!cost) {
    if (against != Benchmark::Limit) metrics_.missing_benchmark(order.order.instrument, against);
    return;
  }
  const std::size_t type = label_of(order.order.type);
  const std::size_t venue = places().venue(order.order.venue);
  const std::size_t place = places().by_venue_type(venue, type);
  BenchmarkFigures& figures = figures_.benchmarks[place][static_cast<std::size_t>(against)];
  figures.orders.add(*cost);
  if (executed.notional_usd > 0) {
    figures.weighted += *cost * executed.notional_usd;
    figures.usd += executed.notional_usd;
  }
  metrics_.benchmark(place, against, *cost, *figures.orders.mean());
  if (against != Benchmark::Arrival) return;
  const std::size_t own =
      places().by_symbol_venue_type(metrics_.quality_rows().row(order.order.instrument), venue, type);
  figures_.slippages[own].add(*cost);
  metrics_.slippage(own, *cost, *figures_.slippages[own].mean());
}

/// Each part as a share of X*D, times what X*D is in USD. Nothing where a price that a part needs is missing.
void ExecutionAnalysis::measure_shortfall(const OrderEndNote& order, const Executed& executed) noexcept {
  if (!order.decision_mid.has_value() || order.decision_mid.raw() <= 0 || order.ordered <= Quantity{0})
    return;
  const double ordered_usd = value_usd(order.order.instrument, order.decision_mid.raw(), order.ordered);
  if (!(ordered_usd > 0) || std::isnan(executed.fees_usd)) return;
  const double s = sign(order.order.side);
  const Int128 decision = order.decision_mid.raw();
  const double whole = as_double(decision) * as_double(order.ordered.raw());
  double delay = 0;
  double execution = 0;
  if (order.executed > Quantity{0}) {
    const auto arrival = twice_mid(order.order.arrival_bid, order.order.arrival_ask);
    if (!arrival) return;
    Int128 at_arrival = 0;
    if (__builtin_mul_overflow(*arrival, static_cast<Int128>(order.executed.raw()), &at_arrival)) return;
    delay = s * as_double(*arrival - 2 * decision) / 2 * as_double(order.executed.raw()) / whole;
    execution = s * as_double(2 * order.traded_value.raw() - at_arrival) / 2 / whole;
  }
  double opportunity = 0;
  if (order.executed < order.ordered) {
    const auto end = twice_mid(order.end_bid, order.end_ask);
    if (!end) return;
    opportunity =
        s * as_double(*end - 2 * decision) / 2 * as_double((order.ordered - order.executed).raw()) / whole;
  }
  const std::size_t row = strategy_row(order.order.strategy);
  ShortfallFigures& figures = figures_.shortfalls[row];
  ++figures.orders;
  figures.ordered_usd += ordered_usd;
  const std::array<double, kShortfallParts> parts{delay * ordered_usd, execution * ordered_usd,
                                                  opportunity * ordered_usd, executed.fees_usd};
  for (std::size_t part = 0; part < kShortfallParts; ++part) {
    figures.usd[part] += parts[part];
    metrics_.shortfall(row, static_cast<ShortfallPart>(part), figures.usd[part],
                       1e4 * figures.usd[part] / figures.ordered_usd);
  }
}

}  // namespace vigil::orders
