#include "positions/position.h"

#include <doctest/doctest.h>

#include <chrono>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

using namespace vigil::orders;
using namespace vigil::positions;

namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}
Quantity quantity(const char* text) {
  return Quantity::parse(text).value();
}
Money money(const char* text) {
  return Money::parse(text).value();
}
Timestamp at(std::int64_t seconds) {
  return Timestamp{std::chrono::seconds{seconds}};
}

Instrument share() {
  Instrument instrument;
  instrument.symbol = "ABC";
  return instrument;
}
Instrument future(const char* multiplier) {
  Instrument instrument = share();
  instrument.multiplier = Multiplier::parse(multiplier).value();
  return instrument;
}
/// Contracts of `multiplier` USD quoted in USD per BTC, settled in BTC.
Instrument inverse(const char* multiplier = "100") {
  Instrument instrument = future(multiplier);
  instrument.inverse = true;
  return instrument;
}

PositionFill fill(Side side, const char* q, const char* p, const char* c = "0", std::int64_t second = 0) {
  return {.side = side,
          .quantity = quantity(q),
          .price = price(p),
          .commission = money(c),
          .base_commission = {},
          .time = at(second)};
}
PositionFill with_base_fee(Side side, const char* q, const char* p, const char* fee) {
  PositionFill result = fill(side, q, p);
  result.base_commission = quantity(fee);
  return result;
}

struct Book {
  Instrument instrument;
  int decimals = 2;
  Position position{};

  PositionEffect operator()(const PositionFill& f) { return position.apply(instrument, decimals, f); }
  [[nodiscard]] std::string average() const {
    const auto a = position.average_price(instrument);
    return a ? a->to_string() : "none";
  }
  [[nodiscard]] ExactMoney residual(const char* mark) const {
    return position.identity_residual(instrument, price(mark));
  }
};

bool same_state(const Position& a, const Position& b) {
  return a.quantity() == b.quantity() && a.exact_cash() == b.exact_cash() &&
         a.exact_realized() == b.exact_realized() && a.open_value() == b.open_value() &&
         a.commissions() == b.commissions() && a.fill_count() == b.fill_count() &&
         a.opened_at() == b.opened_at() && a.cycle_realized() == b.cycle_realized();
}

}  // namespace

TEST_CASE("the worked example of netting comes out to the last digit") {
  Book book{share()};
  const PositionEffect bought = book(fill(Side::Buy, "100", "50", "1.00", 10));
  CHECK(bought.applied);
  CHECK(bought.change == PositionChange::Opened);
  CHECK(bought.realized == money("-1"));

  const PositionEffect flipped = book(fill(Side::Sell, "150", "55", "1.50", 70));
  CHECK(flipped.change == PositionChange::Flipped);
  CHECK(flipped.cycle_closed);
  CHECK(flipped.cycle_realized == money("498.00"));
  CHECK(flipped.cycle_duration == std::chrono::seconds{60});
  CHECK(book.position.quantity() == Quantity{-50});
  CHECK(book.average() == "55");
  CHECK(book.position.cycle_realized() == money("-0.50"));
  CHECK(book.position.opened_at() == at(70));

  const PositionEffect closed = book(fill(Side::Buy, "50", "52", "0.50", 100));
  CHECK(closed.change == PositionChange::Closed);
  CHECK(closed.cycle_realized == money("149.00"));
  CHECK(closed.cycle_duration == std::chrono::seconds{30});
  CHECK(book.position.flat());
  CHECK(book.average() == "none");
  CHECK(book.position.realized() == money("647.00"));
  CHECK(book.position.cash() == money("647.00"));
  CHECK(book.position.commissions() == money("3.00"));
  CHECK(book.position.fill_count() == 3);
}

