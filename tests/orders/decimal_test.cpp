#include "orders/decimal.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "orders/instrument.h"

namespace vigil::orders {
namespace {

using Big = boost::multiprecision::cpp_int;

Big big(Int128 value) {
  const Uint128 size = magnitude(value);
  Big result = static_cast<std::uint64_t>(size >> 64);
  result <<= 64;
  result += static_cast<std::uint64_t>(size);
  return value < 0 ? Big{-result} : result;
}

const Big kLimit = (Big{1} << 127) - 1;

/// n / d rounded half to even, by the book.
Big oracle_divide(Big n, Big d) {
  if (d < 0) {
    n = -n;
    d = -d;
  }
  Big floor = n / d;
  Big rest = n % d;
  if (rest < 0) {
    rest += d;
    floor = floor - 1;
  }
  const Big twice = rest * 2;
  if (twice > d || (twice == d && (floor % 2 != 0))) floor = floor + 1;
  return floor;
}

/// Random numbers of every size, with the ends of the range and neighbours of powers of two among them.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : random_(seed) {}
  Int128 next128() { return pick(128); }
  std::int64_t next64() { return static_cast<std::int64_t>(pick(64)); }
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  Int128 pick(int bits) {
    const Int128 max = bits == 128 ? kInt128Max : Int128{std::numeric_limits<std::int64_t>::max()};
    switch (random_() % 8) {
      case 0:
        return max - static_cast<Int128>(random_() % 3);
      case 1:
        return -max - 1 + static_cast<Int128>(random_() % 3);
      case 2:
        return static_cast<Int128>(random_() % 7) - 3;
      default:
        break;
    }
    const Uint128 wide = (static_cast<Uint128>(random_()) << 64) | random_();
    const int width = 1 + static_cast<int>(random_() % static_cast<unsigned>(bits - 1));
    const auto value = static_cast<Int128>(wide & ((Uint128{1} << width) - 1));
    return random_() % 2 == 0 ? value : -value;
  }
  std::mt19937_64 random_;
};

TEST_CASE("division rounds half to even, whatever the signs") {
  CHECK(divide_half_even(5, 2) == 2);
  CHECK(divide_half_even(7, 2) == 4);
  CHECK(divide_half_even(-5, 2) == -2);
  CHECK(divide_half_even(-7, 2) == -4);
  CHECK(divide_half_even(7, -2) == -4);
  CHECK(divide_half_even(-7, -2) == 4);
  CHECK(divide_half_even(1, 3) == 0);
  CHECK(divide_half_even(2, 3) == 1);
  CHECK(divide_half_even(kInt128Min, 1) == kInt128Min);
  CHECK(divide_half_even(kInt128Min, kInt128Min) == 1);
  CHECK(divide_half_even(kInt128Max, kInt128Min) == -1);
  CHECK(divide_half_even(1, kInt128Min) == 0);
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(divide_half_even(kLeast, -1) == -static_cast<Int128>(kLeast));
  CHECK(divide_half_even(kLeast, 1) == kLeast);
  CHECK(divide_half_even(kMost, kLeast) == -1);
  CHECK(divide_half_even(kMost, 2) == kMost / 2 + 1);
  CHECK(divide_half_even(-static_cast<Int128>(kMost), 2) == -(kMost / 2 + 1));

  Numbers numbers(1);
  for (int i = 0; i < 50'000; ++i) {
    const Int128 n = numbers.next128();
    const Int128 d = numbers.next128();
    if (d == 0 || (n == kInt128Min && d == -1)) continue;
    if (big(divide_half_even(n, d)) == oracle_divide(big(n), big(d))) continue;
    FAIL(decimal_string(n, 0), " / ", decimal_string(d, 0));
  }
}

TEST_CASE("a product is divided exactly, or refused when the result does not fit") {
  Numbers numbers(2);
  int refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Int128 a = numbers.next128();
    const std::int64_t b = numbers.next64();
    const std::int64_t c = numbers.next64();
    const auto result = multiply_divide_half_even(a, b, c);
    CAPTURE(decimal_string(a, 0));
    CAPTURE(b);
    CAPTURE(c);
    if (c == 0) {
      REQUIRE_FALSE(result);
      continue;
    }
    const Big exact = oracle_divide(big(a) * b, c);
    const bool fits = abs(exact) <= kLimit;
    REQUIRE(result.has_value() == fits);
    if (fits) REQUIRE(big(*result) == exact);
    refused += fits ? 0 : 1;
  }
  CHECK(refused > 100);
}

TEST_CASE("a ratio is scaled exactly, or refused when the result does not fit") {
  Numbers numbers(3);
  int refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Int128 n = numbers.next128();
    const Int128 d = numbers.next128();
    const std::int64_t factor = numbers.below(4) == 0 ? 1'000'000'000'000 : numbers.next64();
    const auto result = ratio_half_even(n, d, factor);
    CAPTURE(decimal_string(n, 0));
    CAPTURE(decimal_string(d, 0));
    CAPTURE(factor);
    if (d <= 0 || factor <= 0) {
      REQUIRE_FALSE(result);
      continue;
    }
    const Big exact = oracle_divide(big(n) * factor, big(d));
    const bool fits = abs(exact) <= kLimit;
    REQUIRE(result.has_value() == fits);
    if (fits) REQUIRE(big(*result) == exact);
    refused += fits ? 0 : 1;
  }
  CHECK(refused > 100);
}

