// Rules of the router that hold in any market, and a comparison with trying out every way to split.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <functional>
#include <set>

#include "engine/venue/router.h"

namespace vigil::engine::test {

using namespace std::chrono_literals;
using boost::multiprecision::cpp_int;
using orders::DenyReason;
using orders::InstrumentId;
using orders::MarketEvent;
using orders::Money;
using orders::Order;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Ratio;
using orders::Side;
using orders::TimeInForce;
using orders::Timestamp;
using orders::VenueId;

namespace {

constexpr Timestamp kNow{std::chrono::sys_days{std::chrono::year{2024} / 1 / 2}};
constexpr std::int64_t kLot = 5;

struct RandomVenue {
  bool available = true;
  std::optional<MarketEvent> event;
  VenueFees fees;
};

struct RandomMarket {
  std::vector<RandomVenue> venues;
  RouterConfig config;
  Order order;
};

std::optional<Price> random_price(int around) {
  if (*rc::gen::inRange(0, 8) == 0) return std::nullopt;
  return Price::from_raw((around + *rc::gen::inRange(-3, 4)) * 1'000'000LL);
}
std::optional<Quantity> random_size() {
  if (*rc::gen::inRange(0, 10) == 0) return std::nullopt;
  return Quantity{*rc::gen::inRange<std::int64_t>(0, 40)};
}
FeeConfig random_fee() {
  return {Ratio::from_raw(*rc::gen::inRange<std::int64_t>(-3, 4) * 50'000),
          Money::from_raw(*rc::gen::inRange<std::int64_t>(-2, 3) * 500'000)};
}

RandomMarket random_market() {
  RandomMarket market;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    RandomVenue venue;
    venue.available = *rc::gen::inRange(0, 6) != 0;
    venue.fees = {random_fee(), random_fee()};
    if (*rc::gen::inRange(0, 8) != 0) {
      MarketEvent event;
      event.instrument = InstrumentId{0};
      event.venue = static_cast<VenueId>(i);
      event.time = kNow - *rc::gen::inRange(0, 7) * 1s;  // stale after 5 s
      event.quote = {.bid = random_price(998),
                     .ask = random_price(1002),
                     .bid_size = random_size(),
                     .ask_size = random_size(),
                     .time = event.time};
      venue.event = event;
    }
    market.venues.push_back(venue);
  }
  market.config.max_slices = static_cast<std::uint32_t>(*rc::gen::inRange(1, 5));
  market.config.strategy = *rc::gen::element(RoutingStrategy::Smart, RoutingStrategy::Aggressive);
  Order& order = market.order;
  order.instrument = InstrumentId{0};
  order.side = *rc::gen::element(Side::Buy, Side::Sell);
  order.type = static_cast<OrderType>(*rc::gen::inRange(0, 4));
  order.time_in_force = static_cast<TimeInForce>(*rc::gen::inRange(0, 5));
  order.terms.quantity = Quantity{kLot * *rc::gen::inRange<std::int64_t>(1, 20)};
  if (has_limit(order.type))
    order.terms.limit_price = Price::from_raw(*rc::gen::inRange(994, 1007) * 1'000'000LL);
  if (has_stop(order.type)) order.terms.stop_price = Price{10};
  return market;
}

orders::Instrument instrument() {
  orders::Instrument result;
  result.tick_size = Price::from_raw(1'000'000);
  result.lot_size = Quantity{kLot};
  return result;
}

Router router_of(const RandomMarket& market) {
  std::vector<VenueFees> fees;
  for (const auto& venue : market.venues) fees.push_back(venue.fees);
  Router router(market.config, {instrument()}, fees);
  for (std::size_t i = 0; i < market.venues.size(); ++i) {
    router.set_venue_available(static_cast<VenueId>(i), market.venues[i].available);
    if (market.venues[i].event) router.on_market(*market.venues[i].event);
  }
  return router;
}

bool fresh(const RandomMarket& market, std::size_t venue) {
  const RandomVenue& v = market.venues[venue];
  return v.available && v.event && kNow - v.event->time <= market.config.stale_quote_after;
}

/// Where the order could take now: all-in cost of a unit in 1e-24 and whole lots on display.
struct Offer {
  std::size_t venue = 0;
  cpp_int cost;
  std::int64_t size = 0;
};

cpp_int cost_of(Side side, Price price, const FeeConfig& fee) {
  const cpp_int scale = orders::kScale;
  const cpp_int value = cpp_int(price.raw()) * scale * scale;  // multiplier 1
  return orders::sign(side) * value + cpp_int(price.raw()) * fee.notional_ratio.raw() * scale +
         cpp_int(static_cast<std::int64_t>(fee.per_unit.raw())) * scale * scale;
}

std::vector<Offer> offers(const RandomMarket& market) {
  const Order& order = market.order;
  const bool buy = order.side == Side::Buy;
  std::vector<Offer> result;
  for (std::size_t i = 0; i < market.venues.size(); ++i) {
    if (!fresh(market, i)) continue;
    const orders::Quote& quote = market.venues[i].event->quote;
    const auto touch = buy ? quote.ask : quote.bid;
    const auto size = buy ? quote.ask_size : quote.bid_size;
    if (!touch || (size && *size == Quantity{0})) continue;
    if (order.type == OrderType::Limit &&
        (buy ? *touch > *order.terms.limit_price : *touch < *order.terms.limit_price)) {
      continue;
    }
    const std::int64_t shown = size ? size->raw() / orders::kScale : 1'000'000;
    result.push_back({i, cost_of(order.side, *touch, market.venues[i].fees.taker), shown / kLot * kLot});
  }
  return result;
}

}  // namespace

TEST_SUITE("router: any market") {
  TEST_CASE("the whole quantity goes to available venues in whole lots, each venue once") {
    CHECK(rc::check("rules", [] {
      const RandomMarket market = random_market();
      Router router = router_of(market);
      const RouteDecision decision = router.route(market.order, kNow);
      if (decision.reason != DenyReason::None) {
        RC_ASSERT(decision.reason == DenyReason::VenueUnavailable);
        RC_ASSERT(decision.count == 0U);
        for (const auto& venue : market.venues) RC_ASSERT(!venue.available || !venue.event);
        return;
      }
      RC_ASSERT(decision.count >= 1U);
      RC_ASSERT(decision.count <= market.config.max_slices);
      std::set<VenueId> used;
      Quantity sum{};
      for (const RouteSlice& slice : decision.slices()) {
        RC_ASSERT(market.venues[orders::index(slice.venue)].available);
        RC_ASSERT(used.insert(slice.venue).second);
        RC_ASSERT(slice.quantity > Quantity{0});
        RC_ASSERT(slice.quantity.raw() % Quantity{kLot}.raw() == 0);
        sum = sum + slice.quantity;
      }
      RC_ASSERT(sum == market.order.terms.quantity);
      const bool whole = market.config.strategy == RoutingStrategy::Aggressive ||
                         has_stop(market.order.type) || market.order.time_in_force == TimeInForce::FillOrKill;
      if (whole) RC_ASSERT(decision.count == 1U);
    }));
  }

  TEST_CASE("what is on display within max_slices is bought as cheaply as any split could") {
    CHECK(rc::check("against all splits", [] {
      RandomMarket market = random_market();
      market.config.strategy = RoutingStrategy::Smart;
      market.config.max_slices = 5;  // a venue each: the slices do not bind
      market.order.type = *rc::gen::element(OrderType::Market, OrderType::Limit);
      market.order.terms.stop_price.reset();
      if (market.order.type == OrderType::Market) market.order.terms.limit_price.reset();
      if (market.order.type == OrderType::Limit && !market.order.terms.limit_price) {
        market.order.terms.limit_price = Price{10};
      }
      market.order.time_in_force = TimeInForce::GoodTillCancel;
      const auto available = offers(market);
      RC_PRE(!available.empty());

      const std::int64_t quantity = market.order.terms.quantity.raw() / orders::kScale;
      std::int64_t on_display = 0;
      for (const Offer& offer : available) on_display += offer.size;
      const std::int64_t takeable = std::min(quantity, on_display);

      // The cheapest way to take `takeable` units, by trying all.
      std::optional<cpp_int> cheapest;
      const std::function<void(std::size_t, std::int64_t, cpp_int)> split =
          [&](std::size_t place, std::int64_t left, const cpp_int& cost) {
            if (left == 0) {
              if (!cheapest || cost < *cheapest) cheapest = cost;
              return;
            }
            if (place == available.size()) return;
            for (std::int64_t taken = 0; taken <= std::min(left, available[place].size); taken += kLot) {
              split(place + 1, left - taken, cost + available[place].cost * taken);
            }
          };
      split(0, takeable, 0);

      Router router = router_of(market);
      const RouteDecision decision = router.route(market.order, kNow);
      RC_ASSERT(decision.reason == DenyReason::None);
      cpp_int cost = 0;
      std::int64_t taken = 0;
      for (const RouteSlice& slice : decision.slices()) {
        const auto offer = std::ranges::find(available, orders::index(slice.venue), &Offer::venue);
        if (offer == available.end()) continue;
        const std::int64_t from_display = std::min(offer->size, slice.quantity.raw() / orders::kScale);
        cost += offer->cost * from_display;
        taken += from_display;
      }
      RC_ASSERT(taken == takeable);
      RC_ASSERT((cost == cheapest.value()));
    }));
  }

  TEST_CASE("a limit order out of reach rests where it is cheapest among the best quotes of its side") {
    CHECK(rc::check("against all venues", [] {
      RandomMarket market = random_market();
      market.config.strategy = RoutingStrategy::Smart;
      market.order.type = OrderType::Limit;
      market.order.terms.stop_price.reset();
      const bool buy = market.order.side == Side::Buy;
      market.order.terms.limit_price = buy ? Price{9} : Price{11};
      RC_PRE(offers(market).empty());
      std::optional<Price> best_touch;
      const auto touch = [&](std::size_t i) {
        const orders::Quote& quote = market.venues[i].event->quote;
        return buy ? quote.bid : quote.ask;
      };
      bool any = false;
      for (std::size_t i = 0; i < market.venues.size(); ++i) {
        if (!fresh(market, i)) continue;
        any = true;
        if (touch(i) && (!best_touch || (buy ? *touch(i) > *best_touch : *touch(i) < *best_touch))) {
          best_touch = touch(i);
        }
      }
      RC_PRE(any);
      Router router = router_of(market);
      const RouteDecision decision = router.route(market.order, kNow);
      RC_ASSERT(decision.count == 1U);
      const std::size_t chosen = orders::index(decision.venues[0].venue);
      RC_ASSERT(fresh(market, chosen));
      RC_ASSERT((touch(chosen) == best_touch));
      const auto cost = [&](std::size_t i) {
        return cost_of(market.order.side, *market.order.terms.limit_price, market.venues[i].fees.maker);
      };
      for (std::size_t i = 0; i < market.venues.size(); ++i) {
        if (!fresh(market, i) || touch(i) != best_touch) continue;
        RC_ASSERT((cost(chosen) < cost(i) || (cost(chosen) == cost(i) && chosen <= i)));
      }
    }));
  }
}

}  // namespace vigil::engine::test