TEST_CASE("an increase averages by value and a reduction leaves the average") {
  Book book{share()};
  book(fill(Side::Buy, "10", "100"));
  CHECK(book(fill(Side::Buy, "30", "104")).change == PositionChange::Increased);
  CHECK(book.average() == "103");
  const PositionEffect reduced = book(fill(Side::Sell, "15", "110"));
  CHECK(reduced.change == PositionChange::Reduced);
  CHECK(reduced.realized == money("105"));
  CHECK_FALSE(reduced.cycle_closed);
  CHECK(book.average() == "103");
  CHECK(book.position.unrealized(book.instrument, price("100")) == money("-75"));
  CHECK(book.residual("100").raw() == 0);
}

TEST_CASE("a short gains when the price falls") {
  Book book{share()};
  book(fill(Side::Sell, "4", "25.5", "0.1"));
  CHECK(book.position.quantity() == Quantity{-4});
  CHECK(book.position.cash() == money("101.9"));
  CHECK(book.position.unrealized(book.instrument, price("20")) == money("22"));
  CHECK(book(fill(Side::Buy, "4", "20", "0.1")).cycle_realized == money("21.8"));
}

TEST_CASE("a rebate is a gain") {
  Book book{share()};
  book(fill(Side::Buy, "1", "10", "-0.25"));
  CHECK(book.position.realized() == money("0.25"));
  CHECK(book.position.commissions() == money("-0.25"));
  CHECK(book.position.cash() == money("-9.75"));
  CHECK(book.residual("10").raw() == 0);
}

TEST_CASE("the commission of a flip is split by quantity, rounded half to even to the currency's decimals") {
  struct Case {
    const char* commission;
    int decimals;
    const char* closing_part;
  };
  // One of four units closes.
  for (const Case& c :
       {Case{"0.50", 2, "0.12"}, Case{"1.50", 2, "0.38"}, Case{"-0.50", 2, "-0.12"}, Case{"2", 0, "0"},
        Case{"6", 0, "2"}, Case{"0.00000002", 8, "0"}, Case{"0.00000006", 8, "0.00000002"},
        // a digit below the tie decides
        Case{"0.50000001", 2, "0.13"}}) {
    CAPTURE(c.commission);
    Book book{share(), c.decimals, {}};
    book(fill(Side::Buy, "1", "10"));
    const PositionEffect flipped = book(fill(Side::Sell, "4", "10", c.commission));
    CHECK(flipped.cycle_realized == -money(c.closing_part));
    CHECK(book.position.cycle_realized() == money(c.closing_part) - money(c.commission));
    CHECK(book.position.commissions() == money(c.commission));
  }
}

TEST_CASE("negative prices are booked like any other") {
  Book book{share()};
  book(fill(Side::Buy, "10", "-37.63"));
  CHECK(book.position.cash() == money("376.3"));
  CHECK(book.average() == "-37.63");
  CHECK(book.position.unrealized(book.instrument, price("-40")) == money("-23.7"));
  CHECK(book.residual("-40").raw() == 0);
  CHECK(book(fill(Side::Sell, "10", "1")).cycle_realized == money("386.3"));
}

TEST_CASE("a multiplier scales value and P&L but not the average price") {
  Book book{future("50")};
  book(fill(Side::Buy, "2", "4000.25", "4.5"));
  book(fill(Side::Buy, "1", "4010.25"));
  CHECK(book.average() == "4003.58333333");
  CHECK(book.position.unrealized(book.instrument, price("4020.25")) == money("2500"));
  CHECK(book(fill(Side::Sell, "3", "4000.25", "4.5")).cycle_realized == money("-509"));
}

TEST_CASE("a multiplier with many decimals keeps the identity and the exact average") {
  Book book{future("0.00000003")};
  book(fill(Side::Buy, "0.00000001", "0.00000001"));
  book(fill(Side::Buy, "3.33333333", "7.77777777", "0.01"));
  book(fill(Side::Sell, "1.11111111", "7.00000001", "0.01"));
  CHECK(book.residual("123.45678901").raw() == 0);
  Book large{future("12345678.87654321")};
  large(fill(Side::Buy, "100000.00000001", "90000.00000001"));
  CHECK(large.average() == "90000.00000001");
  CHECK(large.residual("90000.5").raw() == 0);
}

