// What a fill costs at the simulated venue.

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <boost/multiprecision/cpp_int.hpp>

#include "simulated_venue_fixture.h"

namespace vigil::engine::test {

namespace {

SimulatedVenueConfig with_fees(std::string_view maker, std::string_view taker,
                               std::string_view per_unit = "0", std::string_view currency = "") {
  SimulatedVenueConfig config = plain_config();
  config.maker.notional_ratio = Ratio::parse(maker).value();
  config.taker.notional_ratio = Ratio::parse(taker).value();
  config.taker.per_unit = Money::parse(per_unit).value();
  config.fee_currency = currency;
  return config;
}

Fee fee_of(const SimulatedVenueConfig& config, InstrumentId instrument, std::string_view at_price,
           std::string_view of_quantity, Liquidity liquidity = Liquidity::Taker) {
  const auto list = instruments();
  return FeeSchedule(config, list[orders::index(instrument)], currencies())
      .of(price(at_price), quantity(of_quantity), liquidity);
}

Money money(std::string_view text) {
  return Money::parse(text).value();
}

}  // namespace

TEST_SUITE("simulated venue: fees") {
  TEST_CASE("a fee is a share of the notional plus an amount per unit") {
    const auto config = with_fees("0.0005", "0.001", "0.01");
    CHECK(fee_of(config, kShare, "10", "100").amount == money("2"));
    CHECK(fee_of(config, kShare, "10", "100").currency == kUsd);
    CHECK(fee_of(config, kShare, "10", "100", Liquidity::Maker).amount == money("0.5"));
  }

  TEST_CASE("a fee is rounded half to even to the decimals of its currency") {
    const auto config = with_fees("0", "0.0001");
    CHECK(fee_of(config, kShare, "10", "25").amount == money("0.02"));
    CHECK(fee_of(config, kShare, "10", "35").amount == money("0.04"));
    CHECK(fee_of(config, kShare, "10.01", "25").amount == money("0.03"));
  }

  TEST_CASE("a rebate is negative and a negative price costs as a positive one does") {
    const auto config = with_fees("-0.001", "0.001");
    CHECK(fee_of(config, kShare, "10", "100", Liquidity::Maker).amount == money("-1"));
    CHECK(fee_of(config, kShare, "-10", "100").amount == money("1"));
  }

  TEST_CASE("a fee in the base currency is a share of the units") {
    const auto config = with_fees("0", "0.001", "0", "base");
    CHECK(fee_of(config, kCoin, "60000", "0.5").amount == money("0.0005"));
    CHECK(fee_of(config, kCoin, "60000", "0.5").currency == kBtc);
    CHECK(fee_of(config, kShare, "10", "100").currency == kUsd);
  }

  TEST_CASE("an inverse contract is charged in what it settles in") {
    const auto config = with_fees("0", "0.0005");
    // 5 * 100 / 60000 * 0.0005 = 0.0000041666...
    CHECK(fee_of(config, kInverse, "60000", "5").amount == money("0.00000417"));
    CHECK(fee_of(config, kInverse, "60000", "5").currency == kBtc);
  }

  TEST_CASE("a third currency is charged one for one and must be configured") {
    CHECK(fee_of(with_fees("0", "0.001", "0", "BTC"), kShare, "10", "100").amount == money("1"));
    CHECK(fee_of(with_fees("0", "0.001", "0", "BTC"), kShare, "10", "100").currency == kBtc);
    CHECK_THROWS_WITH_AS(
        fee_of(with_fees("0", "0.001", "0", "EUR"), kShare, "10", "100"),
        "venue SIM: fee_currency: must be empty, \"base\" or a configured currency, was \"EUR\"",
        std::invalid_argument);
  }

  TEST_CASE("fills carry their fee") {
    VenueFixture f(with_fees("-0.001", "0.002"));
    f.quote(0ms, "9.99", Quantity{100}, "10", Quantity{10});
    const OrderId order = f.submit(1ms, {.limit = "10", .quantity = Quantity{30}});
    f.quote(10ms, "9.99", Quantity{100}, "10", Quantity{30});
    f.advance(1s);
    REQUIRE(f.sink.fills(order).size() == 2);
    CHECK(f.sink.fills(order)[0].commission == money("0.2"));
    CHECK(f.sink.fills(order)[1].commission == money("-0.2"));
    CHECK(f.sink.fills(order)[1].commission_currency == kUsd);
  }

  TEST_CASE("the fee is the exact one rounded once") {
    using boost::multiprecision::cpp_int;
    CHECK(rc::check("against exact integers", [] {
      const auto p = *rc::gen::inRange<std::int64_t>(1, 10'000'000'000'000);
      const auto q = *rc::gen::inRange<std::int64_t>(1, 10'000'000'000'000);
      const auto ratio = *rc::gen::inRange<std::int64_t>(-100'000, 1'000'000);
      const auto per_unit = *rc::gen::inRange<std::int64_t>(-1'000'000, 10'000'000);
      SimulatedVenueConfig config = plain_config();
      config.taker = {Ratio::from_raw(ratio), Money::from_raw(per_unit)};
      const auto list = instruments();
      const Fee fee = FeeSchedule(config, list[0], currencies())
                          .of(Price::from_raw(p), Quantity::from_raw(q), Liquidity::Taker);
      // In units of 1e-24; a cent is 1e22 of them.
      const cpp_int exact = cpp_int(p) * q * ratio + cpp_int(q) * per_unit * 100'000'000;
      const cpp_int cent = boost::multiprecision::pow(cpp_int(10), 22);
      cpp_int cents = exact / cent;
      cpp_int rest = exact % cent;
      const int direction = exact < 0 ? -1 : 1;
      rest *= 2 * direction;
      if (rest > cent || (rest == cent && cents % 2 != 0)) cents += direction;
      RC_ASSERT(cpp_int(static_cast<std::int64_t>(fee.amount.raw())) == cents * 1'000'000);
    }));
  }

  TEST_CASE("a fee too large for exact products is still charged") {
    SimulatedVenueConfig config = with_fees("0", "1");
    const auto list = instruments();
    const Fee fee = FeeSchedule(config, list[0], currencies())
                        .of(Price{9'000'000'000}, Quantity{9'000'000'000}, Liquidity::Taker);
    CHECK(fee.amount == Money{9'000'000'000} +
                            Money::from_raw((Money{9'000'000'000}.raw()) * orders::Int128{8'999'999'999}));
  }
}

}  // namespace vigil::engine::test
