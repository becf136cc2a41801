#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "orders/fixed_point.h"

namespace vigil::orders {

/// Money per unit of an instrument, in units of 1e-8; up to about 9.2e10. Quotes may be negative.
/// Two prices differ or scale, they do not add.
class Price : public detail::FixedPoint<Price, std::int64_t> {
  using FixedPoint::FixedPoint;
};

/// Amount of an instrument (shares, coins, contracts), in units of 1e-8. Never negative in an order: the
/// side says buy or sell. Signed in a position: negative is short. Sums stop at the ends of the range (about
/// 9.2e10) instead of wrapping: a huge long must not turn into a short.
class Quantity : public detail::FixedPoint<Quantity, std::int64_t> {
  using FixedPoint::FixedPoint;

 public:
  friend constexpr Quantity operator+(Quantity a, Quantity b) noexcept {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a.raw(), b.raw(), &sum)) return from_raw(sum);
    return end_of_range(a.raw() > 0);
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) noexcept {
    std::int64_t difference = 0;
    if (!__builtin_sub_overflow(a.raw(), b.raw(), &difference)) return from_raw(difference);
    return end_of_range(a.raw() >= 0);
  }
  constexpr Quantity operator-() const noexcept { return Quantity{} - *this; }

 private:
  [[nodiscard]] static constexpr Quantity end_of_range(bool upper) noexcept {
    return from_raw(upper ? std::numeric_limits<std::int64_t>::max()
                          : std::numeric_limits<std::int64_t>::min());
  }
};
[[nodiscard]] constexpr Quantity absolute(Quantity q) noexcept {
  return q.raw() < 0 ? -q : q;
}

/// What one contract of an instrument is worth at price 1 (linear) or in the quote currency (inverse), in
/// units of 1e-8. Positive.
class Multiplier : public detail::FixedPoint<Multiplier, std::int64_t> {
  using FixedPoint::FixedPoint;
};

/// A ratio such as a fee, a margin or a conversion rate, in units of 1e-8.
class Ratio : public detail::FixedPoint<Ratio, std::int64_t> {
  using FixedPoint::FixedPoint;
};

/// An amount of one currency in units of 1e-8, 128 bits wide: sums do not overflow in practice and
/// saturate in theory. The currency stands beside it (see Currency); amounts of different currencies are
/// never added.
class Money : public detail::FixedPoint<Money, Int128> {
  using FixedPoint::FixedPoint;

 public:
  friend constexpr Money operator+(Money a, Money b) noexcept {
    return from_raw(add_saturating(a.raw(), b.raw()));
  }
  friend constexpr Money operator-(Money a, Money b) noexcept {
    return from_raw(subtract_saturating(a.raw(), b.raw()));
  }
  constexpr Money operator-() const noexcept { return from_raw(subtract_saturating(0, raw())); }
  constexpr Money& operator+=(Money b) noexcept { return *this = *this + b; }
  constexpr Money& operator-=(Money b) noexcept { return *this = *this - b; }
};

/// A product of price and quantity before it is rounded to Money, in units of 1e-16. A ledger adds these
/// and rounds once, when a figure is published, so that rounding does not pile up. Up to about 1.7e22, where
/// it saturates.
class ExactMoney {
 public:
  constexpr ExactMoney() noexcept = default;
  [[nodiscard]] static constexpr ExactMoney from_raw(Int128 raw) noexcept {
    ExactMoney value;
    value.raw_ = raw;
    return value;
  }
  [[nodiscard]] static constexpr ExactMoney from(Money money) noexcept {
    Int128 raw = 0;
    if (!__builtin_mul_overflow(money.raw(), static_cast<Int128>(kScale), &raw)) return from_raw(raw);
    return from_raw(money.raw() > 0 ? kInt128Max : kInt128Min);
  }
  /// The value in units of 1e-16.
  [[nodiscard]] constexpr Int128 raw() const noexcept { return raw_; }
  /// Rounded half to even to 1e-8.
  [[nodiscard]] constexpr Money rounded() const noexcept {
    return Money::from_raw(divide_half_even(raw_, kScale));
  }
  [[nodiscard]] std::string to_string() const { return decimal_string(raw_, kExactScaleDigits); }

  friend constexpr auto operator<=>(ExactMoney, ExactMoney) noexcept = default;
  friend constexpr ExactMoney operator+(ExactMoney a, ExactMoney b) noexcept {
    return from_raw(add_saturating(a.raw_, b.raw_));
  }
  friend constexpr ExactMoney operator-(ExactMoney a, ExactMoney b) noexcept {
    return from_raw(subtract_saturating(a.raw_, b.raw_));
  }
  constexpr ExactMoney operator-() const noexcept { return from_raw(subtract_saturating(0, raw_)); }
  constexpr ExactMoney& operator+=(ExactMoney b) noexcept { return *this = *this + b; }
  constexpr ExactMoney& operator-=(ExactMoney b) noexcept { return *this = *this - b; }

 private:
  Int128 raw_ = 0;
};

[[nodiscard]] constexpr Money absolute(Money money) noexcept {
  return money.raw() < 0 ? -money : money;
}

/// price * quantity, always exact: two 64-bit factors fit in 127 bits.
[[nodiscard]] constexpr ExactMoney operator*(Price p, Quantity q) noexcept {
  return ExactMoney::from_raw(static_cast<Int128>(p.raw()) * q.raw());
}

/// value * ratio, rounded half to even to 1e-8; nothing when it does not fit.
[[nodiscard]] std::optional<Money> scale(Money value, Ratio ratio) noexcept;
/// value * multiplier, rounded half to even to 1e-16; nothing when it does not fit.
[[nodiscard]] std::optional<ExactMoney> scale(ExactMoney value, Multiplier multiplier) noexcept;

}  // namespace vigil::orders