TEST_CASE("an inverse contract averages harmonically and settles in the other currency") {
  Book book{inverse(), 8, {}};
  book(fill(Side::Buy, "10", "50000", "0.00001"));
  book(fill(Side::Buy, "10", "40000"));
  CHECK(book.average() == "44444.44444444");  // 2 / (1/50000 + 1/40000)
  CHECK(book.position.cash() == money("0.04499"));
  // 2000 USD: 0.045 BTC of cost against 0.04 at 50000.
  CHECK(book.position.unrealized(book.instrument, price("50000")) == money("0.005"));
  CHECK(book.residual("50000").raw() == 0);
  const PositionEffect closed = book(fill(Side::Sell, "20", "50000", "0.00002"));
  CHECK(closed.cycle_realized == money("0.00497"));
  CHECK(book.position.cash() == money("0.00497"));
}

TEST_CASE("a short inverse contract gains q*m*(1/p - 1/A)") {
  Book book{inverse(), 8, {}};
  book(fill(Side::Sell, "1", "50000"));
  CHECK(book.position.unrealized(book.instrument, price("40000")) == money("0.0005"));
  CHECK(book(fill(Side::Buy, "1", "40000")).cycle_realized == money("0.0005"));
  CHECK(book.residual("40000").raw() == 0);
}

TEST_CASE("an inverse contract refuses a price that is not positive and a fee in units of the position") {
  Book book{inverse(), 8, {}};
  book(fill(Side::Buy, "1", "50000"));
  const Position before = book.position;
  CHECK_FALSE(book(fill(Side::Buy, "1", "0")).applied);
  CHECK_FALSE(book(fill(Side::Sell, "3", "-1")).applied);
  CHECK_FALSE(book(with_base_fee(Side::Buy, "1", "50000", "0.1")).applied);
  CHECK(same_state(before, book.position));
}

TEST_CASE("a fee in the base currency comes out of the quantity and its worth out of the P&L") {
  Book book{share(), 8, {}};
  const PositionEffect bought = book(with_base_fee(Side::Buy, "1", "30000", "0.001"));
  CHECK(book.position.quantity() == quantity("0.999"));
  CHECK(book.position.cash() == money("-30000"));  // the fee costs no cash
  CHECK(book.average() == "30000");
  CHECK(bought.realized == money("-30"));
  CHECK(book.position.commissions() == money("30"));
  CHECK(book.residual("31000").raw() == 0);
  const PositionEffect closed = book(fill(Side::Sell, "0.999", "31000"));
  CHECK(closed.change == PositionChange::Closed);
  CHECK(closed.cycle_realized == money("969"));
  CHECK(book.position.cash() == money("969"));
}

TEST_CASE("a rebate in the base currency adds to the quantity") {
  Book book{share(), 8, {}};
  book(with_base_fee(Side::Buy, "1", "100", "-0.5"));
  CHECK(book.position.quantity() == quantity("1.5"));
  CHECK(book.position.cash() == money("-100"));
  CHECK(book.position.realized() == money("50"));
  CHECK(book.residual("100").raw() == 0);
}

TEST_CASE("a fee in the base currency makes a sale of everything a flip") {
  Book book{share(), 8, {}};
  book(fill(Side::Buy, "1", "100"));
  const PositionEffect sold = book(with_base_fee(Side::Sell, "1", "100", "0.25"));
  CHECK(sold.change == PositionChange::Flipped);
  CHECK(book.position.quantity() == quantity("-0.25"));
  CHECK(book.position.cash() == Money{});
  CHECK(sold.realized == money("-25"));
  CHECK(sold.cycle_realized == money("-20"));  // 1 of 1.25 units closed
  CHECK(book.residual("90").raw() == 0);
}

