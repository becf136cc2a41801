#include "positions/conversion_table.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "desk.h"

using namespace desk;
using Observation = ConversionTable::Observation;

namespace {

ConversionTable table(std::vector<ConversionConfig> configured = {}) {
  return {currencies().size(), configured};
}

}  // namespace

TEST_CASE("without a rate there is no conversion, but zero is zero and a currency is itself") {
  const ConversionTable rates = table();
  CHECK_FALSE(rates.convert(money("1"), kUsd, kEur));
  CHECK_FALSE(rates.rate(kUsd, kEur));
  CHECK(rates.convert(Money{}, kUsd, kEur) == Money{});
  CHECK(rates.convert(money("7"), kUsd, kUsd) == money("7"));
  CHECK(rates.rate(kUsd, kUsd) == ratio("1"));
  CHECK_FALSE(rates.convert(money("1"), kNoCurrency, kUsd));
}

TEST_CASE("a configured rate works in both directions") {
  const ConversionTable rates = table({{kEur, kUsd, ratio("1.25")}});
  CHECK(rates.convert(money("10"), kEur, kUsd) == money("12.5"));
  CHECK(rates.convert(money("10"), kUsd, kEur) == money("8"));
  CHECK(rates.rate(kUsd, kEur) == ratio("0.8"));
}

TEST_CASE("the market's rate replaces a configured one, whichever way round it is quoted") {
  ConversionTable rates = table({{kUsd, kEur, ratio("0.5")}});
  CHECK(rates.convert(money("10"), kUsd, kEur) == money("5"));
  CHECK(rates.observe(kEur, kUsd, price("1.25"), 0) == Observation::NewSource);
  CHECK(rates.convert(money("10"), kUsd, kEur) == money("8"));
  CHECK(rates.observe(kEur, kUsd, price("1.25"), 0) == Observation::Ignored);
  CHECK(rates.observe(kEur, kUsd, price("1.6"), 0) == Observation::Moved);
  CHECK(rates.convert(money("16"), kEur, kUsd) == money("25.6"));
  CHECK(rates.observe(kEur, kUsd, price("0"), 0) == Observation::Ignored);
  CHECK(rates.observe(kEur, kUsd, price("-1"), 0) == Observation::Ignored);
}

TEST_CASE("of two sources of one pair the lower rank is believed once it is heard") {
  ConversionTable rates = table();
  CHECK(rates.observe(kBtc, kUsd, price("50000"), 7) == Observation::NewSource);
  CHECK(rates.observe(kBtc, kUsd, price("50100"), 3) == Observation::Moved);
  CHECK(rates.observe(kBtc, kUsd, price("49000"), 7) == Observation::Ignored);
  CHECK(rates.rate(kBtc, kUsd) == ratio("50100"));
}

TEST_CASE("a reversed rate divides, so that small rates lose no digits") {
  ConversionTable rates = table();
  (void)rates.observe(kBtc, kUsd, price("60000"), 0);
  CHECK(rates.rate(kUsd, kBtc) == ratio("0.00001667"));
  CHECK(rates.convert(money("60000"), kUsd, kBtc) == money("1"));
}

TEST_CASE("two pairs that share a currency convert across it, rounded once") {
  ConversionTable rates = table({{kUsdt, kUsd, ratio("0.999")}});
  (void)rates.observe(kBtc, kUsdt, price("50000"), 0);
  CHECK(rates.convert(money("2"), kBtc, kUsd) == money("99900"));
  CHECK(rates.convert(money("99900"), kUsd, kBtc) == money("2"));
  CHECK(rates.reads(kBtc, kUsd, kBtc, kUsdt));
  CHECK(rates.reads(kUsd, kBtc, kUsdt, kUsd));
  CHECK_FALSE(rates.reads(kUsdt, kUsd, kBtc, kUsdt));
  // 1 USD in BTC is 0.00002002002...: two steps of eight digits would end in ...000000
  CHECK(rates.convert(money("1000"), kUsd, kBtc) == money("0.02002002"));
  CHECK_FALSE(rates.convert(money("1"), kGbp, kUsd));
}

TEST_CASE("a direct rate is preferred to one across another currency") {
  ConversionTable rates = table({{kUsdt, kUsd, ratio("1")}, {kBtc, kUsd, ratio("40000")}});
  (void)rates.observe(kBtc, kUsdt, price("50000"), 0);
  CHECK(rates.rate(kBtc, kUsd) == ratio("40000"));
}

TEST_CASE("an amount that does not fit has no conversion") {
  ConversionTable rates = table({{kEur, kUsd, ratio("90000000000")}, {kUsd, kGbp, ratio("1")}});
  CHECK_FALSE(rates.convert(Money::from_raw(Int128{1} << 120), kEur, kUsd));
  CHECK_FALSE(rates.convert(Money::from_raw(Int128{1} << 120), kEur, kGbp));
}

TEST_CASE("a configuration that makes no sense names the entry and what is wrong") {
  CHECK_THROWS_WITH_AS(table({{kEur, kUsd, ratio("1")}, {kGbp, kUsd, ratio("-2")}}),
                       "conversions[1].rate: must be positive, was -2", std::invalid_argument);
  CHECK_THROWS_AS(table({{kEur, kEur, ratio("1")}}), std::invalid_argument);
  CHECK_THROWS_AS(table({{kEur, kNoCurrency, ratio("1")}}), std::invalid_argument);
}
