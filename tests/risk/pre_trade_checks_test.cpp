#include "risk/pre_trade_checks.h"

#include <doctest/doctest.h>

#include <functional>

#include "risk_desk.h"

using namespace risk_desk;

namespace {

Measure basis_points(const char* text) {
  return {Unit::BasisPoints, Quantity::parse(text)->raw()};
}
Measure ratio_measure(const char* text) {
  return {Unit::Ratio, ratio(text).raw()};
}
Measure seconds_measure(const char* text) {
  return {Unit::Seconds, Quantity::parse(text)->raw()};
}

void check_equal(const Measure& got, const Measure& expected) {
  CHECK(got.unit == expected.unit);
  CHECK(decimal_string(got.raw, kScaleDigits) == decimal_string(expected.raw, kScaleDigits));
}

void check_denied(const Verdict& verdict, DenyReason reason, const Measure& observed, const Measure& limit) {
  CHECK(to_string(verdict.reason) == to_string(reason));
  check_equal(verdict.observed, observed);
  check_equal(verdict.limit, limit);
}

/// One limit: an order exactly at it and an order one unit beyond.
struct Boundary {
  const char* name;
  std::function<void(Limits&)> set;
  std::function<void(RiskDesk&)> prepare;
  std::function<Order(RiskDesk&)> at_limit;
  std::function<Order(RiskDesk&)> beyond;
  DenyReason reason;
  Measure observed;
  Measure limit;
};

const auto kNothing = [](RiskDesk&) {};

void work_orders(RiskDesk& desk, int count) {
  for (int i = 0; i < count; ++i) {
    Order order = desk.order(Side::Buy, "1", "100");
    desk.work(order);
  }
}

std::function<Order(RiskDesk&)> buys(const char* amount, const char* limit) {
  return [=](RiskDesk& desk) { return desk.order(Side::Buy, amount, limit); };
}
std::function<Order(RiskDesk&)> sells(const char* amount, const char* limit) {
  return [=](RiskDesk& desk) { return desk.order(Side::Sell, amount, limit); };
}

std::vector<Boundary> boundaries() {
  return {
      {"order quantity", [](Limits& l) { fine(l).max_order_quantity = quantity("10"); }, kNothing,
       buys("10", "100"), buys("10.00000001", "100"), DenyReason::MaxOrderQuantity,
       measure(quantity("10.00000001")), measure(quantity("10"))},
      {"order notional", [](Limits& l) { fine(l).max_order_notional = money("1000"); }, kNothing,
       buys("1000", "1"), buys("1000.00000001", "1"), DenyReason::MaxOrderNotional,
       measure(money("1000.00000001")), measure(money("1000"))},
      {"collar above", [](Limits& l) { fine(l).max_price_deviation_bp = 100; }, kNothing, buys("1", "101"),
       buys("1", "101.00000001"), DenyReason::PriceCollar, basis_points("100.000001"), basis_points("100")},
      {"collar below", [](Limits& l) { fine(l).max_price_deviation_bp = 100; }, kNothing, sells("1", "99"),
       sells("1", "98.99999999"), DenyReason::PriceCollar, basis_points("100.000001"), basis_points("100")},
      {"collar over the period", [](Limits& l) { fine(l).max_period_deviation_bp = 100; },
       [](RiskDesk& desk) {
         desk.mark(kFine, "199", "201");
         desk.time += 10s;
         desk.mark(kFine, "149", "151");
       },
       buys("1", "202"), buys("1", "202.00000001"), DenyReason::PriceCollarPeriod,
       basis_points("100.0000005"), basis_points("100")},
      {"position long", [](Limits& l) { fine(l).max_position = quantity("10"); },
       [](RiskDesk& desk) {
         desk.trade(Side::Buy, "4", "100");
         work_orders(desk, 2);
       },
       buys("4", "100"), buys("4.00000001", "100"), DenyReason::PositionLimit,
       measure(quantity("10.00000001")), measure(quantity("10"))},
      {"position short", [](Limits& l) { fine(l).max_position = quantity("10"); },
       [](RiskDesk& desk) {
         desk.trade(Side::Buy, "4", "100");
         work_orders(desk, 2);
       },
       sells("14", "100"), sells("14.00000001", "100"), DenyReason::PositionLimit,
       measure(quantity("10.00000001")), measure(quantity("10"))},
      {"gross exposure", [](Limits& l) { alpha(l).max_gross_exposure = money("1000"); },
       [](RiskDesk& desk) { desk.trade(Side::Sell, "1", "100", kCoarse); },  // short 100 elsewhere
       buys("900", "1"), buys("900.00000001", "1"), DenyReason::GrossExposureLimit,
       measure(money("1000.00000001")), measure(money("1000"))},
      {"net exposure long", [](Limits& l) { alpha(l).max_net_exposure = money("1000"); },
       [](RiskDesk& desk) { desk.trade(Side::Sell, "1", "100", kCoarse); }, buys("1100", "1"),
       buys("1100.00000001", "1"), DenyReason::NetExposureLimit, measure(money("1000.00000001")),
       measure(money("1000"))},
      {"net exposure short", [](Limits& l) { alpha(l).max_net_exposure = money("1000"); },
       [](RiskDesk& desk) { desk.trade(Side::Sell, "1", "100", kCoarse); }, sells("900", "1"),
       sells("900.00000001", "1"), DenyReason::NetExposureLimit, measure(money("1000.00000001")),
       measure(money("1000"))},
      {"margin", [](Limits& l) { alpha(l).max_margin_usage = ratio("0.5"); },  // of 100,000
       [](RiskDesk& desk) { desk.trade(Side::Buy, "80", "100", kFuture); },    // 400,000 at 10 %
       buys("10000", "1"), buys("10000.001", "1"), DenyReason::MarginLimit, ratio_measure("0.50000001"),
       ratio_measure("0.5")},
  };
}

}  // namespace

