#include "orders/fixed_point.h"

#include <algorithm>

namespace vigil::orders {
namespace {

constexpr Uint128 magnitude(Int128 value) noexcept {
  return value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

constexpr Uint128 kInt128Max = ~Uint128{0} >> 1;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Int128> multiply_divide_half_even(Int128 a, std::int64_t b, std::int64_t c) noexcept {
  if (c == 0) return std::nullopt;
  if (Int128 product = 0; !__builtin_mul_overflow(a, static_cast<Int128>(b), &product)) {
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
  if (quotient > kInt128Max) return std::nullopt;
  const auto result = static_cast<Int128>(quotient);
  return negative ? -result : result;
}

const char* describe(ParseError error) noexcept {
  switch (error) {
    case ParseError::None: return "no error";
    case ParseError::Empty: return "must be a decimal number, was empty";
    case ParseError::NotADecimal: return "must be a decimal number such as 12.5";
    case ParseError::TooManyDecimals: return "has more decimals than are kept";
    case ParseError::OutOfRange: return "is out of range";
  }
  return "unknown";
}

ParsedDecimal parse_decimal(std::string_view text, int digits) noexcept {
  if (text.empty()) return {0, ParseError::Empty};
  std::size_t i = 0;
  const bool negative = text[0] == '-';
  if (text[0] == '-' || text[0] == '+') ++i;

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
    if (value > (kInt128Max - 9) / 10) return {0, ParseError::OutOfRange};
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (seen_point) ++decimals;
  }
  if (!any_digit) return {0, ParseError::NotADecimal};
  for (; decimals < digits; ++decimals) {
    if (value > kInt128Max / 10) return {0, ParseError::OutOfRange};
    value *= 10;
  }
  const auto raw = static_cast<Int128>(value);
  return {negative ? -raw : raw, ParseError::None};
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
