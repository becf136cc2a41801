#include "orders/execution_quality.h"

#include <doctest/doctest.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <random>

namespace vigil::orders {
namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}

/// 600 @ 100.10 and 300 @ 100.20 of 1000; decision 100, arrival 100.05, end 100.50, fees 9.
ShortfallInput example() {
  ShortfallInput input;
  input.ordered = Quantity{1000};
  input.executed = Quantity{900};
  input.traded_value = price("100.10") * Quantity{600} + price("100.20") * Quantity{300};
  input.decision = Price{100};
  input.arrival = price("100.05");
  input.end = price("100.50");
  input.fees = Money{9};
  return input;
}

TEST_CASE("the worked example of the shortfall comes out to the last digit") {
  const ShortfallInput input = example();
  const Shortfall shortfall = implementation_shortfall(input);
  CHECK(shortfall.delay.to_string() == "45");
  CHECK(shortfall.execution.to_string() == "75");
  CHECK(shortfall.opportunity.to_string() == "50");
  CHECK(shortfall.fees.to_string() == "9");
  CHECK(shortfall.total().to_string() == "179");
  CHECK(shortfall_basis_points_raw(shortfall, input.ordered, input.decision) == 17'90000000);
  // 10^4 * (100.1333... - 100.05) / 100.05 and / 100
  CHECK(slippage_basis_points_raw(Side::Buy, input.traded_value, input.executed, input.arrival) ==
        8'32916875);
  CHECK(slippage_basis_points_raw(Side::Buy, input.traded_value, input.executed, input.decision) ==
        13'33333333);
}

TEST_CASE("a sell has the same cost as the buy it mirrors") {
  ShortfallInput input = example();
  input.side = Side::Sell;
  const Shortfall shortfall = implementation_shortfall(input);
  CHECK(shortfall.delay.to_string() == "-45");
  CHECK(shortfall.execution.to_string() == "-75");
  CHECK(shortfall.opportunity.to_string() == "-50");
  CHECK(shortfall.total().to_string() == "-161");
  CHECK(slippage_basis_points_raw(Side::Sell, input.traded_value, input.executed, input.arrival) ==
        -8'32916875);
}

TEST_CASE("ten basis points are ten basis points, cost for a buy and gain for a sell") {
  const ExactMoney value = price("100.10") * Quantity{7};
  CHECK(slippage_basis_points_raw(Side::Buy, value, Quantity{7}, Price{100}) == 10'00000000);
  CHECK(slippage_basis_points_raw(Side::Sell, value, Quantity{7}, Price{100}) == -10'00000000);
}

TEST_CASE("without a benchmark or a fill there is no slippage") {
  CHECK_FALSE(slippage_basis_points_raw(Side::Buy, Price{1} * Quantity{1}, Quantity{1}, Price{0}));
  CHECK_FALSE(slippage_basis_points_raw(Side::Buy, Price{1} * Quantity{1}, Quantity{1}, Price{-1}));
  CHECK_FALSE(slippage_basis_points_raw(Side::Buy, ExactMoney{}, Quantity{0}, Price{1}));
  // 10^4 * (9e10 - 1e-8) / 1e-8 is beyond the range
  CHECK_FALSE(slippage_basis_points_raw(Side::Buy, Price{90'000'000'000} * Quantity{1}, Quantity{1},
                                        Price::from_raw(1)));
}

TEST_CASE("slippage is exact for any prices and quantities") {
  using Big = boost::multiprecision::cpp_int;
  const auto big = [](Int128 value) {
    Big result = static_cast<std::uint64_t>(magnitude(value) >> 64);
    result = (result << 64) + static_cast<std::uint64_t>(magnitude(value));
    return value < 0 ? Big{-result} : result;
  };
  std::mt19937_64 random(11);
  int found = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto positive = [&] { return static_cast<std::int64_t>(random() >> (1 + random() % 62)); };
    const Price b = Price::from_raw(positive() + 1);
    const Quantity q = Quantity::from_raw(positive() + 1);
    const ExactMoney value = Price::from_raw(positive()) * q + ExactMoney::from_raw(positive());
    const Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
    const Big expected = big((b * q).raw());
    const Big n = (big(value.raw()) - expected) * sign(side) * 1'000'000'000'000;
    Big exact = (n < 0 ? Big{-n} : n) / expected;
    const Big rest = (n < 0 ? Big{-n} : n) % expected;
    if (rest * 2 > expected || (rest * 2 == expected && exact % 2 != 0)) exact = exact + 1;
    if (n < 0) exact = -exact;
    const auto result = slippage_basis_points_raw(side, value, q, b);
    const bool fits = exact <= std::numeric_limits<std::int64_t>::max() &&
                      exact >= std::numeric_limits<std::int64_t>::min();
    REQUIRE(result.has_value() == fits);
    if (fits) REQUIRE(Big{*result} == exact);
    found += fits ? 1 : 0;
  }
  CHECK(found > 5000);
}

TEST_CASE("fill quality is 1 at the expected price, below 1 when worse, above 1 when better") {
  CHECK(fill_quality_ratio(Side::Buy, Price{100}, Price{100}) == Ratio{1});
  CHECK(fill_quality_ratio(Side::Sell, Price{100}, Price{100}) == Ratio{1});
  CHECK(fill_quality_ratio(Side::Buy, Price{125}, Price{100})->to_string() == "0.8");
  CHECK(fill_quality_ratio(Side::Sell, Price{125}, Price{100})->to_string() == "1.25");
  CHECK(fill_quality_ratio(Side::Buy, Price{80}, Price{100})->to_string() == "1.25");
  CHECK_FALSE(fill_quality_ratio(Side::Buy, Price{0}, Price{100}));
  CHECK_FALSE(fill_quality_ratio(Side::Buy, Price{100}, Price{0}));
}

TEST_CASE("the effective over the quoted spread is 0 at the mid and 1 at the touch") {
  CHECK(effective_spread_ratio(Side::Buy, Price{101}, Price{100}, Price{102}) == Ratio{0});
  CHECK(effective_spread_ratio(Side::Buy, Price{102}, Price{100}, Price{102}) == Ratio{1});
  CHECK(effective_spread_ratio(Side::Sell, Price{100}, Price{100}, Price{102}) == Ratio{1});
  CHECK(effective_spread_ratio(Side::Sell, Price{99}, Price{100}, Price{102}) == Ratio{2});
  CHECK(effective_spread_ratio(Side::Buy, Price{100}, Price{100}, Price{102}) == Ratio{-1});
  CHECK_FALSE(effective_spread_ratio(Side::Buy, Price{100}, Price{100}, Price{100}));
  CHECK_FALSE(effective_spread_ratio(Side::Buy, Price{100}, Price{101}, Price{100}));
}

TEST_CASE("spread, slippage and fees add up to the total cost") {
  // mid 100, half spread 10 bp, bought 5 bp beyond the touch, fee 2 bp
  const auto cost = cost_components(Side::Buy, price("100.15"), price("99.9"), price("100.1"),
                                    Money::parse("0.02003").value(), Money::parse("100.15").value());
  REQUIRE(cost);
  CHECK(cost->spread == 10'00000000);
  CHECK(cost->slippage == 5'00000000);
  CHECK(cost->fees == 2'00000000);
  CHECK(cost->total() == 17'00000000);

  const auto inside =
      cost_components(Side::Sell, price("100.05"), price("99.9"), price("100.1"), Money{-1}, Money{1000});
  REQUIRE(inside);
  CHECK(inside->spread == 10'00000000);
  CHECK(inside->slippage == -15'00000000);
  CHECK(inside->fees == -10'00000000);
  CHECK(inside->total() == -15'00000000);
  CHECK_FALSE(cost_components(Side::Buy, Price{1}, Price{-1}, Price{1}, Money{}, Money{1}));
  CHECK_FALSE(cost_components(Side::Buy, Price{1}, Price{1}, Price{1}, Money{}, Money{0}));
}

}  // namespace
}  // namespace vigil::orders