TEST_CASE("an order exactly at a limit passes and one unit beyond is denied with what was seen and allowed") {
  for (const Boundary& boundary : boundaries()) {
    CAPTURE(boundary.name);
    Limits limits;
    boundary.set(limits);
    RiskDesk desk{limits};
    boundary.prepare(desk);
    CHECK(to_string(desk.check(boundary.at_limit(desk)).reason) == to_string(DenyReason::None));
    check_denied(desk.check(boundary.beyond(desk)), boundary.reason, boundary.observed, boundary.limit);
  }
}

TEST_CASE("without limits an order passes") {
  RiskDesk desk;
  CHECK(desk.check(desk.order(Side::Buy, "1000000", "100")).allowed());
  CHECK(desk.check(desk.market(Side::Sell, "1000000")).allowed());
}

TEST_CASE("tables shorter than the ids limit nothing beyond their end") {
  Limits limits;
  limits.instruments.resize(1);
  limits.instruments[0].max_order_quantity = quantity("1");
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "10", "100");
  CHECK_FALSE(desk.check(order).allowed());
  order.instrument = kFuture;
  CHECK(desk.check(order).allowed());
}

TEST_CASE("unknown names are denied, each with its reason") {
  RiskDesk desk;
  const auto reason = [&](auto change) {
    Order order = desk.order(Side::Buy, "1", "100");
    change(order);
    return desk.check(order).reason;
  };
  CHECK(reason([](Order& o) { o.instrument = InstrumentId{4}; }) == DenyReason::UnknownInstrument);
  CHECK(reason([](Order& o) { o.instrument = kNoInstrument; }) == DenyReason::UnknownInstrument);
  CHECK(reason([](Order& o) { o.account = AccountId{3}; }) == DenyReason::UnknownAccount);
  CHECK(reason([](Order& o) { o.strategy = StrategyId{2}; }) == DenyReason::UnknownStrategy);
  CHECK(reason([](Order& o) { o.strategy = kNoStrategy; }) == DenyReason::UnknownStrategy);
  CHECK(reason([](Order& o) { o.venue = VenueId{2}; }) == DenyReason::UnknownVenue);
  CHECK(reason([](Order& o) { o.venue = kWest; }) == DenyReason::None);
}