TEST_CASE("sums and differences stop at the ends of the range") {
  CHECK(add_saturating(kInt128Max, 1) == kInt128Max);
  CHECK(add_saturating(kInt128Min, -1) == kInt128Min);
  CHECK(subtract_saturating(kInt128Min, 1) == kInt128Min);
  CHECK(subtract_saturating(0, kInt128Min) == kInt128Max);
  CHECK(subtract_saturating(-1, kInt128Min) == kInt128Max);
  CHECK(subtract_saturating(kInt128Max, -1) == kInt128Max);
  CHECK((-Money::from_raw(kInt128Min)).raw() == kInt128Max);
  CHECK((Money{} - Money::from_raw(kInt128Min)).raw() == kInt128Max);
  CHECK((-ExactMoney::from_raw(kInt128Min)).raw() == kInt128Max);
  CHECK(ExactMoney::from(Money::from_raw(kInt128Max)).raw() == kInt128Max);
  CHECK(ExactMoney::from(Money::from_raw(kInt128Min)).raw() == kInt128Min);
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  CHECK((Quantity::from_raw(kMax) + Quantity::from_raw(1)).raw() == kMax);
  CHECK((Quantity::from_raw(kMin) - Quantity::from_raw(1)).raw() == kMin);
  CHECK((-Quantity::from_raw(kMin)).raw() == kMax);
  CHECK(absolute(Quantity::from_raw(kMin)).raw() == kMax);

  Numbers numbers(4);
  for (int i = 0; i < 20'000; ++i) {
    const Int128 a = numbers.next128();
    const Int128 b = numbers.next128();
    const Big sum = big(a) + big(b);
    const Big difference = big(a) - big(b);
    const auto clamp = [](const Big& value) -> Big {
      return value > kLimit ? kLimit : value < -kLimit - 1 ? Big{-kLimit - 1} : value;
    };
    REQUIRE(big(add_saturating(a, b)) == clamp(sum));
    REQUIRE(big(subtract_saturating(a, b)) == clamp(difference));
  }
}

TEST_CASE("a decimal is read back exactly as it was printed") {
  Numbers numbers(5);
  for (int i = 0; i < 50'000; ++i) {
    const Int128 raw = numbers.next128();
    const int digits = static_cast<int>(numbers.below(17));
    const std::string text = decimal_string(raw, digits);
    CAPTURE(text);
    REQUIRE(text.size() < kDecimalTextSize);
    const ParsedDecimal parsed = parse_decimal(text, digits);
    REQUIRE(parsed.error == ParseError::None);
    REQUIRE(parsed.raw == raw);
  }
  rc::check("of prices", [](std::int64_t raw) {
    RC_ASSERT(Price::parse(Price::from_raw(raw).to_string()) == Price::from_raw(raw));
  });
}

TEST_CASE("a decimal is printed as short as it goes") {
  CHECK(Price{100}.to_string() == "100");
  CHECK(Price::from_raw(1250000000).to_string() == "12.5");
  CHECK(Price::from_raw(-1).to_string() == "-0.00000001");
  CHECK(Money{}.to_string() == "0");
  CHECK((Price::from_raw(1) * Quantity::from_raw(1)).to_string() == "0.0000000000000001");
}

TEST_CASE("what is not an exact decimal is refused with its reason") {
  const auto error = [](std::string_view text) { return parse_decimal(text, 8).error; };
  CHECK(error("") == ParseError::Empty);
  for (const char* text : {"-", "+", ".", "1e5", "1,5", " 1", "1 ", "0x1", "nan", "1.2.3", "--1"}) {
    CAPTURE(text);
    CHECK(error(text) == ParseError::NotADecimal);
  }
  CHECK(error("0.000000001") == ParseError::TooManyDecimals);
  CHECK(error("0.0000000100") == ParseError::None);
  CHECK(error("1701411834604692317316873037158.84105727") == ParseError::None);
  CHECK(error("1701411834604692317316873037158.84105728") == ParseError::OutOfRange);
  CHECK(error("-1701411834604692317316873037158.84105728") == ParseError::None);
  CHECK(error("-1701411834604692317316873037158.84105729") == ParseError::OutOfRange);
  CHECK(error("17014118346046923173168730371589") == ParseError::OutOfRange);
  CHECK(Price::parse("92233720368.54775807"));
  CHECK_FALSE(Price::parse("92233720368.54775808"));
  CHECK(Price::parse("-92233720368.54775808"));
}

TEST_CASE("the value of an amount is exact, linear and inverse") {
  Numbers numbers(6);
  int missing = 0;
  for (int i = 0; i < 50'000; ++i) {
    Instrument instrument;
    instrument.inverse = numbers.below(2) == 0;
    instrument.multiplier =
        Multiplier::from_raw(static_cast<std::int64_t>(magnitude(numbers.next64()) >> 1) + 1);
    const Price p = Price::from_raw(numbers.next64());
    const Quantity q = Quantity::from_raw(numbers.next64());
    const auto value = value_of(instrument, p, q);
    CAPTURE(p.raw());
    CAPTURE(q.raw());
    CAPTURE(instrument.multiplier.raw());
    if (instrument.inverse && p <= Price{0}) {
      REQUIRE_FALSE(value);
      continue;
    }
    const Big m = instrument.multiplier.raw();
    const Big exact = instrument.inverse ? oracle_divide(Big{q.raw()} * m * kScale, p.raw())
                                         : oracle_divide(Big{p.raw()} * q.raw() * m, kScale);
    const bool fits = abs(exact) <= kLimit;
    REQUIRE(value.has_value() == fits);
    if (fits) REQUIRE(big(value->raw()) == exact);
    missing += fits ? 0 : 1;
  }
  CHECK(missing > 10);
}

}  // namespace
}  // namespace vigil::orders
