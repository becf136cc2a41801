#pragma once

#include <cstdint>
#include <optional>

#include "orders/decimal.h"

namespace vigil::positions {

/// A sum of amounts of which some may be unknown, kept current as single ones change. Unknown as long as one
/// of them is.
class OptionalSum {
 public:
  /// One of the amounts was `before` and is `after` now. An amount not yet seen was 0.
  void replace(const std::optional<orders::Money>& before,
               const std::optional<orders::Money>& after) noexcept {
    if (before) {
      known_ -= *before;
    } else {
      --unknown_;
    }
    if (after) {
      known_ += *after;
    } else {
      ++unknown_;
    }
  }
  [[nodiscard]] std::optional<orders::Money> total() const noexcept {
    if (unknown_ != 0) return std::nullopt;
    return known_;
  }
  template <typename Wire>
  void state(Wire& wire) {
    wire(known_);
    wire(unknown_);
  }

 private:
  orders::Money known_{};
  std::uint32_t unknown_ = 0;
};

}  // namespace vigil::positions