TEST_CASE("restricted and untradable instruments are denied") {
  auto defined = instruments();
  defined[0].restricted = true;
  defined[3].tradable = false;
  const Portfolio portfolio{portfolio_config(), defined, {{"USD", 2}, {"BTC", 8}, {"EUR", 2}}, nullptr};
  RiskManager risk{{}, portfolio, portfolio.instruments(), 2, 2, nullptr};
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "10", "100");
  CHECK(risk.check_new(order, desk.reference(order), desk.now()).reason == DenyReason::RestrictedInstrument);
  order.instrument = kCoarse;
  CHECK(risk.check_new(order, desk.reference(order), desk.now()).reason == DenyReason::RestrictedInstrument);
  order.instrument = kFuture;
  CHECK(risk.check_new(order, desk.reference(order), desk.now()).allowed());
}

TEST_CASE("a strategy trades only for the accounts it is permitted") {
  Limits limits;
  limits.permissions = {{true, false}};
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "1", "100");
  CHECK(desk.check(order).allowed());
  order.account = kBeta;
  CHECK(desk.check(order).reason == DenyReason::StrategyNotPermitted);
  order.account = kEuro;  // beyond the row
  CHECK(desk.check(order).reason == DenyReason::StrategyNotPermitted);
  order.account = kAlpha;
  order.strategy = kMaker;  // no row
  CHECK(desk.check(order).reason == DenyReason::StrategyNotPermitted);
}

TEST_CASE("prices must be there where the type asks for them and nowhere else") {
  RiskDesk desk;
  const auto reason = [&](OrderType type, std::optional<Price> limit, std::optional<Price> stop) {
    Order order = desk.order(Side::Buy, "1", "100");
    order.type = type;
    order.terms.limit_price = limit;
    order.terms.stop_price = stop;
    return desk.check(order).reason;
  };
  const Price p = price("100");
  CHECK(reason(OrderType::Limit, p, {}) == DenyReason::None);
  CHECK(reason(OrderType::Limit, {}, {}) == DenyReason::InvalidPrice);
  CHECK(reason(OrderType::Limit, p, p) == DenyReason::InvalidPrice);
  CHECK(reason(OrderType::Market, {}, {}) == DenyReason::None);
  CHECK(reason(OrderType::Market, p, {}) == DenyReason::InvalidPrice);
  CHECK(reason(OrderType::Stop, {}, p) == DenyReason::None);
  CHECK(reason(OrderType::Stop, {}, {}) == DenyReason::InvalidPrice);
  CHECK(reason(OrderType::StopLimit, p, p) == DenyReason::None);
  CHECK(reason(OrderType::StopLimit, p, {}) == DenyReason::InvalidPrice);
  CHECK(reason(OrderType::StopLimit, {}, p) == DenyReason::InvalidPrice);
}

TEST_CASE("a price must be positive unless the market itself is quoted at or below zero") {
  RiskDesk desk;
  check_denied(desk.check(desk.order(Side::Buy, "1", "0")), DenyReason::InvalidPrice, measure(price("0")),
               measure(price("0")));
  CHECK(desk.check(desk.order(Side::Buy, "1", "-1")).reason == DenyReason::InvalidPrice);
  desk.mark(kFine, "-37.5", "-37");
  CHECK(desk.check(desk.order(Side::Buy, "1", "-37")).allowed());
}

TEST_CASE("tick and lot size are kept") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "20", "100.05");
  order.instrument = kCoarse;
  CHECK(desk.check(order).allowed());
  order.terms.limit_price = price("100.06");
  check_denied(desk.check(order), DenyReason::TickSize, measure(price("100.06")), measure(price("0.05")));
  order.terms.limit_price = price("100.05");
  order.terms.quantity = quantity("25");
  check_denied(desk.check(order), DenyReason::LotSize, measure(quantity("25")), measure(quantity("10")));
}

TEST_CASE("a quantity must be positive") {
  RiskDesk desk;
  for (const char* amount : {"0", "-1"}) {
    check_denied(desk.check(desk.order(Side::Buy, amount, "100")), DenyReason::InvalidQuantity,
                 measure(quantity(amount)), measure(Quantity{}));
  }
}

