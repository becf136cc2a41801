#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <vector>

#include "positions/position.h"

using namespace vigil::orders;
using namespace vigil::positions;
using Rational = boost::multiprecision::cpp_rational;
using Integer = boost::multiprecision::cpp_int;

namespace {

Rational rational(Int128 raw, int digits) {
  Integer unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  return Rational(Integer(raw), unit);
}

/// Section 2 of the semantics by the average price, in exact fractions.
struct Oracle {
  bool inverse = false;
  Rational multiplier;
  Rational quantity;
  Rational average;
  Rational realized;
  Rational cash;

  [[nodiscard]] Rational worth(const Rational& p, const Rational& q) const {
    return inverse ? Rational(q * multiplier / p) : Rational(q * multiplier * p);
  }
  void book(const Rational& signed_quantity, const Rational& p) {
    const Rational size = abs(signed_quantity);
    const bool increases = quantity == 0 || (quantity > 0) == (signed_quantity > 0);
    if (increases) {
      const Rational held = abs(quantity);
      average = held == 0 ? p
                : inverse ? Rational((held + size) / (held / average + size / p))
                          : Rational((held * average + size * p) / (held + size));
    } else {
      const Rational gain = inverse ? Rational(size * multiplier * (1 / average - 1 / p))
                                    : Rational((p - average) * size * multiplier);
      realized += quantity > 0 ? gain : Rational(-gain);
    }
    quantity += signed_quantity;
  }
  void apply(const PositionFill& fill) {
    const Rational p = rational(fill.price.raw(), 8);
    const Rational fee = rational(fill.base_commission.raw(), 8);
    const Rational traded = rational(fill.quantity.raw(), 8) * sign(fill.side);
    Rational movement = traded - fee;
    const Rational cost =
        rational(fill.commission.raw(), 8) + (fee == 0 ? Rational(0) : Rational(fee * p * multiplier));
    cash += (inverse ? worth(p, traded) : Rational(-worth(p, traded))) - rational(fill.commission.raw(), 8);
    realized -= cost;
    if (movement == 0) return;
    if (quantity != 0 && (quantity > 0) != (movement > 0) && abs(movement) > abs(quantity)) {
      const Rational closing = -quantity;
      book(closing, p);
      movement -= closing;
    }
    book(movement, p);
  }
  [[nodiscard]] Rational unrealized(const Rational& mark) const {
    if (quantity == 0) return 0;
    return inverse ? Rational(quantity * multiplier * (1 / average - 1 / mark))
                   : Rational(quantity * (mark - average) * multiplier);
  }
};

struct Scenario {
  Instrument instrument;
  std::vector<PositionFill> fills;
  Price mark{};
};

/// Small whole numbers make flips and returns to exactly zero common; odd raw ones make remainders common.
Quantity some_quantity() {
  if (*rc::gen::inRange(0, 2) == 0) return Quantity{*rc::gen::inRange(1, 5)};
  return Quantity::from_raw(*rc::gen::inRange<std::int64_t>(1, 700'000'001));
}

Scenario some_scenario(bool inverse, bool whole_multiplier) {
  Scenario scenario;
  scenario.instrument.inverse = inverse;
  scenario.instrument.multiplier =
      whole_multiplier ? Multiplier{*rc::gen::element<std::int64_t>(1, 1, 10, 100)}
                       : Multiplier::from_raw(*rc::gen::inRange<std::int64_t>(1, 3'000'000'001));
  const auto some_price = [&] {
    const std::int64_t lowest = inverse ? 1'000'000 : -5'000'000'000;
    return Price::from_raw(*rc::gen::inRange<std::int64_t>(lowest, 60'000'000'001));
  };
  const int count = *rc::gen::inRange(1, 40);
  for (int i = 0; i < count; ++i) {
    PositionFill fill{
        .side = *rc::gen::element(Side::Buy, Side::Sell),
        .quantity = some_quantity(),
        .price = some_price(),
        .commission = Money::from_raw(*rc::gen::inRange<std::int64_t>(-50'000'000, 200'000'000)),
        .base_commission = {},
        .time = Timestamp{std::chrono::seconds{i}}};
    if (!inverse && *rc::gen::inRange(0, 4) == 0) {
      fill.base_commission = Quantity::from_raw(*rc::gen::inRange<std::int64_t>(-1'000'000, 100'000'000));
    }
    scenario.fills.push_back(fill);
  }
  scenario.mark = some_price();
  return scenario;
}

/// A bound on the difference to the exact fraction: every fill rounds a few times at 1e-16.
Rational tolerance(std::size_t fills) {
  return rational(static_cast<Int128>(3 * fills), 16);
}

void agrees_with_the_oracle(const Scenario& scenario) {
  const Instrument& instrument = scenario.instrument;
  Oracle oracle;
  oracle.inverse = instrument.inverse;
  oracle.multiplier = rational(instrument.multiplier.raw(), 8);
  Position position;
  for (const PositionFill& fill : scenario.fills) {
    RC_ASSERT(position.apply(instrument, 2, fill).applied);
    oracle.apply(fill);
    RC_ASSERT(position.identity_residual(instrument, scenario.mark).raw() == 0);
  }
  const Rational bound = tolerance(scenario.fills.size());
  const Rational published = rational(1, 8) / 2 + bound;
  RC_ASSERT(rational(position.quantity().raw(), 8) == oracle.quantity);
  RC_ASSERT(abs(rational(position.exact_realized().raw(), 16) - oracle.realized) <= bound);
  RC_ASSERT(abs(rational(position.exact_cash().raw(), 16) - oracle.cash) <= bound);
  RC_ASSERT(abs(rational(position.realized().raw(), 8) - oracle.realized) <= published);
  const auto unrealized = position.unrealized(instrument, scenario.mark);
  RC_ASSERT(unrealized.has_value());
  RC_ASSERT(abs(rational(unrealized->raw(), 8) - oracle.unrealized(rational(scenario.mark.raw(), 8))) <=
            published);
}

}  // namespace

TEST_CASE("a linear position without a multiplier agrees with exact fractions after any fills") {
  CHECK(rc::check([] {
    Scenario scenario = some_scenario(false, true);
    scenario.instrument.multiplier = Multiplier{1};
    agrees_with_the_oracle(scenario);
  }));
}

TEST_CASE("a linear position with any multiplier agrees with exact fractions after any fills") {
  CHECK(rc::check([] { agrees_with_the_oracle(some_scenario(false, *rc::gen::arbitrary<bool>())); }));
}

TEST_CASE("an inverse position agrees with exact fractions after any fills") {
  CHECK(rc::check([] { agrees_with_the_oracle(some_scenario(true, *rc::gen::arbitrary<bool>())); }));
}

TEST_CASE("closed cycles and the open one add up to the published realized P&L exactly") {
  CHECK(rc::check([] {
    const Scenario scenario = some_scenario(*rc::gen::arbitrary<bool>(), false);
    const int decimals = *rc::gen::inRange(0, 9);
    Position position;
    Money cycles;
    Money steps;
    for (const PositionFill& fill : scenario.fills) {
      const PositionEffect effect = position.apply(scenario.instrument, decimals, fill);
      RC_ASSERT(effect.applied);
      RC_ASSERT(effect.cycle_closed ==
                (effect.change == PositionChange::Closed || effect.change == PositionChange::Flipped));
      cycles += effect.cycle_realized;
      steps += effect.realized;
      RC_ASSERT(cycles + position.cycle_realized() == position.realized());
      RC_ASSERT(steps == position.realized());
    }
  }));
}

TEST_CASE("the published average price is the exact open value over quantity, rounded half to even once") {
  CHECK(rc::check([] {
    const Scenario scenario = some_scenario(*rc::gen::arbitrary<bool>(), false);
    const Instrument& instrument = scenario.instrument;
    Position position;
    for (const PositionFill& fill : scenario.fills) {
      (void)position.apply(instrument, 2, fill);
      const auto average = position.average_price(instrument);
      if (position.flat()) {
        RC_ASSERT(!average);
        continue;
      }
      const Rational units =
          rational(absolute(position.quantity()).raw(), 8) * rational(instrument.multiplier.raw(), 8);
      const Rational value = rational(position.open_value().raw(), 16);
      if (instrument.inverse && value <= 0) {
        RC_ASSERT(!average);
        continue;
      }
      const Rational exact = instrument.inverse ? Rational(units / value) : Rational(value / units);
      if (!average) {  // only where it does not fit
        RC_ASSERT(abs(exact) > rational(std::numeric_limits<std::int64_t>::max(), 8) - 1);
        continue;
      }
      const Rational error = abs(rational(average->raw(), 8) - exact);
      RC_ASSERT(error <= rational(1, 8) / 2);
      if (error == rational(1, 8) / 2) RC_ASSERT(average->raw() % 2 == 0);
    }
  }));
}
