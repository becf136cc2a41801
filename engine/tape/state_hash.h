#pragma once

#include <cstdint>

#include "orders/fixed_string.h"
#include "orders/order.h"

namespace vigil::engine {

/// A running hash of all that the core has brought about: two engines that did the same in the same order
/// have the same. Not made against forgery (that is the journal's chain); 64 bits, a few nanoseconds a value.
class StateHash {
 public:
  void add(std::uint64_t value) noexcept {
    // One round of multiplication folded to 64 bits; the constants are odd and have no pattern.
    const auto product =
        static_cast<unsigned __int128>(value_ ^ 0x9e3779b97f4a7c15ULL) * (value ^ 0xd6e8feb86659fd93ULL);
    value_ = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U) ^ value;
  }
  template <typename T>
  requires requires(T fixed_point) { fixed_point.raw(); }
  void add(T fixed_point) noexcept {
    const auto raw = fixed_point.raw();
    add(static_cast<std::uint64_t>(raw));
    if constexpr (sizeof raw > sizeof(std::uint64_t)) add(static_cast<std::uint64_t>(raw >> 64U));
  }
  template <typename T>
  void add(const std::optional<T>& value) noexcept {
    add(std::uint64_t{value.has_value()});
    if (value) add(*value);
  }
  void add(const orders::Order& order) noexcept {
    add(static_cast<std::uint64_t>(order.id));
    add(static_cast<std::uint64_t>(order.status) << 32U | static_cast<std::uint64_t>(order.pending) << 24U |
        static_cast<std::uint64_t>(order.deny_reason) << 16U |
        static_cast<std::uint64_t>(order.reject_reason) << 8U | std::uint64_t{order.held} << 1U |
        std::uint64_t{order.in_doubt});
    add(order.terms.quantity);
    add(order.terms.limit_price);
    add(order.cum_quantity);
    add(order.overfill_quantity);
    add(order.counted_quantity);
  }

  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }
  void set(std::uint64_t value) noexcept { value_ = value; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace vigil::engine