TEST_CASE("a market order needs a far touch that is not stale") {
  Limits limits;
  limits.stale_reference_after = 5s;
  RiskDesk desk{limits};
  const Order order = desk.market(Side::Buy, "1");
  desk.time += 5s;
  CHECK(desk.check(order).allowed());
  desk.time += 10ns;
  check_denied(desk.check(order), DenyReason::StaleReference, seconds_measure("5.00000001"),
               seconds_measure("5"));
  Quote bid_only;
  bid_only.bid = price("99");
  desk.mark(kFine, bid_only);
  CHECK(desk.check(order).reason == DenyReason::MissingReference);
  CHECK(desk.check(desk.market(Side::Sell, "1")).allowed());
}

TEST_CASE("a limit order needs a reference only where a collar compares with it") {
  Limits limits;
  RiskDesk free{limits};
  free.mark(kFine, Quote{});
  CHECK(free.check(free.order(Side::Buy, "1", "100")).allowed());

  fine(limits).max_price_deviation_bp = 100;
  RiskDesk collared{limits};
  collared.mark(kFine, Quote{});
  CHECK(collared.check(collared.order(Side::Buy, "1", "100")).reason == DenyReason::MissingReference);
  collared.mark(kFine, "99", "101");
  collared.time += 1h;
  CHECK(collared.check(collared.order(Side::Buy, "1", "100")).reason == DenyReason::StaleReference);
}

TEST_CASE("where a market order may do without a reference, a limit in money still needs one") {
  Limits limits;
  limits.market_order_needs_reference = false;
  fine(limits).max_order_notional = money("1000");
  const Portfolio portfolio{portfolio_config(), instruments(), {{"USD", 2}, {"BTC", 8}, {"EUR", 2}}, nullptr};
  RiskManager risk{limits, portfolio, portfolio.instruments(), 2, 2, nullptr};
  RiskDesk desk;
  Order order = desk.market(Side::Buy, "1");
  CHECK(risk.check_new(order, Quote{}, desk.now()).reason == DenyReason::MissingReference);
  order.instrument = kFuture;
  CHECK(risk.check_new(order, Quote{}, desk.now()).allowed());
}

TEST_CASE("a limit in money denies what cannot be converted into the account's currency") {
  Limits limits;
  RiskDesk unlimited{limits};
  Order order = unlimited.order(Side::Buy, "1", "100");
  order.account = kEuro;  // no rate from USD to EUR
  CHECK(unlimited.check(order).allowed());

  limits.accounts.resize(3);
  limits.accounts[index(kEuro)].max_gross_exposure = money("1000000");
  RiskDesk limited{limits};
  CHECK(limited.check(order).reason == DenyReason::MissingConversionRate);
}

TEST_CASE(
    "notional of a future counts its multiplier, of an inverse contract its worth in the account's "
    "currency") {
  Limits limits;
  limits.instruments.resize(4);
  limits.instruments[index(kFuture)].max_order_notional = money("10000");
  limits.instruments[index(kInverse)].max_order_notional = money("300");
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "2", "100");
  order.instrument = kFuture;
  CHECK(desk.check(order).allowed());
  order.terms.limit_price = price("100.00000001");
  check_denied(desk.check(order), DenyReason::MaxOrderNotional, measure(money("10000.000001")),
               measure(money("10000")));
  order.instrument = kInverse;  // 100 USD a contract, BTC at 100 USD
  order.terms = {.quantity = quantity("3"), .limit_price = price("100"), .stop_price = {}};
  CHECK(desk.check(order).allowed());
  order.terms.quantity = quantity("3.00000001");
  CHECK(desk.check(order).reason == DenyReason::MaxOrderNotional);
}

