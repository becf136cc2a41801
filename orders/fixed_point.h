#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::orders {

using Int128 = __int128;
using Uint128 = unsigned __int128;

/// Decimal digits behind the point of Price, Quantity, Money and Multiplier.
inline constexpr int kScaleDigits = 8;
inline constexpr std::int64_t kScale = 100'000'000;
/// Decimal digits of an exact product of two of them (ExactMoney).
inline constexpr int kExactScaleDigits = 16;

/// The size of a number; unlike -value it is right for the least Int128 too.
[[nodiscard]] constexpr Uint128 magnitude(Int128 value) noexcept {
  return value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
}
inline constexpr Int128 kInt128Max = static_cast<Int128>(~Uint128{0} >> 1);
inline constexpr Int128 kInt128Min = -kInt128Max - 1;

/// divide_half_even of 64-bit numbers; n is not the least of them.
[[nodiscard]] constexpr std::int64_t divide_half_even_narrow(std::int64_t n, std::int64_t d) noexcept {
  const std::int64_t quotient = n / d;
  const auto size = [](std::int64_t value) {
    return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                     : static_cast<std::uint64_t>(value);
  };
  const std::uint64_t remainder = size(n % d);
  const std::uint64_t rest = size(d) - remainder;  // compares remainder with d / 2 without doubling it
  if (remainder < rest || (remainder == rest && (quotient & 1) == 0)) return quotient;
  return (n < 0) != (d < 0) ? quotient - 1 : quotient + 1;
}

/// n / d rounded half to even. d must not be 0; the quotient must fit.
[[nodiscard]] constexpr Int128 divide_half_even(Int128 n, Int128 d) noexcept {
  // Most amounts fit in 64 bits, and dividing those is one instruction and no call. (The least number is left
  // to the other way: by -1 it would not fit.)
  const auto narrow_n = static_cast<std::int64_t>(n);
  const auto narrow_d = static_cast<std::int64_t>(d);
  if (narrow_n == n && narrow_d == d && narrow_n != std::numeric_limits<std::int64_t>::min()) {
    return divide_half_even_narrow(narrow_n, narrow_d);
  }
  const Int128 quotient = n / d;
  const Uint128 remainder = magnitude(n % d);
  const Uint128 rest = magnitude(d) - remainder;  // compares remainder with d / 2 without doubling it
  if (remainder < rest || (remainder == rest && (quotient & 1) == 0)) return quotient;
  return (n < 0) != (d < 0) ? quotient - 1 : quotient + 1;
}

/// a * b / c rounded half to even, exact through a 192-bit product. Nothing when c is 0 or the result
/// needs more than 127 bits.
[[nodiscard]] std::optional<Int128> multiply_divide_half_even(Int128 a, std::int64_t b,
                                                              std::int64_t c) noexcept;
/// factor * n / d rounded half to even, exact however large n and d are. Nothing unless d and factor are
/// positive, or when the result needs more than 127 bits.
[[nodiscard]] std::optional<Int128> ratio_half_even(Int128 n, Int128 d, std::int64_t factor) noexcept;

/// The double nearest to it. Nearly every amount fits in 64 bits, which one instruction converts; 128 bits
/// are a call.
[[nodiscard]] constexpr double nearest_double(Int128 value) noexcept {
  const auto narrow = static_cast<std::int64_t>(value);
  return narrow == value ? static_cast<double>(narrow) : static_cast<double>(value);
}

/// a + b, stopping at the ends of the range (about 1.7e38) instead of wrapping. A ledger is watched long
/// before it gets there; wrapping would turn a gain into a loss.
[[nodiscard]] constexpr Int128 add_saturating(Int128 a, Int128 b) noexcept {
  Int128 sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? kInt128Max : kInt128Min;
}
/// a - b in the same way.
[[nodiscard]] constexpr Int128 subtract_saturating(Int128 a, Int128 b) noexcept {
  Int128 difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a > 0 || (a == 0 && b < 0) ? kInt128Max : kInt128Min;
}

enum class ParseError : std::uint8_t {
  None,
  Empty,            ///< no characters
  NotADecimal,      ///< something other than [+-]digits[.digits]; exponents are not accepted
  TooManyDecimals,  ///< a digit other than 0 beyond the last decimal kept
  OutOfRange,       ///< does not fit
};
[[nodiscard]] const char* describe(ParseError error) noexcept;

struct ParsedDecimal {
  Int128 raw = 0;  ///< the value in units of 10^-digits
  ParseError error = ParseError::None;
};
/// Exact: "12.5" with digits = 8 gives 1250000000. Never rounds; what would be lost is an error.
[[nodiscard]] ParsedDecimal parse_decimal(std::string_view text, int digits) noexcept;

/// Longest text print_decimal writes: sign, 39 digits, point, terminating room.
inline constexpr std::size_t kDecimalTextSize = 48;
/// Writes raw / 10^digits as the shortest exact decimal ("12.5", "-0.00000001", "0") and returns its
/// length. out must have room for kDecimalTextSize characters. Does not allocate.
std::size_t print_decimal(Int128 raw, int digits, char* out) noexcept;
[[nodiscard]] std::string decimal_string(Int128 raw, int digits);

namespace detail {

/// Common part of the 1e-8 types: storage, order, exact text. Which arithmetic means something is up to
/// each type.
template <typename Derived, typename Raw>
class FixedPoint {
 public:
  constexpr FixedPoint() noexcept = default;
  /// Whole units: Price{100} is 100.00000000.
  constexpr explicit FixedPoint(std::int64_t whole) noexcept : raw_(static_cast<Raw>(whole) * kScale) {}

  [[nodiscard]] static constexpr Derived from_raw(Raw raw) noexcept {
    Derived value;
    value.raw_ = raw;
    return value;
  }
  /// The value in units of 1e-8.
  [[nodiscard]] constexpr Raw raw() const noexcept { return raw_; }
  /// For a person or a scrape; never fed back into an order, a position or a limit.
  [[nodiscard]] constexpr double to_double() const noexcept {
    return nearest_double(raw_) / static_cast<double>(kScale);
  }
  /// Exact or nothing; parse_decimal tells why.
  [[nodiscard]] static std::optional<Derived> parse(std::string_view text) noexcept {
    const ParsedDecimal parsed = parse_decimal(text, kScaleDigits);
    if (parsed.error != ParseError::None) return std::nullopt;
    if (parsed.raw > static_cast<Int128>(std::numeric_limits<Raw>::max()) ||
        parsed.raw < static_cast<Int128>(std::numeric_limits<Raw>::min())) {
      return std::nullopt;
    }
    return from_raw(static_cast<Raw>(parsed.raw));
  }
  [[nodiscard]] std::string to_string() const { return decimal_string(raw_, kScaleDigits); }

  friend constexpr bool operator==(const Derived& a, const Derived& b) noexcept { return a.raw_ == b.raw_; }
  friend constexpr std::strong_ordering operator<=>(const Derived& a, const Derived& b) noexcept {
    return a.raw_ < b.raw_   ? std::strong_ordering::less
           : a.raw_ > b.raw_ ? std::strong_ordering::greater
                             : std::strong_ordering::equal;
  }

 protected:
  Raw raw_ = 0;
};

}  // namespace detail
}  // namespace vigil::orders
