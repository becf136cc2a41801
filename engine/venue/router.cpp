#include "engine/venue/router.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <stdexcept>
#include <string>

namespace vigil::engine {

using orders::DenyReason;
using orders::InstrumentId;
using orders::Int128;
using orders::kScale;
using orders::Order;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Side;
using orders::TimeInForce;
using orders::Timestamp;
using orders::VenueId;

namespace {

constexpr Int128 kMaxCost = static_cast<Int128>(~orders::Uint128{0} >> 1);

/// a * b, stopping at the ends of the range.
constexpr Int128 multiply_saturating(Int128 a, Int128 b) noexcept {
  Int128 product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? kMaxCost : -kMaxCost;
}

constexpr VenueId venue_at(std::size_t place) noexcept {
  return static_cast<VenueId>(place);
}

RouteDecision denied(DenyReason reason) noexcept {
  return {.reason = reason, .count = 0, .venues = {}};
}

void add_slice(RouteDecision& decision, VenueId venue, Quantity quantity) noexcept {
  decision.venues[decision.count++] = {venue, quantity};
}

RouteDecision whole_to(VenueId venue, Quantity quantity) noexcept {
  RouteDecision decision;
  add_slice(decision, venue, quantity);
  return decision;
}

/// True when `a` is the better price for whoever quotes on `side` to be next to.
constexpr bool better_touch(Side side, Price a, Price b) noexcept {
  return side == Side::Buy ? a > b : a < b;
}

}  // namespace

Int128 all_in_cost(const orders::Instrument& instrument, Side side, Price price,
                   const FeeConfig& fee) noexcept {
  const Int128 p = price.raw();
  const Int128 m = instrument.multiplier.raw();
  const Int128 ratio = fee.notional_ratio.raw();
  if (!instrument.inverse) {
    // s*p*m + |p|*m*ratio + per_unit
    const Int128 factor = sign(side) * p * kScale + (p < 0 ? -p : p) * ratio;
    const Int128 per_unit = multiply_saturating(fee.per_unit.raw(), static_cast<Int128>(kScale) * kScale);
    return orders::add_saturating(multiply_saturating(factor, m), per_unit);
  }
  // A contract is m/p of the base currency; buying high gives little of it away. -s*m/p + m/p*ratio +
  // per_unit
  if (p <= 0) return kMaxCost;
  const Int128 factor = -sign(side) * static_cast<Int128>(kScale) + ratio;
  const auto share = orders::multiply_divide_half_even(multiply_saturating(m, factor), kScale, price.raw());
  if (!share) return kMaxCost;
  return orders::add_saturating(*share, multiply_saturating(fee.per_unit.raw(), kScale));
}

Router::Router(const RouterConfig& config, const std::vector<orders::Instrument>& instruments,
               const std::vector<VenueFees>& fees)
    : config_(config),
      instruments_(instruments),
      fees_(fees),
      available_(fees.size(), false),
      listings_(fees.size() * instruments.size()) {
  if (config.max_slices < 1 || config.max_slices > kMaxRouteSlices) {
    throw std::invalid_argument("router.max_slices: must be 1 to " + std::to_string(kMaxRouteSlices) +
                                ", was " + std::to_string(config.max_slices));
  }
  candidates_.reserve(fees.size());
}

void Router::on_market(const orders::MarketEvent& event) noexcept {
  if (orders::index(event.venue) >= fees_.size()) return;
  if (orders::index(event.instrument) >= instruments_.size()) return;
  Listing& entry =
      listings_[orders::index(event.venue) * instruments_.size() + orders::index(event.instrument)];
  entry.seen = true;
  if (event.kind != orders::MarketEventKind::Quote) return;
  entry.quote = event.quote;
  entry.time = event.time;
  entry.quoted = true;
}

void Router::set_venue_available(VenueId venue, bool available) noexcept {
  assert(orders::index(venue) < available_.size());
  available_[orders::index(venue)] = available;
}

bool Router::venue_available(VenueId venue) const noexcept {
  return orders::index(venue) < available_.size() && available_[orders::index(venue)];
}

RouteDecision Router::route(const Order& order, Timestamp now) noexcept {
  assert(orders::index(order.instrument) < instruments_.size());
  const Quantity quantity = order.leaves_quantity();
  assert(quantity > Quantity{0});
  if (order.venue != orders::kNoVenue) {
    if (orders::index(order.venue) >= fees_.size()) return denied(DenyReason::UnknownVenue);
    if (!venue_available(order.venue)) return denied(DenyReason::VenueUnavailable);
    return whole_to(order.venue, quantity);
  }

  find_candidates(order, now);
  if (!candidates_.empty()) {
    if (config_.strategy == RoutingStrategy::Aggressive || has_stop(order.type)) {
      return whole_to(candidates_.front().venue, quantity);
    }
    if (order.time_in_force == TimeInForce::FillOrKill) return whole_to(best_for_fok(quantity), quantity);
    return deal_out(order, now);
  }
  VenueId venue = orders::kNoVenue;
  if (has_limit(order.type)) venue = best_to_rest(order, now);
  if (venue == orders::kNoVenue) venue = first_listing(order.instrument);
  if (venue == orders::kNoVenue) return denied(DenyReason::VenueUnavailable);
  return whole_to(venue, quantity);
}

bool Router::usable(std::size_t venue, InstrumentId instrument, Timestamp now) const noexcept {
  if (!available_[venue]) return false;
  const Listing& entry = listing(venue, instrument);
  return entry.quoted && now - entry.time <= config_.stale_quote_after;
}

/// Venues whose far touch the order can reach, the best first. A stop reaches any (it will, once triggered),
/// and so does every order of the aggressive strategy.
void Router::find_candidates(const Order& order, Timestamp now) noexcept {
  candidates_.clear();
  const auto& instrument = instruments_[orders::index(order.instrument)];
  const bool aggressive = config_.strategy == RoutingStrategy::Aggressive;
  const bool limited = order.type == OrderType::Limit && !aggressive;
  for (std::size_t venue = 0; venue < fees_.size(); ++venue) {
    if (!usable(venue, order.instrument, now)) continue;
    const orders::Quote& quote = listing(venue, order.instrument).quote;
    const bool buy = order.side == Side::Buy;
    const std::optional<Price> touch = buy ? quote.ask : quote.bid;
    const std::optional<Quantity> size = buy ? quote.ask_size : quote.bid_size;
    if (!touch) continue;
    if (size && *size <= Quantity{0}) continue;
    if (limited && !orders::within(order.side, *touch, *order.terms.limit_price)) continue;
    const Int128 cost = aggressive ? static_cast<Int128>(sign(order.side)) * touch->raw()
                                   : all_in_cost(instrument, order.side, *touch, fees_[venue].taker);
    candidates_.push_back({cost, venue_at(venue), size});
  }
  std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.venue < b.venue;
  });
}