TEST_CASE("a market order is collared by its far touch, a stop order only from its stop to its limit") {
  Limits limits;
  fine(limits).max_price_deviation_bp = 100;
  RiskDesk desk{limits};
  CHECK(desk.check(desk.market(Side::Buy, "1")).allowed());
  desk.mark(kFine, "98.99", "101.01");
  check_denied(desk.check(desk.market(Side::Buy, "1")), DenyReason::PriceCollar, basis_points("101"),
               basis_points("100"));

  Order stop = desk.order(Side::Sell, "1", "79.2");
  stop.type = OrderType::Stop;
  stop.terms = {.quantity = quantity("1"), .limit_price = {}, .stop_price = price("80")};
  CHECK(desk.check(stop).allowed());
  stop.type = OrderType::StopLimit;
  stop.terms.limit_price = price("79.2");
  CHECK(desk.check(stop).allowed());
  stop.terms.limit_price = price("79.19");
  CHECK(desk.check(stop).reason == DenyReason::PriceCollar);
}

TEST_CASE("the same order again within the window is denied, and a denied order leaves no trace in it") {
  Limits limits;
  limits.duplicate_window = 100ms;
  fine(limits).max_order_quantity = quantity("10");
  RiskDesk desk{limits};
  CHECK(desk.check(desk.order(Side::Buy, "5", "100")).allowed());
  desk.time += 50ms;
  check_denied(desk.check(desk.order(Side::Buy, "5", "100")), DenyReason::DuplicateOrder,
               seconds_measure("0.05"), seconds_measure("0.1"));
  CHECK(desk.check(desk.order(Side::Sell, "5", "100")).allowed());
  desk.time += 50ms;
  CHECK(desk.check(desk.order(Side::Buy, "5", "100")).allowed());

  CHECK(desk.check(desk.order(Side::Buy, "11", "100")).reason == DenyReason::MaxOrderQuantity);
  CHECK(desk.check(desk.order(Side::Buy, "11", "100")).reason == DenyReason::MaxOrderQuantity);
}

TEST_CASE("an account's messages are limited, new orders, replaces and cancels together") {
  Limits limits;
  alpha(limits).max_messages_per_second = 3;
  fine(limits).max_order_quantity = quantity("10");
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "1", "100");
  CHECK(desk.check(desk.order(Side::Buy, "11", "100")).reason ==
        DenyReason::MaxOrderQuantity);  // takes no room
  CHECK(desk.check(order).allowed());
  desk.work(order);
  CHECK(desk.check_replace(order, "2", "100").allowed());
  CHECK(desk.risk.check_cancel(order, false, desk.now()).allowed());
  for (const Verdict& verdict :
       {desk.check(desk.order(Side::Sell, "1", "100")), desk.check_replace(order, "3", "100"),
        desk.risk.check_cancel(order, false, desk.now())}) {
    check_denied(verdict, DenyReason::AccountMessageRate, measure_count(4), measure_count(3));
  }
  CHECK(desk.risk.check_cancel(order, true, desk.now()).allowed());  // the kill switch's always pass
  desk.time += 1s;
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).allowed());
  Order other = desk.order(Side::Buy, "1", "100");
  other.account = kBeta;
  CHECK(desk.check(other).allowed());
}

TEST_CASE("a venue's messages are limited, a cancel's too") {
  Limits limits;
  limits.venue_messages_per_second = {2};
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "1", "100");
  order.venue = kEast;
  CHECK(desk.risk.check_venue(kEast, desk.now()).allowed());
  CHECK(desk.risk.check_cancel(order, false, desk.now()).allowed());
  check_denied(desk.risk.check_venue(kEast, desk.now()), DenyReason::VenueMessageRate, measure_count(3),
               measure_count(2));
  CHECK(desk.risk.check_cancel(order, false, desk.now()).reason == DenyReason::VenueMessageRate);
  CHECK(desk.risk.check_venue(kWest, desk.now()).allowed());
  CHECK(desk.risk.check_venue(VenueId{2}, desk.now()).reason == DenyReason::UnknownVenue);
}

TEST_CASE("open orders are limited, and a replace opens none") {
  Limits limits;
  alpha(limits).max_open_orders = 2;
  RiskDesk desk{limits};
  work_orders(desk, 1);
  Order second = desk.order(Side::Buy, "1", "100");
  CHECK(desk.check(second).allowed());
  desk.work(second);
  check_denied(desk.check(desk.order(Side::Buy, "1", "100")), DenyReason::OpenOrdersLimit, measure_count(3),
               measure_count(2));
  CHECK(desk.check_replace(second, "2", "100").allowed());
  desk.close(second);
  CHECK(desk.check(desk.order(Side::Buy, "1", "100")).allowed());
}

