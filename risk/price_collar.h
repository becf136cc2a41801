#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "orders/decimal.h"
#include "orders/reasons.h"
#include "orders/time.h"

namespace vigil::risk {

/// |price - reference| > reference * basis_points / 10000, without rounding. A reference that is not positive
/// is taken by its magnitude, so that a collar also holds in a market that trades below zero.
[[nodiscard]] constexpr bool deviates_more(orders::Price price, orders::Price reference,
                                           std::uint32_t basis_points) noexcept {
  orders::Int128 distance = static_cast<orders::Int128>(price.raw()) - reference.raw();
  if (distance < 0) distance = -distance;
  orders::Int128 size = reference.raw();
  if (size < 0) size = -size;
  return distance * 10'000 > size * basis_points;
}

/// |price - reference| / reference in basis points, for the report of a denial; cut to 1e-8 of one. Against a
/// reference of 0 it is without a number.
[[nodiscard]] orders::Measure deviation(orders::Price price, orders::Price reference) noexcept;
[[nodiscard]] orders::Measure measure_basis_points(std::uint32_t basis_points) noexcept;

/// Lowest and highest reference over a sliding period: all values in force at some time in it. Kept in slots
/// of a 63rd of the period, so it never covers less than the period and at most two slots more. Core thread
/// only.
class ReferenceRange {
 public:
  static constexpr std::size_t kSlots = 64;
  struct Range {
    orders::Price low{};
    orders::Price high{};
  };

  explicit ReferenceRange(orders::Duration period) noexcept;
  void observe(orders::Price reference, orders::Duration now) noexcept;
  /// Nothing before the first reference.
  [[nodiscard]] std::optional<Range> over_period(orders::Duration now) noexcept;
  /// What was seen so far stays in the range until a whole new period has passed.
  void set_period(orders::Duration period) noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    for (Range& slot : slots_) {
      wire(slot.low);
      wire(slot.high);
    }
    wire(settled_.low);
    wire(settled_.high);
    wire(last_);
    wire(width_);
    wire(slot_end_);
    wire(present_);
    wire(any_);
    if (present_ >= kSlots) present_ = 0;
    width_ = std::max(width_, orders::Duration{1});
  }

 private:
  void advance(orders::Duration now) noexcept;
  void fill(Range range) noexcept;
  void join_settled() noexcept;

  std::array<Range, kSlots> slots_{};
  Range settled_{};  ///< over all slots but the present one
  orders::Price last_{};
  orders::Duration width_{};
  orders::Duration slot_end_{};  ///< of the present slot, exclusive
  std::size_t present_ = 0;
  bool any_ = false;
};

}  // namespace vigil::risk