RouteDecision Router::deal_out(const Order& order, Timestamp now) const noexcept {
  const std::int64_t lot = instruments_[orders::index(order.instrument)].lot_size.raw();
  Quantity left = order.leaves_quantity();
  RouteDecision decision;
  for (const Candidate& candidate : candidates_) {
    if (left == Quantity{0} || decision.count == config_.max_slices) break;
    const Quantity shown = candidate.size.value_or(left);
    const Quantity taken = std::min(left, Quantity::from_raw(shown.raw() - shown.raw() % lot));
    if (taken <= Quantity{0}) continue;
    add_slice(decision, candidate.venue, taken);
    left = left - taken;
  }
  if (left == Quantity{0}) return decision;

  const bool may_rest =
      order.type == OrderType::Limit && order.time_in_force != TimeInForce::ImmediateOrCancel;
  const VenueId wanted = may_rest ? best_to_rest(order, now) : candidates_.front().venue;
  for (std::size_t i = 0; i < decision.count; ++i) {
    if (decision.venues[i].venue != wanted) continue;
    decision.venues[i].quantity = decision.venues[i].quantity + left;
    return decision;
  }
  if (decision.count < config_.max_slices) {
    add_slice(decision, wanted, left);
  } else {
    decision.venues[0].quantity = decision.venues[0].quantity + left;
  }
  return decision;
}

VenueId Router::best_for_fok(Quantity quantity) const noexcept {
  for (const Candidate& candidate : candidates_) {
    if (!candidate.size || *candidate.size >= quantity) return candidate.venue;
  }
  return candidates_.front().venue;
}

VenueId Router::best_to_rest(const Order& order, Timestamp now) const noexcept {
  const auto& instrument = instruments_[orders::index(order.instrument)];
  const auto own_touch = [&](std::size_t venue) {
    const orders::Quote& quote = listing(venue, order.instrument).quote;
    return order.side == Side::Buy ? quote.bid : quote.ask;
  };
  std::optional<Price> best_touch;
  for (std::size_t venue = 0; venue < fees_.size(); ++venue) {
    if (!usable(venue, order.instrument, now)) continue;
    const std::optional<Price> touch = own_touch(venue);
    if (touch && (!best_touch || better_touch(order.side, *touch, *best_touch))) best_touch = touch;
  }

  VenueId best = orders::kNoVenue;
  Int128 best_cost = 0;
  for (std::size_t venue = 0; venue < fees_.size(); ++venue) {
    if (!usable(venue, order.instrument, now)) continue;
    if (own_touch(venue) != best_touch) continue;
    const Int128 cost = all_in_cost(instrument, order.side, *order.terms.limit_price, fees_[venue].maker);
    if (best != orders::kNoVenue && cost >= best_cost) continue;
    best = venue_at(venue);
    best_cost = cost;
  }
  return best;
}

VenueId Router::first_listing(InstrumentId instrument) const noexcept {
  for (std::size_t venue = 0; venue < fees_.size(); ++venue) {
    if (available_[venue] && listing(venue, instrument).seen) return venue_at(venue);
  }
  return orders::kNoVenue;
}

}  // namespace vigil::engine
