#include "orders/fixed_point.h"

#include <algorithm>

namespace vigil::orders {
namespace {

constexpr Uint128 kLargest = static_cast<Uint128>(kInt128Max);

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<Int128> multiply_divide_half_even(Int128 a, std::int64_t b, std::int64_t c) noexcept {
  if (c == 0) return std::nullopt;
  if (Int128 product = 0; !__builtin_mul_overflow(a, static_cast<Int128>(b), &product)) {
    if (product == kInt128Min && (c == 1 || c == -1)) return std::nullopt;
    return divide_half_even(product, c);
  }
  const bool negative = (a < 0) != (b < 0) ? c > 0 : c < 0;
  const Uint128 ua = magnitude(a);
  const auto ub = static_cast<std::uint64_t>(magnitude(b));
  const auto uc = static_cast<std::uint64_t>(magnitude(c));

  // Schoolbook: three 64-bit limbs of the product, then one limb of quotient at a time.
  const Uint128 low = (ua & 0xffff'ffff'ffff'ffffULL) * ub;
  const Uint128 high = (ua >> 64) * ub + (low >> 64);
  const std::uint64_t limb0 = static_cast<std::uint64_t>(low);
  const std::uint64_t limb1 = static_cast<std::uint64_t>(high);
  const std::uint64_t limb2 = static_cast<std::uint64_t>(high >> 64);

  std::uint64_t remainder = limb2 % uc;
  if (limb2 / uc != 0) return std::nullopt;
  const Uint128 upper = (static_cast<Uint128>(remainder) << 64) | limb1;
  const Uint128 quotient1 = upper / uc;
  remainder = static_cast<std::uint64_t>(upper % uc);
  const Uint128 lower = (static_cast<Uint128>(remainder) << 64) | limb0;
  const Uint128 quotient0 = lower / uc;
  remainder = static_cast<std::uint64_t>(lower % uc);

  Uint128 quotient = (quotient1 << 64) | quotient0;
  const std::uint64_t rest = uc - remainder;
  if (remainder > rest || (remainder == rest && (quotient & 1) != 0)) ++quotient;
  if (quotient > kLargest) return std::nullopt;
  const auto result = static_cast<Int128>(quotient);
  return negative ? -result : result;
}

std::optional<Int128> ratio_half_even(Int128 n, Int128 d, std::int64_t factor) noexcept {
  if (d <= 0 || factor <= 0) return std::nullopt;
  if (Int128 product = 0; !__builtin_mul_overflow(n, static_cast<Int128>(factor), &product)) {
    if (product == kInt128Min && d == 1) return std::nullopt;
    return divide_half_even(product, d);
  }
  // n = whole * d + part. whole * factor must fit anyway; part * factor / d < factor is built bit by bit from
  // the top, where twice a remainder below d <= 2^127 still fits.
  const Uint128 divisor = static_cast<Uint128>(d);
  const Uint128 whole = magnitude(n) / divisor;
  const Uint128 part = magnitude(n) % divisor;
  Uint128 quotient = 0;
  Uint128 remainder = 0;
  const auto add = [&](Uint128 more) noexcept {
    remainder += more;
    if (remainder < divisor) return;
    remainder -= divisor;
    ++quotient;
  };
  for (std::uint64_t bit = std::uint64_t{1} << 62; bit != 0; bit >>= 1) {
    quotient *= 2;
    add(remainder);
    if ((static_cast<std::uint64_t>(factor) & bit) != 0) add(part);
  }
  Uint128 scaled = 0;
  if (__builtin_mul_overflow(whole, static_cast<Uint128>(factor), &scaled)) return std::nullopt;
  if (__builtin_add_overflow(scaled, quotient, &quotient)) return std::nullopt;
  const Uint128 rest = divisor - remainder;
  if (remainder > rest || (remainder == rest && (quotient & 1) != 0)) ++quotient;
  if (quotient == 0 || quotient > kLargest) return quotient == 0 ? std::optional<Int128>{0} : std::nullopt;
  const auto result = static_cast<Int128>(quotient);
  return n < 0 ? -result : result;
}

const char* describe(ParseError error) noexcept {
  switch (error) {
    case ParseError::None:
      return "no error";
    case ParseError::Empty:
      return "must be a decimal number, was empty";
    case ParseError::NotADecimal:
      return "must be a decimal number such as 12.5";
    case ParseError::TooManyDecimals:
      return "has more decimals than are kept";
    case ParseError::OutOfRange:
      return "is out of range";
  }
  return "unknown";
}

ParsedDecimal parse_decimal(std::string_view text, int digits) noexcept {
  if (text.empty()) return {0, ParseError::Empty};
  std::size_t i = 0;
  const bool negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') ++i;

  const Uint128 limit = negative ? magnitude(kInt128Min) : kLargest;
  Uint128 value = 0;
  bool any_digit = false;
  bool seen_point = false;
  int decimals = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !seen_point) {
      seen_point = true;
      continue;
    }
    if (!is_digit(c)) return {0, ParseError::NotADecimal};
    any_digit = true;
    if (seen_point && decimals == digits) {
      if (c != '0') return {0, ParseError::TooManyDecimals};
      continue;
    }
    const auto digit = static_cast<unsigned>(c - '0');
    if (value > (limit - digit) / 10) return {0, ParseError::OutOfRange};
    value = value * 10 + digit;
    if (seen_point) ++decimals;
  }
  if (!any_digit) return {0, ParseError::NotADecimal};
  for (; decimals < digits; ++decimals) {
    if (value > limit / 10) return {0, ParseError::OutOfRange};
    value *= 10;
  }
  return {static_cast<Int128>(negative ? Uint128{0} - value : value), ParseError::None};
}

std::size_t print_decimal(Int128 raw, int digits, char* out) noexcept {
  char reversed[kDecimalTextSize];
  std::size_t length = 0;
  Uint128 value = magnitude(raw);
  bool significant = false;  // trailing zeros behind the point are not printed
  for (int i = 0; i < digits; ++i) {
    const auto digit = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
    significant = significant || digit != '0';
    if (significant) reversed[length++] = digit;
  }
  if (significant) reversed[length++] = '.';
  do {
    reversed[length++] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  if (raw < 0) reversed[length++] = '-';
  std::reverse_copy(reversed, reversed + length, out);
  return length;
}

std::string decimal_string(Int128 raw, int digits) {
  char text[kDecimalTextSize];
  return {text, print_decimal(raw, digits, text)};
}

}  // namespace vigil::orders