TEST_CASE("a fee that takes all that was bought is a cost without a position") {
  Book book{share(), 8, {}};
  const PositionEffect effect = book(with_base_fee(Side::Buy, "1", "100", "1"));
  CHECK(effect.applied);
  CHECK(effect.change == PositionChange::Closed);
  CHECK(effect.cycle_closed);
  CHECK(effect.cycle_realized == money("-100"));
  CHECK(effect.cycle_duration == Duration{0});
  CHECK(book.position.flat());
  CHECK(book.position.cash() == money("-100"));
  CHECK(book.residual("100").raw() == 0);

  book(fill(Side::Buy, "2", "100"));
  CHECK(book(with_base_fee(Side::Buy, "1", "90", "1")).change == PositionChange::Increased);
  CHECK(book.position.quantity() == Quantity{2});
  CHECK(book.average() == "100");
  CHECK(book.residual("100").raw() == 0);
}

TEST_CASE("a fill that does not fit changes nothing") {
  const auto huge = std::numeric_limits<std::int64_t>::max();
  Book book{future("90000000000"), 8, {}};
  REQUIRE(book(fill(Side::Buy, "1", "1")).applied);
  const Position before = book.position;

  PositionFill product = fill(Side::Buy, "1", "1");
  product.quantity = Quantity::from_raw(huge);
  product.price = Price::from_raw(huge);
  CHECK_FALSE(book(product).applied);
  product.side = Side::Sell;
  CHECK(book(product).change == PositionChange::Flipped);  // what it would have been
  CHECK_FALSE(book(product).applied);

  PositionFill sum_of_quantities = fill(Side::Buy, "1", "0.00000001");
  sum_of_quantities.quantity = Quantity::from_raw(huge);
  CHECK_FALSE(book(sum_of_quantities).applied);

  PositionFill commission = fill(Side::Buy, "1", "1");
  commission.commission = Money::from_raw(Int128{1} << 120);
  CHECK_FALSE(book(commission).applied);

  PositionFill nothing = fill(Side::Buy, "1", "1");
  nothing.quantity = Quantity{0};
  CHECK_FALSE(book(nothing).applied);
  nothing.quantity = Quantity{-1};
  CHECK_FALSE(book(nothing).applied);

  PositionFill fee = fill(Side::Buy, "1", "1");
  fee.base_commission = Quantity::from_raw(std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(book(fee).applied);
  CHECK(same_state(before, book.position));
}

TEST_CASE("a sum that does not fit changes nothing") {
  Book book{future("10000"), 8, {}};
  PositionFill large = fill(Side::Buy, "1", "1");
  large.quantity = Quantity::from_raw(std::numeric_limits<std::int64_t>::max() / 64);
  large.price = Price::from_raw(std::numeric_limits<std::int64_t>::max() / 128);
  int applied = 0;
  while (applied < 64 && book(large).applied) ++applied;
  CHECK(applied > 0);
  CHECK(applied < 64);
  CHECK(book.residual("1").raw() == 0);
}

TEST_CASE("a clock that goes back does not make a holding time negative") {
  Book book{share()};
  book(fill(Side::Buy, "1", "1", "0", 100));
  CHECK(book(fill(Side::Sell, "1", "1", "0", 40)).cycle_duration == Duration{0});
}

TEST_CASE("the cost of a partial reduction is rounded half to even at the sixteenth decimal") {
  Book book{share()};
  book(fill(Side::Buy, "0.00000003", "0.00000001"));  // cost 3e-16
  book(fill(Side::Sell, "0.00000001", "0.00000001"));
  CHECK(book.position.open_value().raw() == 2);
  Book half{share()};
  half(fill(Side::Buy, "0.00000001", "0.00000003"));
  half(fill(Side::Buy, "0.00000001", "0.00000002"));  // cost 5e-16 for two units: 2.5 each, 2 goes
  half(fill(Side::Sell, "0.00000001", "0.00000001"));
  CHECK(half.position.open_value().raw() == 3);
  CHECK(half.residual("1").raw() == 0);
}

TEST_CASE("changes have the words that files use") {
  CHECK(to_string(PositionChange::Opened) == "opened");
  CHECK(to_string(PositionChange::Flipped) == "flipped");
}
