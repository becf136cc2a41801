#include "risk/exposure_book.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <deque>
#include <map>

#include "risk_desk.h"

using namespace risk_desk;
using boost::multiprecision::cpp_int;

TEST_CASE("working orders count at their worst on both sides of the position") {
  RiskDesk desk;
  desk.trade(Side::Buy, "10", "100");
  Order buy = desk.order(Side::Buy, "5", "90");
  Order sell = desk.order(Side::Sell, "30", "110");
  desk.work(buy);
  desk.work(sell);
  const auto exposure = desk.risk.exposure(kAlpha, kFine);
  CHECK(exposure.position == quantity("10"));
  CHECK(exposure.working_buy == quantity("5"));
  CHECK(exposure.working_sell == quantity("30"));
  CHECK(exposure.worst_long == quantity("15"));
  CHECK(exposure.worst_short == quantity("-20"));
  CHECK(exposure.position_value == money("1000"));
  const auto account = desk.risk.account_exposure(kAlpha);
  CHECK(account.gross == money("2300"));  // |1000 - 3300| > 1000 + 450
  CHECK(account.net == money("-2300"));
  CHECK(account.open_orders == 2);
  CHECK(account.open_positions == 1);
}

TEST_CASE("counting an order again changes nothing") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "5", "90");
  desk.work(order);
  for (int i = 0; i < 3; ++i) desk.recount(order);
  CHECK(desk.risk.exposure(kAlpha, kFine).working_buy == quantity("5"));
  CHECK(desk.risk.account_exposure(kAlpha).gross == money("450"));
  CHECK(desk.risk.account_exposure(kAlpha).open_orders == 1);
  desk.close(order);
  desk.recount(order);
  CHECK(desk.risk.exposure(kAlpha, kFine).working_buy == Quantity{});
  CHECK(desk.risk.account_exposure(kAlpha).gross == Money{});
  CHECK(desk.risk.account_exposure(kAlpha).open_orders == 0);
  CHECK(order.counted_quantity == Quantity{});
}

TEST_CASE("an order counts from the moment it is held or sent until it ends") {
  RiskDesk desk;
  Order order = desk.order(Side::Buy, "5", "90");
  const auto working = [&] {
    desk.recount(order);
    return desk.risk.exposure(kAlpha, kFine).working_buy;
  };
  CHECK(working() == Quantity{});
  order.held = true;
  CHECK(working() == quantity("5"));
  order.held = false;
  for (const OrderStatus status :
       {OrderStatus::Submitted, OrderStatus::Accepted, OrderStatus::Triggered, OrderStatus::PendingUpdate,
        OrderStatus::PendingCancel, OrderStatus::PartiallyFilled}) {
    order.status = status;
    CHECK(working() == quantity("5"));
  }
  for (const OrderStatus status : {OrderStatus::Denied, OrderStatus::Rejected, OrderStatus::Canceled,
                                   OrderStatus::Expired, OrderStatus::Filled}) {
    order.status = status;
    CHECK(working() == Quantity{});
  }
}

TEST_CASE("while a replace is pending the larger of old and new counts, of quantity and of value") {
  RiskDesk desk;
  Order order = desk.order(Side::Sell, "5", "90");
  desk.work(order);
  order.pending = PendingRequest::Replace;
  order.status = OrderStatus::PendingUpdate;
  order.pending_terms = order.terms;
  order.pending_terms.quantity = quantity("3");
  order.pending_terms.limit_price = price("200");
  desk.recount(order);
  CHECK(desk.risk.exposure(kAlpha, kFine).working_sell == quantity("5"));
  CHECK(desk.risk.account_exposure(kAlpha).gross == money("600"));

  order.pending = PendingRequest::Cancel;  // a cancel followed; the replace may still come first
  desk.recount(order);
  CHECK(desk.risk.account_exposure(kAlpha).gross == money("600"));

  order.pending = PendingRequest::None;
  order.pending_terms = {};
  desk.recount(order);
  CHECK(desk.risk.account_exposure(kAlpha).gross == money("450"));
}

TEST_CASE("slices are not counted, their parent is") {
  RiskDesk desk;
  Order parent = desk.order(Side::Buy, "5", "100");
  parent.is_parent = true;
  desk.work(parent);
  Order slice = desk.order(Side::Buy, "5", "100");
  slice.parent = OrderId{1};
  desk.work(slice);
  CHECK(desk.risk.exposure(kAlpha, kFine).working_buy == quantity("5"));
  CHECK(desk.risk.account_exposure(kAlpha).open_orders == 1);
}

TEST_CASE("market orders count at the far touch, or at the last mid without one; stop orders at their stop") {
  RiskDesk desk;
  const auto gross_of = [&](Order order) {
    desk.work(order);
    const Money gross = desk.risk.account_exposure(kAlpha).gross;
    desk.close(order);
    return gross;
  };
  CHECK(gross_of(desk.market(Side::Buy, "2")) == money("202"));
  CHECK(gross_of(desk.market(Side::Sell, "2")) == money("198"));
  Order stop = desk.order(Side::Sell, "2", "80");
  stop.type = OrderType::Stop;
  stop.terms.stop_price = price("90");
  stop.terms.limit_price.reset();
  CHECK(gross_of(stop) == money("180"));
  stop.type = OrderType::StopLimit;
  stop.terms.limit_price = price("80");
  CHECK(gross_of(stop) == money("160"));
  desk.mark(kFine, Quote{});
  CHECK(gross_of(desk.market(Side::Buy, "2")) == money("200"));
}