TEST_CASE("open positions are limited, those that working orders may open included") {
  Limits limits;
  alpha(limits).max_open_positions = 2;
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "1", "100", kFuture);
  Order order = desk.order(Side::Buy, "1", "100");
  CHECK(desk.check(order).allowed());
  desk.work(order);
  Order third = desk.order(Side::Buy, "10", "100");
  third.instrument = kCoarse;
  check_denied(desk.check(third), DenyReason::OpenPositionsLimit, measure_count(3), measure_count(2));
  third.instrument = kFuture;
  CHECK(desk.check(third).allowed());
}

TEST_CASE("beyond a limit, orders that bring the book back still pass") {
  RiskDesk desk;
  desk.trade(Side::Buy, "100", "100");
  Limits limits;
  fine(limits).max_position = quantity("10");
  alpha(limits).max_gross_exposure = money("1000");
  alpha(limits).max_net_exposure = money("1000");
  alpha(limits).max_margin_usage = ratio("0.01");
  desk.risk.reload(limits);
  CHECK(desk.check(desk.order(Side::Sell, "50", "100")).allowed());
  CHECK(desk.check(desk.order(Side::Buy, "1", "100")).reason == DenyReason::PositionLimit);
  CHECK(desk.check(desk.order(Side::Sell, "110", "100")).allowed());
  CHECK(desk.check(desk.order(Side::Sell, "110.00000001", "100")).reason == DenyReason::PositionLimit);
}

TEST_CASE("a replace is judged by its new terms and does not count its order twice") {
  Limits limits;
  fine(limits).max_position = quantity("10");
  fine(limits).max_order_quantity = quantity("9");
  alpha(limits).max_gross_exposure = money("900");
  RiskDesk desk{limits};
  Order order = desk.order(Side::Buy, "8", "100");
  desk.work(order);
  CHECK(desk.check_replace(order, "9", "100").allowed());
  CHECK(desk.check_replace(order, "9", "100.00000001").reason == DenyReason::GrossExposureLimit);
  CHECK(desk.check_replace(order, "9.00000001", "100").reason == DenyReason::MaxOrderQuantity);
  CHECK(desk.check_replace(order, "9", "0").reason == DenyReason::InvalidPrice);

  Order other = desk.order(Side::Buy, "2", "1");
  desk.work(other);
  check_denied(desk.check_replace(order, "8.5", "1"), DenyReason::PositionLimit, measure(quantity("10.5")),
               measure(quantity("10")));
  CHECK(desk.check_replace(order, "7", "1").allowed());
}

TEST_CASE("a replace must ask for more than was filled") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "8", "100");
  desk.work(order);
  desk.fill(order, "3", "100");
  check_denied(desk.check_replace(order, "3", "100"), DenyReason::InvalidQuantity, measure(quantity("3")),
               measure(quantity("3")));
  CHECK(desk.check_replace(order, "3.00000001", "100").allowed());
}

TEST_CASE("an account whose equity is unknown is denied where a margin limit needs it") {
  Limits limits;
  limits.accounts.resize(3);
  limits.accounts[index(kAlpha)].max_margin_usage = ratio("1");
  limits.accounts[index(kAlpha)].max_day_loss = money("1000");
  RiskDesk desk{limits};
  desk.trade(Side::Buy, "1", "100");
  desk.mark(kFine, Quote{});
  check_denied(desk.check(desk.order(Side::Buy, "1", "100")), DenyReason::MissingReference, {},
               ratio_measure("1"));
  CHECK(desk.check(desk.order(Side::Sell, "1", "100")).allowed());
}

TEST_CASE("an order too large to be valued is denied whatever the limits") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "90000000000", "90000000000");
  order.instrument = kFuture;
  CHECK(desk.check(order).reason == DenyReason::MaxOrderNotional);
}