TEST_CASE("a position without a mid counts at its average price") {
  RiskDesk desk;
  Portfolio portfolio{portfolio_config(), instruments(), {{"USD", 2}, {"BTC", 8}, {"EUR", 2}}, nullptr};
  Order order = desk.order(Side::Buy, "3", "70");
  ExecutionReport report;
  report.kind = ReportKind::Fill;
  report.price = price("70");
  report.quantity = quantity("3");
  CHECK(portfolio.book(order, report, desk.now()).applied);
  RiskManager risk{{}, portfolio, portfolio.instruments(), 2, 2, nullptr};
  risk.on_fill(order, desk.reference(order), desk.now());
  CHECK(risk.exposure(kAlpha, kFine).position_value == money("210"));
}

namespace {

/// n / d rounded half to even, by unbounded integers.
cpp_int rounded(const cpp_int& n, const cpp_int& d) {
  cpp_int quotient = n / d;
  const cpp_int twice = n % d * 2;
  if (twice > d || (twice == d && (quotient & 1) != 0)) ++quotient;
  return quotient;
}

cpp_int big(Int128 value) {
  return (cpp_int{static_cast<std::int64_t>(value >> 64)} << 64) + cpp_int{static_cast<std::uint64_t>(value)};
}

/// Value of an order or position in units of 1e-8 USD, worked out afresh.
cpp_int naive_value(const RiskDesk& desk, InstrumentId id, Price at, Quantity amount) {
  const cpp_int p{at.raw()};
  const cpp_int q{amount.raw()};
  const cpp_int unit{kScale};
  switch (id) {
    case kFuture:
      return rounded(p * q * 50, unit);
    case kInverse: {
      const cpp_int bitcoins = rounded(rounded(q * 100 * unit * unit, p), unit);
      return big(
          desk.portfolio
              .convert(Money::from_raw(static_cast<Int128>(bitcoins.convert_to<std::int64_t>())), kBtc, kUsd)
              ->raw());
    }
    default:
      return rounded(p * q, unit);
  }
}

/// A firm whose orders are kept in a plain list.
struct Naive {
  std::deque<Order> orders;
  std::map<std::pair<AccountId, InstrumentId>, std::int64_t> positions;
};

struct Sums {
  cpp_int buys = 0, sells = 0, buy_value = 0, sell_value = 0;
};

Sums sums_of(const RiskDesk& desk, const Naive& naive, AccountId account, InstrumentId id) {
  Sums sums;
  for (const Order& order : naive.orders) {
    if (order.account != account || order.instrument != id || !is_working(order.status)) continue;
    const auto& quote = desk.quotes[index(id)];
    const auto claim = [&](const OrderTerms& terms) {
      const Quantity left = std::max(terms.quantity - order.cum_quantity, Quantity{});
      const Price at = order.type == OrderType::Market ? *(order.side == Side::Buy ? quote.ask : quote.bid)
                       : order.type == OrderType::Stop ? *terms.stop_price
                                                       : *terms.limit_price;
      return std::pair{cpp_int{left.raw()}, naive_value(desk, id, at, left)};
    };
    auto [amount, value] = claim(order.terms);
    if (order.pending == PendingRequest::Replace) {
      const auto [new_amount, new_value] = claim(order.pending_terms);
      amount = std::max(amount, new_amount);
      value = std::max(value, new_value);
    }
    (order.side == Side::Buy ? sums.buys : sums.sells) += amount;
    (order.side == Side::Buy ? sums.buy_value : sums.sell_value) += value;
  }
  return sums;
}

void compare(RiskDesk& desk, const Naive& naive, bool values) {
  for (const AccountId account : {kAlpha, kBeta}) {
    cpp_int gross = 0, all_positions = 0, all_buys = 0, all_sells = 0;
    std::uint32_t open = 0;
    for (const Order& order : naive.orders) {
      open += order.account == account && is_working(order.status) ? 1U : 0U;
    }
    for (const InstrumentId id : {kFine, kFuture, kInverse}) {
      const Sums sums = sums_of(desk, naive, account, id);
      const auto found = naive.positions.find({account, id});
      const std::int64_t position = found == naive.positions.end() ? 0 : found->second;
      const auto exposure = desk.risk.exposure(account, id);
      RC_ASSERT(exposure.position.raw() == position);
      RC_ASSERT(cpp_int{exposure.working_buy.raw()} == sums.buys);
      RC_ASSERT(cpp_int{exposure.working_sell.raw()} == sums.sells);
      RC_ASSERT(cpp_int{exposure.worst_long.raw()} == position + sums.buys);
      RC_ASSERT(cpp_int{exposure.worst_short.raw()} == position - sums.sells);
      cpp_int value = naive_value(desk, id, *desk.quotes[index(id)].mid(),
                                  Quantity::from_raw(position < 0 ? -position : position));
      if (position < 0) value = -value;
      if (values) RC_ASSERT(big(exposure.position_value.raw()) == value);
      gross += std::max(cpp_int{abs(value + sums.buy_value)}, cpp_int{abs(value - sums.sell_value)});
      all_positions += value;
      all_buys += sums.buy_value;
      all_sells += sums.sell_value;
    }
    const auto got = desk.risk.account_exposure(account);
    RC_ASSERT(got.open_orders == open);
    if (!values) continue;
    RC_ASSERT(big(got.gross.raw()) == gross);
    const cpp_int net_long = all_positions + all_buys;
    const cpp_int net_short = all_positions - all_sells;
    RC_ASSERT(big(got.net.raw()) == (abs(net_short) > abs(net_long) ? net_short : net_long));
  }
}

Order draw_order() {
  Order order;
  order.account = *rc::gen::element(kAlpha, kBeta);
  order.strategy = kTrend;
  order.instrument = *rc::gen::element(kFine, kFuture, kInverse);
  order.side = *rc::gen::element(Side::Buy, Side::Sell);
  order.type = *rc::gen::element(OrderType::Limit, OrderType::Market, OrderType::Stop);
  order.status = OrderStatus::Submitted;
  order.terms.quantity = Quantity::from_raw(*rc::gen::inRange<std::int64_t>(1, 1'000'000'000));
  const Price at = Price::from_raw(*rc::gen::inRange<std::int64_t>(9'000'000'000, 11'000'000'000));
  if (order.type == OrderType::Limit) order.terms.limit_price = at;
  if (order.type == OrderType::Stop) order.terms.stop_price = at;
  return order;
}

void fill_some(RiskDesk& desk, Naive& naive, Order& order) {
  ExecutionReport report;
  report.kind = ReportKind::Fill;
  report.quantity = Quantity::from_raw(
      *rc::gen::inRange<std::int64_t>(1, std::max<std::int64_t>(order.leaves_quantity().raw(), 1) + 1));
  report.price = Price::from_raw(*rc::gen::inRange<std::int64_t>(9'000'000'000, 11'000'000'000));
  report.trade_id = VenueTradeId::truncated(std::to_string(++desk.trades));
  order.cum_quantity = order.cum_quantity + report.quantity;
  order.status = order.leaves_quantity() <= Quantity{} ? OrderStatus::Filled : OrderStatus::PartiallyFilled;
  if (order.status == OrderStatus::Filled) order.pending = PendingRequest::None;
  RC_ASSERT(desk.portfolio.book(order, report, desk.now()).applied);
  naive.positions[{order.account, order.instrument}] += sign(order.side) * report.quantity.raw();
  desk.risk.on_fill(order, desk.reference(order), desk.now());
}

}  // namespace

TEST_CASE("exposures equal those worked out afresh from all orders and positions after any events") {
  CHECK(rc::check([] {
    RiskDesk desk;
    Naive naive;
    const int steps = *rc::gen::inRange(1, 40);
    for (int step = 0; step < steps; ++step) {
      const int what = *rc::gen::inRange(0, 7);
      Order* order = nullptr;
      if (!naive.orders.empty()) {
        order = &naive.orders[*rc::gen::inRange<std::size_t>(0, naive.orders.size())];
        if (!is_working(order->status)) order = nullptr;
      }
      if (what <= 1 || (order == nullptr && what != 6)) {
        naive.orders.push_back(draw_order());
        desk.recount(naive.orders.back());
      } else if (what == 2) {
        fill_some(desk, naive, *order);
      } else if (what == 3) {
        order->status = OrderStatus::Canceled;
        order->pending = PendingRequest::None;
        desk.recount(*order);
      } else if (what == 4 && order->pending == PendingRequest::None) {
        order->pending = PendingRequest::Replace;
        order->pending_terms = draw_order().terms;
        order->pending_terms.limit_price = order->terms.limit_price;
        order->pending_terms.stop_price = order->terms.stop_price;
        desk.recount(*order);
      } else if (what == 5 && order->pending == PendingRequest::Replace) {
        order->pending = PendingRequest::None;
        order->terms.quantity =
            std::max(order->pending_terms.quantity, order->cum_quantity + Quantity::from_raw(1));
        order->pending_terms = {};
        desk.recount(*order);
      } else {
        Quote quote;
        const auto bid = *rc::gen::inRange<std::int64_t>(9'000'000'000, 11'000'000'000);
        quote.bid = Price::from_raw(bid);
        quote.ask = Price::from_raw(bid + *rc::gen::inRange<std::int64_t>(0, 100'000'000));
        desk.mark(*rc::gen::element(kFine, kFuture, kInverse), quote);
      }
      compare(desk, naive, false);
    }
    // Values follow marks and rates at the next tick and recount.
    desk.risk.tick(desk.now());
    for (Order& order : naive.orders) desk.recount(order);
    compare(desk, naive, true);
    for (Order& order : naive.orders) desk.close(order);
    RC_ASSERT(desk.risk.account_exposure(kAlpha).open_orders == 0);
  }));
}
